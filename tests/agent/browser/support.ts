/** A real browser session under the driver, and small web sites made for one test. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Browserbase } from '@browserbasehq/sdk';
import { findChromium, startBrowserbaseLocal } from '@cfdi-live/browserbase-local';
import { unzipSync } from 'fflate';
import { chromium } from 'playwright-core';
import { createBrowserDriver, type BrowserDriver } from '../../../packages/agent/src/browser/driver.ts';
import type { LoginSecrets } from '../../../packages/agent/src/safety/secrets.ts';
import type { GuardPolicy } from '../../../packages/agent/src/safety/policy.ts';
import type { HeldRequest } from '../../../packages/agent/src/safety/guard.ts';
import type {
  ElementRole,
  ElementView,
  SessionDownloads,
  Snapshot,
} from '../../../packages/agent/src/types.ts';

export interface Answer {
  body?: string | Uint8Array;
  status?: number;
  headers?: Record<string, string | string[]>;
}

export interface Received {
  method: string;
  url: string;
  body: string;
  headers: IncomingMessage['headers'];
}

export interface Site {
  origin: string;
  port: number;
  received: Received[];
  stop(): Promise<void>;
}

export type Pages = Record<
  string,
  Answer | string | ((request: Received) => Answer | string | Promise<Answer | string>)
>;

/** Serves pages by path (without query); text is HTML; what is not there is 404. Counts WebSocket knocks as requests. */
export async function startSite(pages: Pages): Promise<Site> {
  const received: Received[] = [];
  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers } = request;
    const entry = { method, url, headers, body: Buffer.concat(chunks).toString() };
    if (url !== '/favicon.ico') received.push(entry);
    const page = pages[url.split('?')[0] ?? ''];
    const given = typeof page === 'function' ? await page(entry) : page;
    const answer: Answer =
      typeof given === 'string' ? { body: given } : (given ?? { status: 404, body: 'none' });
    response.writeHead(answer.status ?? 200, {
      'content-type': 'text/html; charset=utf-8',
      ...answer.headers,
    });
    response.end(answer.body ?? '');
  };
  const server = createServer((request, response) => {
    respond(request, response).catch(() => response.destroy());
  });
  server.on('upgrade', (request, socket) => {
    received.push({ method: 'UPGRADE', url: request.url ?? '', body: '', headers: request.headers });
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    received,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export const page = (body: string, head = ''): string =>
  `<!doctype html><html lang="es"><meta charset="utf-8"><title>Prueba</title>${head}<body>${body}</body></html>`;

export interface OpenOptions {
  allowedPrivateHosts?: string[];
  onlyHosts?: string[];
  values?: string[];
  valuesTyped?: () => boolean;
  alsoPortals?: string[];
  actionTimeoutMs?: number;
  signal?: AbortSignal;
  onHeldRequest?: (request: HeldRequest) => Promise<'allow' | 'refuse'>;
  login?: LoginSecrets;
}

export interface OpenedBrowser {
  driver: BrowserDriver;
  /** Ends its session. */
  end(): Promise<void>;
}

export interface BrowserHost {
  /** A driver on a session of its own, with this portal: for tests that run side by side and end it themselves. */
  open(portalUrl: string, options?: OpenOptions): Promise<OpenedBrowser>;
  /** The same, ended by `endSessions`. */
  driver(portalUrl: string, options?: OpenOptions): Promise<BrowserDriver>;
  /** Another driver on the session made last, after the first was closed. */
  resume(portalUrl: string, options?: OpenOptions): Promise<BrowserDriver>;
  readonly headlessShell: boolean;
  /** Ends the sessions of one test. */
  endSessions(): Promise<void>;
  stop(): Promise<void>;
}

const API_KEY = 'bb_test_key';

export async function startBrowserHost(): Promise<BrowserHost> {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'agent-browser-test-'));
  const found = await findChromium({ env: process.env });
  const server = await startBrowserbaseLocal({
    port: 0,
    apiKey: API_KEY,
    maxConcurrent: 10,
    dataDir,
    chromium: found,
  });
  const provider = new Browserbase({ apiKey: API_KEY, baseURL: server.url, maxRetries: 0, timeout: 30_000 });
  type Cleanups = (() => Promise<unknown>)[];
  const opened: Cleanups = [];

  type Session = Awaited<ReturnType<typeof provider.sessions.create>>;
  let last: Session | null = null;
  const attach = async (
    session: Session,
    portalUrl: string,
    options: OpenOptions,
    cleanups: Cleanups,
  ): Promise<BrowserDriver> => {
    const browser = await chromium.connectOverCDP(session.connectUrl);
    cleanups.push(() => browser.close());
    const policy: GuardPolicy = {
      portalUrl,
      allowedPrivateHosts: options.allowedPrivateHosts ?? [new URL(portalUrl).host],
      onlyHosts: options.onlyHosts ?? null,
      values: () => options.values ?? [],
      valuesTyped: options.valuesTyped ?? (() => false),
      ...(options.alsoPortals === undefined ? {} : { alsoPortals: options.alsoPortals }),
    };
    const made = await createBrowserDriver({
      browser,
      connectUrl: session.connectUrl,
      downloads: downloadsOf(provider, session.id),
      guard: policy,
      redact: (text) => text,
      actionTimeoutMs: options.actionTimeoutMs ?? 10_000,
      signal: options.signal ?? new AbortController().signal,
      ...(options.login === undefined ? {} : { login: options.login }),
      ...(options.onHeldRequest === undefined ? {} : { onHeldRequest: options.onHeldRequest }),
    });
    cleanups.push(() => made.close());
    return made;
  };
  const create = async (
    portalUrl: string,
    options: OpenOptions,
    cleanups: Cleanups,
  ): Promise<BrowserDriver> => {
    const session = await provider.sessions.create({
      projectId: 'test',
      keepAlive: true,
      browserSettings: { viewport: { width: 1280, height: 900 } },
    });
    cleanups.push(() =>
      provider.sessions.update(session.id, { status: 'REQUEST_RELEASE', projectId: 'test' }),
    );
    last = session;
    return attach(session, portalUrl, options, cleanups);
  };
  const open: BrowserHost['open'] = async (portalUrl, options = {}) => {
    const cleanups: Cleanups = [];
    const end = (): Promise<void> => runAll(cleanups);
    return { driver: await create(portalUrl, options, cleanups), end };
  };
  const resume: BrowserHost['resume'] = (portalUrl, options = {}) => {
    if (last === null) throw new Error('no session to resume');
    return attach(last, portalUrl, options, opened);
  };
  const runAll = async (cleanups: Cleanups): Promise<void> => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup().catch(() => undefined);
  };
  const endSessions = (): Promise<void> => runAll(opened);
  return {
    open,
    driver: (portalUrl, options = {}) => create(portalUrl, options, opened),
    resume,
    headlessShell: found.headlessShell,
    endSessions,
    stop: async () => {
      await endSessions();
      await server.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function downloadsOf(provider: Browserbase, sessionId: string): SessionDownloads {
  return {
    list: async () => {
      const answer = await provider.sessions.downloads.list(sessionId);
      const files = unzipSync(new Uint8Array(await answer.arrayBuffer()));
      return Object.entries(files).map(([fileName, bytes]) => ({ fileName, bytes }));
    },
  };
}

/** The one element with this role whose name holds the words; else the one whose labels do. */
export function find(snapshot: Snapshot, role: ElementRole, words: string): ElementView {
  const ofRole = snapshot.elements.filter((element) => element.role === role);
  const holds = (text: string) => text.toLowerCase().includes(words.toLowerCase());
  const byName = ofRole.filter((element) => holds(element.name));
  const found =
    byName.length > 0 ? byName : ofRole.filter((element) => holds(Object.values(element.labels).join(' ')));
  if (found.length !== 1) {
    const listed = snapshot.elements.map((element) => `${element.role} "${element.name}"`).join(', ');
    throw new Error(`${found.length} elements are ${role} "${words}" among: ${listed}`);
  }
  return found[0]!;
}

export const literal = (text: string) => ({ source: 'literal', text });

/** Waits until `look` holds; fails after `timeoutMs`. */
export async function until(look: () => boolean | Promise<boolean>, timeoutMs = 8_000): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!(await look())) {
    if (performance.now() > end) throw new Error(`not seen within ${timeoutMs} ms: ${look.toString()}`);
    await delay(20);
  }
}
