/** The examples that take a ticket in, run as programs against one local stack. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeTicket } from '@cfdi-live/portal-gallery';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROFILE, startTestStack, type TestStack } from '../helpers/stack.ts';

const EXAMPLES = path.join(import.meta.dirname, '../../examples');

let stack: TestStack;
let dispose: () => Promise<void>;
let folder: string;
beforeAll(async () => {
  ({ stack, dispose } = await startTestStack());
  folder = await mkdtemp(path.join(tmpdir(), 'cfdi-live-examples-'));
}, 120_000);
afterAll(async () => {
  await dispose();
  await rm(folder, { recursive: true });
});

async function ticketFile(n: number, outcome: 'success' | 'not_found'): Promise<string> {
  const vendorUrl = stack.gallery.portals.find(({ id }) => id === 'onepage')?.url;
  const { ticketData } = makeTicket('onepage', n, { outcome });
  const file = path.join(folder, `ticket-${n}.json`);
  await writeFile(file, JSON.stringify({ vendorUrl, ticketData, profile: PROFILE }));
  return file;
}

function run(command: string, args: string[], env: Record<string, string>) {
  return new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    execFile(
      command,
      args,
      { cwd: folder, env: { PATH: process.env['PATH'] ?? '', ...env } },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : error.code, stdout, stderr }),
    );
  });
}

const node = (...args: string[]) =>
  run(
    process.execPath,
    [
      '-C',
      'cfdi-live-source',
      '--import',
      import.meta.resolve('tsx'),
      path.join(EXAMPLES, 'node-sdk/src/main.ts'),
      ...args,
    ],
    { CFDI_LIVE_API_KEY: stack.keys.test, CFDI_LIVE_URL: stack.apiUrl },
  );
const curl = (file: string) =>
  run('/bin/sh', [path.join(EXAMPLES, 'curl/invoice.sh'), file], {
    API_KEY: stack.keys.test,
    API_URL: stack.apiUrl,
  });

describe('the SDK example', () => {
  it('keeps XML and PDF, and the same invoice when the ticket is handed in again', async () => {
    const file = await ticketFile(11, 'success');
    const first = await node(file, 'invoices');
    expect(first).toMatchObject({ code: 0, stderr: '' });
    const files = (await readdir(path.join(folder, 'invoices'))).toSorted();
    expect(files.map((name) => path.extname(name))).toEqual(['.pdf', '.xml']);
    expect(first.stdout).toContain(files[1]);

    expect(await node(file, 'again')).toMatchObject({ code: 0 });
    expect((await readdir(path.join(folder, 'again'))).toSorted()).toEqual(files);
  }, 120_000);

  it('says what happened to a ticket that nobody knows, and who must act', async () => {
    const { code, stderr } = await node(await ticketFile(12, 'not_found'));
    expect(code).toBe(1);
    expect(stderr).toContain('correct the ticket');
  }, 300_000);
});

describe('the curl example', () => {
  it('follows the task and keeps the XML; run again it makes no second task', async () => {
    const file = await ticketFile(13, 'success');
    const first = await curl(file);
    expect(first, first.stderr).toMatchObject({ code: 0 });
    expect(first.stdout).toContain('task.completed');
    expect(await readFile(path.join(folder, 'cfdi.xml'), 'utf8')).toContain('<cfdi:Comprobante');
    const again = await curl(file);
    expect(again.stdout.split('\n')[0]).toBe(first.stdout.split('\n')[0]);
  }, 300_000);
});
