/** The commands of the guides, run as a reader would paste them. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { encodeId } from '@cfdi-live/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parked } from '../db/parking.ts';
import { openWorld, taskBody, type World } from './world.ts';

const GUIDES = new URL('../../docs/guides/', import.meta.url);
/** Curl's exit code for a time that is up: a stream does not end by itself. */
const TIME_IS_UP = 28;

const pages = (await readdir(GUIDES)).filter((name) => name.endsWith('.md'));
const commands = (
  await Promise.all(
    pages.map(async (name) => {
      const text = await readFile(new URL(name, GUIDES), 'utf8');
      return [...text.matchAll(/```sh\n(.*?)```/gs)].flatMap(([, block = '']) =>
        block
          .replaceAll('\\\n', ' ')
          .split('\n')
          .filter((line) => line.startsWith('curl ') && line.includes('$API_URL'))
          .map((line): [string, string] => [name, line.replaceAll(/\s+/g, ' ')]),
      );
    }),
  )
).flat();

let world: World;
let folder: string;
let env: Record<string, string>;

beforeAll(async () => {
  // The guides' example hosts stand for public ones.
  world = await openWorld((deps) => ({ ...deps, resolveHost: async () => ['201.131.4.5'] }));
  const caller = await world.newCaller();
  const tasks = [await world.createTask(caller), await world.createTask(caller)];
  const page = await world.call<{ nextCursor: string }>('GET', '/v1/tasks?limit=1', { key: caller.key });
  folder = await mkdtemp(path.join(tmpdir(), 'cfdi-live-guides-'));
  await writeFile(path.join(folder, 'task.json'), JSON.stringify(taskBody()));
  await writeFile(path.join(folder, 'factura.xml'), '<?xml version="1.0"?><Comprobante/>');
  env = {
    PATH: process.env['PATH'] ?? '',
    API_URL: world.url,
    API_KEY: caller.key,
    TASK_ID: tasks[0]?.id ?? '',
    TENANT_ID: encodeId('tenant', caller.tenantId),
    NEXT_CURSOR: page.body.nextCursor,
  };
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

/** A task that asks a person for the characters of a picture, and the key of its tenant. */
async function waiting(): Promise<Record<string, string>> {
  const scope = await world.newCaller();
  const { task } = await parked({ api: world.database, worker: world.worker, scope });
  return { TASK_ID: encodeId('task', task.id), API_KEY: scope.key };
}

function run(command: string, more: Record<string, string> = {}): Promise<{ code: unknown; output: string }> {
  // A refusal is a failure, and nothing waits for ever.
  const checked = command.replace(/^curl /, 'curl --fail-with-body --max-time 2 ');
  return new Promise((resolve) => {
    execFile('/bin/sh', ['-c', checked], { env: { ...env, ...more }, cwd: folder }, (error, output) =>
      resolve({ code: error === null ? 0 : error.code, output }),
    );
  });
}

describe('a command of the guides', () => {
  it('is there to be run', () => {
    expect(commands.length).toBeGreaterThan(4);
  });

  it.each(commands)('%s: %s', async (_, command) => {
    const { code, output } = await run(command, command.includes('/answer') ? await waiting() : {});
    const streams = command.includes('text/event-stream');
    expect(code, output).toBe(streams ? TIME_IS_UP : 0);
    expect(output).toMatch(streams ? /^event: task\.created$/m : /"(id|data)"/);
  });
});
