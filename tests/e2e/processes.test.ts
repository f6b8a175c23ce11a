/** The product as processes: `npm start` on an environment, SIGTERM under load, and a stack whose parent was killed. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CfdiLive } from '@cfdi-live/sdk';
import { startTestStack, until, type TestStack } from '../helpers/stack.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));

describe('npm start', () => {
  let stack: TestStack;
  let dispose: () => Promise<void>;

  beforeAll(async () => {
    ({ stack, dispose } = await startTestStack());
    // The local parts stay; API and worker are started by the command instead.
    await stack.api().stop();
    await stack.worker().stop();
  }, 120_000);
  afterEach(() => commands.forEach((child) => child.kill('SIGTERM')));
  afterAll(() => dispose());

  it('serves on what the environment says; SIGTERM hands a running task over and exits 0 within 30 s; worn-out workers are replaced', async () => {
    const started = startCommand(stack);
    const apiUrl = await until(
      'the API listens',
      () => /"url":"(http:[^"]+)"/.exec(started.output())?.[1],
      60_000,
    );
    const client = new CfdiLive({ apiKey: stack.keys.test, baseUrl: apiUrl });
    const submitted = await stack.submit('webforms', 61, { client });
    for await (const event of client.tasks.events(submitted.task.id)) if (event.type === 'task.step') break;

    const asked = performance.now();
    started.child.kill('SIGTERM');
    expect(await started.exited, started.output().slice(-2000)).toBe(0);
    expect(performance.now() - asked).toBeLessThan(30_000);

    // This one is replaced after each run.
    const again = startCommand(stack, { WORKER_MAX_RUNS: '1' });
    const url = await until(
      'the API listens again',
      () => /"url":"(http:[^"]+)"/.exec(again.output())?.[1],
      60_000,
    );
    const later = new CfdiLive({ apiKey: stack.keys.test, baseUrl: url });
    const task = await later.tasks.waitFor(submitted.task.id, { waitMs: 120_000 });
    expect(task).toMatchObject({ status: 'COMPLETED', attempt: 0 });
    expect(submitted.issued()).toBe(1);
    // It went on where the first worker had stood.
    const events = await fetch(`${url}/v1/tasks/${task.id}/events?limit=100`, {
      headers: { authorization: `Bearer ${stack.keys.test}` },
    });
    const types = ((await events.json()) as { data: { type: string }[] }).data.map(({ type }) => type);
    expect(types.filter((type) => type === 'task.running')).toHaveLength(2);
    expect(types.filter((type) => type === 'session.started')).toHaveLength(1);
    await until('the browsers are released', async () => (await stack.openBrowsers()) === 0);
    await until(
      'the worker is replaced',
      () => again.output().split('"worker started"').length === 3,
      60_000,
    );
    const next = await stack.submit('webforms', 62, { client: later });
    await expect(later.tasks.waitFor(next.task.id, { waitMs: 120_000 })).resolves.toMatchObject({
      status: 'COMPLETED',
    });
    again.child.kill('SIGTERM');
    expect(await again.exited).toBe(0);
  }, 400_000);

  it('says everything that is wrong with an environment at once, and no values', async () => {
    const started = startCommand(stack, { SUPABASE_URL: 'hunter2', ENCRYPTION_KEYS: 'hunter3' });
    expect(await started.exited).not.toBe(0);
    expect(started.output()).toContain('SUPABASE_URL');
    expect(started.output()).toContain('ENCRYPTION_KEYS');
    expect(started.output()).not.toMatch(/hunter/);
  }, 60_000);
});

/** Those that still run: a test that fails half-way leaves none behind. */
const commands = new Set<ChildProcess>();

function startCommand(stack: TestStack, changed: Record<string, string> = {}) {
  const { api, worker } = stack.environments;
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['HOME'] ?? '',
    ...worker,
    ...api,
    API_DATABASE_URL: api['DATABASE_URL'] ?? '',
    WORKER_DATABASE_URL: worker['DATABASE_URL'] ?? '',
    API_QUEUE_DATABASE_URL: api['QUEUE_DATABASE_URL'] ?? '',
    WORKER_QUEUE_DATABASE_URL: worker['QUEUE_DATABASE_URL'] ?? '',
    ...changed,
  };
  const child = spawn(process.execPath, ['-C', 'cfdi-live-source', '--import', 'tsx', 'deploy/start.ts'], {
    cwd: repository,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  commands.add(child);
  child.once('exit', () => commands.delete(child));
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { child, exited, output: () => output };
}

describe('a local stack', () => {
  it('whose process was killed with SIGKILL starts again on the same folder, with its data', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'cfdi-live-killed-'));
    let dev: ChildProcess | null = null;
    try {
      const first = await startDev(folder);
      dev = first.child;
      const client = new CfdiLive({ apiKey: first.ready.testKey, baseUrl: first.ready.apiUrl });
      const profile = await client.profiles.create({
        rfc: 'CACX7605101P8',
        fullName: 'XOCHILT CASAS CHAVEZ',
        fiscalRegime: '612',
        postalCode: '36257',
        email: 'a@b.mx',
      });
      first.child.kill('SIGKILL');
      await first.exited;

      const second = await startDev(folder);
      dev = second.child;
      const again = new CfdiLive({ apiKey: first.ready.testKey, baseUrl: second.ready.apiUrl });
      await expect(again.profiles.get(profile.id)).resolves.toMatchObject({ rfc: 'CACX7605101P8' });
      second.child.kill('SIGTERM');
      expect(await second.exited).toBe(0);
      dev = null;
    } finally {
      dev?.kill('SIGTERM');
      await rm(folder, { recursive: true, force: true });
    }
  }, 180_000);
});

async function startDev(folder: string) {
  const main = path.join(repository, 'packages/local-stack/src/bin/dev.ts');
  const child = spawn(
    process.execPath,
    ['-C', 'cfdi-live-source', '--import', 'tsx', main, '--json', '--data-dir', folder],
    {
      cwd: repository,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const line = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`dev ended with ${String(code)}`)));
  });
  return { child, exited, ready: JSON.parse(line) as { apiUrl: string; testKey: string } };
}
