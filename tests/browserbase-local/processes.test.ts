import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { findChromium, startBrowserbaseLocal } from '@cfdi-live/browserbase-local';
import { chromium } from 'playwright-core';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  API_KEY,
  chromiumGroup,
  eventually,
  livingProcesses,
  sdk,
  socketStatus,
  startTestServer,
  temporaryFolder,
} from './support.ts';

const BIN = path.resolve(import.meta.dirname, '../../packages/browserbase-local/src/bin.ts');

let chromiumPath: string;
const started = new Set<ChildProcess>();

beforeAll(async () => {
  chromiumPath = (await findChromium({ env: process.env })).path;
});
afterEach(() => {
  for (const child of started) child.kill('SIGKILL');
  started.clear();
});

const spawnBin = (
  dataDir: string,
  env: NodeJS.ProcessEnv = { BROWSERBASE_API_KEY: API_KEY },
  args: string[] = [],
) => {
  const child = spawn(
    process.execPath,
    ['-C', 'cfdi-live-source', '--import', 'tsx', BIN, '--data-dir', dataDir, ...args],
    {
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  );
  started.add(child);
  return child;
};

/** Starts the server as a process of its own and reads the line that it prints when it is ready. */
const startBin = async (dataDir: string, env?: NodeJS.ProcessEnv, args?: string[]) => {
  const child = spawnBin(dataDir, env, args);
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const failed = exited.then(() => Promise.reject(new Error(`the server did not start: ${said}`)));
  const printed = once(createInterface({ input: child.stdout }), 'line') as Promise<[string]>;
  const [line] = await Promise.race([printed, failed]);
  const ready = JSON.parse(line) as { url: string; pid: number };
  expect(ready.pid).toBe(child.pid);
  failed.catch(() => undefined);
  return { ...ready, child, exited };
};

describe.skipIf(process.platform !== 'linux')('processes', () => {
  it('leaves no process after a session and none after the server', async () => {
    const { server, dataDir, stop } = await startTestServer();
    const bb = sdk(server.url);
    const sessions = [
      await bb.sessions.create({ keepAlive: true }),
      await bb.sessions.create({ keepAlive: true }),
    ];
    const groups = await Promise.all(sessions.map(({ id }) => chromiumGroup(dataDir, id)));
    expect((await livingProcesses({ groups, folder: dataDir })).length).toBeGreaterThan(4);
    await bb.sessions.update(sessions[0]!.id, { status: 'REQUEST_RELEASE' });
    expect(
      await livingProcesses({
        groups: groups.slice(0, 1),
        folder: path.join(dataDir, 'sessions', sessions[0]!.id),
      }),
    ).toEqual([]);
    await server.close();
    expect(await livingProcesses({ groups, folder: dataDir })).toEqual([]);
    await stop();
  });

  it('kills what an earlier server left when it was killed, and says ERROR for its sessions', async () => {
    const dataDir = await temporaryFolder();
    const first = await startBin(dataDir);
    const session = await sdk(first.url).sessions.create({ keepAlive: true, userMetadata: { run: '7' } });
    const groups = [await chromiumGroup(dataDir, session.id)];
    first.child.kill('SIGKILL');
    await first.exited;
    expect(await livingProcesses({ groups, folder: dataDir })).not.toEqual([]);

    const second = await startBin(dataDir);
    expect(await livingProcesses({ groups, folder: dataDir })).toEqual([]);
    const bb = sdk(second.url);
    expect(await bb.sessions.list({ q: "user_metadata['run']:'7'" })).toMatchObject([
      { id: session.id, status: 'ERROR', endedAt: expect.any(String) as string },
    ]);
    expect((await bb.sessions.downloads.list(session.id)).status).toBe(200);
    expect(
      await socketStatus(session.connectUrl.replace(new URL(first.url).host, new URL(second.url).host)),
    ).toBe(401);
    expect((await bb.sessions.update(session.id, { status: 'REQUEST_RELEASE' })).status).toBe('ERROR');

    second.child.kill('SIGTERM');
    expect(await second.exited).toEqual([0, null]);
    await rm(dataDir, { recursive: true });
  });

  it('ends its sessions and itself on SIGTERM, and when standard input ends if told so', async () => {
    const dataDir = await temporaryFolder();
    const server = await startBin(dataDir, undefined, ['--stop-with-stdin']);
    const session = await sdk(server.url).sessions.create();
    const browser = await chromium.connectOverCDP(session.connectUrl);
    const groups = [await chromiumGroup(dataDir, session.id)];
    const left = new Promise((resolve) => browser.once('disconnected', resolve));
    server.child.stdin.end();
    await left;
    expect(await server.exited).toEqual([0, null]);
    expect(await livingProcesses({ groups, folder: dataDir })).toEqual([]);
    await rm(dataDir, { recursive: true });
  });

  it('refuses a folder that another server is using', async () => {
    const { dataDir, stop } = await startTestServer();
    const child = spawnBin(dataDir);
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    expect((await once(child, 'exit'))[0]).toBe(1);
    expect(said).toMatch(/^Another server \(process \d+\) uses the data folder \S+\n$/);
    await stop();
  });
});

describe('settings of the command', () => {
  it.each([
    ['BROWSERBASE_API_KEY', {}],
    ['BROWSERBASE_LOCAL_PORT', { BROWSERBASE_API_KEY: API_KEY, BROWSERBASE_LOCAL_PORT: 'high' }],
    ['BROWSER_MAX_SESSIONS', { BROWSERBASE_API_KEY: API_KEY, BROWSER_MAX_SESSIONS: '0' }],
    ['CHROMIUM_PATH', { BROWSERBASE_API_KEY: API_KEY, CHROMIUM_PATH: '/bin/true' }],
  ])('says in one sentence what is wrong with %s', async (name, env) => {
    const child = spawnBin('unused', env);
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    expect((await once(child, 'exit'))[0]).toBe(1);
    expect(said).toContain(name);
    expect(said.trim().split('\n')).toHaveLength(1);
  });
});

it('answers 500 and says ERROR when Chromium does not come up, and frees the place', async () => {
  const found = await findChromium({ env: process.env });
  const { server, stop } = await startTestServer({
    maxConcurrent: 1,
    chromium: { ...found, path: '/bin/false' },
  });
  const bb = sdk(server.url);
  await expect(bb.sessions.create()).rejects.toMatchObject({ status: 500 });
  await expect(bb.sessions.create()).rejects.toMatchObject({ status: 500 });
  expect((await bb.sessions.list()).map(({ status }) => status)).toEqual(['ERROR', 'ERROR']);
  await stop();
});

it('closes while a session is still starting, and may be closed twice', async () => {
  const dataDir = await temporaryFolder();
  const found = await findChromium({ env: process.env });
  expect(found.path).toBe(chromiumPath);
  const server = await startBrowserbaseLocal({
    port: 0,
    apiKey: API_KEY,
    maxConcurrent: 1,
    dataDir,
    chromium: found,
  });
  const creating = sdk(server.url)
    .sessions.create({ keepAlive: true })
    .catch(() => undefined);
  await eventually(async () => {
    const sessions = await sdk(server.url).sessions.list();
    return sessions.length === 1 ? true : undefined;
  });
  await Promise.all([server.close(), server.close()]);
  await creating;
  expect(await livingProcesses({ groups: [], folder: dataDir })).toEqual([]);
  await rm(dataDir, { recursive: true });
});
