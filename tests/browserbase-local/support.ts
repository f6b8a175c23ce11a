import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Browserbase } from '@browserbasehq/sdk';
import {
  type BrowserbaseLocal,
  type BrowserbaseLocalOptions,
  type Clock,
  findChromium,
  startBrowserbaseLocal,
} from '@cfdi-live/browserbase-local';
import { WebSocket } from 'ws';

export const API_KEY = 'bb_test_key';

/** The official client, as the product uses it. */
export const sdk = (baseURL: string, apiKey: string = API_KEY): Browserbase =>
  new Browserbase({ apiKey, baseURL, maxRetries: 0, timeout: 30_000 });

export const temporaryFolder = (): Promise<string> =>
  mkdtemp(path.join(os.tmpdir(), 'browserbase-local-test-'));

export type TestServer = {
  readonly server: BrowserbaseLocal;
  readonly dataDir: string;
  readonly stop: () => Promise<void>;
};

/** A server of its own on a folder of its own. */
export const startTestServer = async (
  options: Partial<BrowserbaseLocalOptions> = {},
): Promise<TestServer> => {
  const dataDir = await temporaryFolder();
  const server = await startBrowserbaseLocal({
    port: 0,
    apiKey: API_KEY,
    maxConcurrent: 4,
    dataDir,
    chromium: await findChromium({ env: process.env }),
    ...options,
  });
  const stop = async (): Promise<void> => {
    await server.close();
    await rm(dataDir, { recursive: true, force: true });
  };
  return { server, dataDir, stop };
};

export type Answer = { readonly body: string; readonly headers: Readonly<Record<string, string>> };

/** A web site on loopback: answers by path, 404 for the rest. */
export const startSite = async (pages: Readonly<Record<string, Answer>>) => {
  const server: Server = createServer((request, response) => {
    const page = pages[request.url ?? ''];
    response.writeHead(page === undefined ? 404 : 200, page?.headers);
    response.end(page?.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}`, stop };
};

export const html = (body: string): Answer => ({
  body: `<!doctype html><meta charset="utf-8"><title>Site</title>${body}`,
  headers: { 'content-type': 'text/html; charset=utf-8' },
});

/** Waits until `look` answers something, and gives that; fails with the last refusal after `timeoutMs`. */
export const eventually = async <T>(
  look: () => Promise<T | undefined> | T | undefined,
  timeoutMs = 10_000,
): Promise<T> => {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (Date.now() > deadline) throw new Error(`not seen within ${timeoutMs} ms: ${look.toString()}`);
    await delay(20);
  }
};

/** A clock that a test moves. */
export const manualClock = (): Clock & { readonly advance: (ms: number) => void } => {
  let now = Date.parse('2026-01-15T12:00:00Z');
  const timers = new Set<{ readonly at: number; readonly task: () => void }>();
  return {
    now: () => now,
    after: (ms, task) => {
      const timer = { at: now + ms, task };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance: (ms) => {
      now += ms;
      for (const timer of [...timers].filter(({ at }) => at <= now)) {
        timers.delete(timer);
        timer.task();
      }
    },
  };
};

/** The HTTP status with which a WebSocket is refused, or 101 when it is let in. */
export const socketStatus = (url: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.once('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0);
      response.destroy();
    });
    socket.once('open', () => {
      resolve(101);
      socket.close();
    });
    socket.once('error', reject);
  });

/** The process group of a session's Chromium. */
export const chromiumGroup = async (dataDir: string, sessionId: string): Promise<number> => {
  const mark: unknown = JSON.parse(
    await readFile(path.join(dataDir, 'sessions', sessionId, 'chromium.pid'), 'utf8'),
  );
  return (mark as { pid: number }).pid;
};

/** Living processes (dead ones that wait to be collected are none) which are of a group or name a folder. Linux. */
export const livingProcesses = async (of: {
  readonly groups: readonly number[];
  readonly folder: string;
}) => {
  const found: number[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (stat === '' || state === 'Z') continue;
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    const isBrowser = command.includes(`--user-data-dir=${of.folder}`);
    if (isBrowser || of.groups.includes(Number(group))) found.push(Number(pid));
  }
  return found;
};
