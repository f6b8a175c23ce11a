import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Chromium } from './chromium/find.ts';
import { type Clock, systemClock } from './clock.ts';
import { handleApi, send } from './http/api.ts';
import { answerLivePages } from './http/live-pages.ts';
import { createLiveTokens } from './http/live-tokens.ts';
import { type Reply, failure } from './http/reply.ts';
import type { RouteDeps } from './http/route.ts';
import { requestUrl } from './http/request-url.ts';
import { createSockets } from './http/sockets.ts';
import { livePageFile } from './live-page.ts';
import type { Log } from './log.ts';
import { openDataDir } from './session/data-dir.ts';
import { createSessions } from './session/sessions.ts';

export type BrowserbaseLocalOptions = {
  /** 0 takes a free one. */
  readonly port: number;
  /** The one key that is let in, by `X-BB-API-Key`. */
  readonly apiKey: string;
  /** How many sessions may be open at once; one more is answered 429. */
  readonly maxConcurrent: number;
  /** Downloads, profiles and what is needed to clean up after a crash; for this server alone. */
  readonly dataDir: string;
  readonly chromium: Chromium;
  /** The address listened on; loopback unless told. */
  readonly host?: string;
  readonly log?: Log;
  readonly clock?: Clock;
};

export type BrowserbaseLocal = {
  /** For the SDK's `baseURL`. */
  readonly url: string;
  /** Ends every session and stops; resolves when no process of it is left. May be called twice. */
  readonly close: () => Promise<void>;
};

const listen = (server: Server, port: number, host: string): Promise<string> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const { address, family, port } = server.address() as AddressInfo;
      resolve(`http://${family === 'IPv6' ? `[${address}]` : address}:${port}`);
    });
  });

const stop = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

/** What needs no key: the live page, its parts, and, by its token, its tabs. */
const answerLive = async (url: URL, deps: RouteDeps): Promise<Reply> =>
  livePageFile(url.pathname) ?? (await answerLivePages(url, deps)) ?? failure(404);

/**
 * Starts the server: first it kills what an earlier one on the same folder left running.
 * @throws DataDirInUseError when a living server holds the folder; the system's error when the port is taken
 */
export const startBrowserbaseLocal = async (options: BrowserbaseLocalOptions): Promise<BrowserbaseLocal> => {
  const { apiKey, chromium, maxConcurrent, log = () => undefined, clock = systemClock } = options;
  if (apiKey === '') throw new Error('apiKey must not be empty');
  const dataDir = await openDataDir(options.dataDir, clock.now(), log);
  const { sessionsDir, earlier } = dataDir;
  const sessions = createSessions({ sessionsDir, earlier, chromium, maxConcurrent, clock, log });
  const deps = { sessions, liveTokens: createLiveTokens(), apiKey, clock, log };
  const sockets = createSockets(deps);
  const server = createServer((request, response) => {
    const url = requestUrl(request);
    if (url === undefined) send(response, failure(400));
    else if (url.pathname.startsWith('/v1/')) void handleApi(request, response, url, deps);
    else void answerLive(url, deps).then((reply) => send(response, reply));
  });
  server.on('upgrade', (request, socket, head) => {
    sockets.upgrade(request, socket, head).catch(() => socket.destroy());
  });

  const shutDown = async (): Promise<void> => {
    await sessions.close();
    sockets.close();
    await stop(server);
    dataDir.release();
  };
  let closing: Promise<void> | undefined;
  try {
    const url = await listen(server, options.port, options.host ?? '127.0.0.1');
    log('server.listening', { url });
    return { url, close: () => (closing ??= shutDown()) };
  } catch (error) {
    dataDir.release();
    throw error;
  }
};
