/** Browsers by Browserbase, or any server that speaks its API, through the official SDK. */
import { APIError, Browserbase, NotFoundError, RateLimitError } from '@browserbasehq/sdk';
import { unzipSync } from 'fflate';
import { chromium, type Browser } from 'playwright-core';
import type { BrowserProvider } from '../ports.ts';

/** Key in a session's user metadata that carries our row's id. */
const ROW_KEY = 'cfdiSession';
/** And the deployment that the row belongs to: an account may serve several. */
const DEPLOYMENT_KEY = 'cfdiDeployment';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024;

interface BrowserbaseOptions {
  apiKey: string;
  projectId?: string;
  baseUrl?: string;
  /** ISO country that the browsers appear from: many portals refuse foreign addresses. Null: no proxy is asked for. */
  country: string | null;
  /** Names this deployment in the provider's account. Asked for when it is needed; may reject while the database is away. */
  deployment: () => Promise<string>;
}

export function createBrowserbaseProvider(options: BrowserbaseOptions): BrowserProvider {
  // The SDK would retry a create up to three times, and each try that was lost on the way would be billed.
  const client = new Browserbase({
    apiKey: options.apiKey,
    maxRetries: 0,
    timeout: 30_000,
    ...(options.baseUrl === undefined ? {} : { baseURL: options.baseUrl }),
  });
  return {
    create: (input) => createSession(client, options, input),
    connect,
    async connectUrlOf(id) {
      const session = await findSession(client, id);
      return session !== null && isAlive(session) ? (session.connectUrl ?? null) : null;
    },
    release: (id) => releaseSession(client, options, id),
    async isRunning(id) {
      const session = await findSession(client, id);
      return session !== null && isAlive(session);
    },
    async findByRow(rowId) {
      const sessions = await client.sessions.list({ q: metadataIs(ROW_KEY, rowId) });
      return sessions.filter(isAlive).map((session) => session.id);
    },
    async listRunning() {
      const q = metadataIs(DEPLOYMENT_KEY, await options.deployment());
      const sessions = await client.sessions.list({ q, status: 'RUNNING' });
      return sessions.flatMap(({ id, userMetadata }) => {
        const rowId = userMetadata?.[ROW_KEY];
        return typeof rowId === 'string' && UUID.test(rowId) ? [{ providerSessionId: id, rowId }] : [];
      });
    },
    downloads: (id) => ({
      async list(signal) {
        const response = await client.sessions.downloads.list(id, { signal });
        return unpack(new Uint8Array(await response.arrayBuffer()));
      },
    }),
    ...keptGuards(client),
  };
}

/**
 * The guard of a session without a run: an extension that `browserbase-local` has and Browserbase has not, where every
 * address of it is 404: there nobody guards, and nobody counts.
 */
function keptGuards(
  client: Browserbase,
): Pick<BrowserProvider, 'guard' | 'liftGuard' | 'requestsDuringTakeover'> {
  const unlessUnknown = async <T>(answer: Promise<T>): Promise<T | null> => {
    try {
      return await answer;
    } catch (error) {
      // 410: under no guard.
      if (error instanceof NotFoundError || (error instanceof APIError && error.status === 410)) return null;
      throw error;
    }
  };
  const path = (id: string) => `/v1/sessions/${encodeURIComponent(id)}/guard`;
  return {
    async guard(id, rules) {
      await unlessUnknown(client.post(path(id), { body: { rules } }));
    },
    async liftGuard(id) {
      await unlessUnknown(client.post(`${path(id)}/lift`));
    },
    async requestsDuringTakeover(id) {
      const state = await unlessUnknown(client.get<unknown, { requests?: unknown }>(path(id)));
      return typeof state?.requests === 'number' ? state.requests : null;
    },
  };
}

/** Waits no longer than it is wanted; a connection that comes later is closed. */
async function connect(connectUrl: string, signal: AbortSignal): Promise<Browser> {
  signal.throwIfAborted();
  const connecting = chromium.connectOverCDP(connectUrl, { timeout: 30_000 });
  const unwanted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('no longer wanted')), { once: true });
  });
  try {
    return await Promise.race([connecting, unwanted]);
  } catch (error) {
    connecting.then((browser) => browser.close()).catch(() => undefined);
    throw error;
  }
}

const isAlive = ({ status }: { status: string }) => status === 'RUNNING' || status === 'PENDING';

const metadataIs = (key: string, value: string) => `user_metadata['${key}']:'${value}'`;

/** Null: the provider knows of none. */
async function findSession(client: Browserbase, id: string) {
  try {
    return await client.sessions.retrieve(id);
  } catch (error) {
    if (error instanceof NotFoundError) return null;
    throw error;
  }
}

async function createSession(
  client: Browserbase,
  options: BrowserbaseOptions,
  { rowId, timeoutSeconds, signal }: Parameters<BrowserProvider['create']>[0],
): ReturnType<BrowserProvider['create']> {
  const userMetadata = { [ROW_KEY]: rowId, [DEPLOYMENT_KEY]: await options.deployment() };
  try {
    const session = await client.sessions.create(
      { ...sessionParams(options, timeoutSeconds), userMetadata },
      { signal },
    );
    return { kind: 'created', providerSessionId: session.id, connectUrl: session.connectUrl };
  } catch (error) {
    if (error instanceof RateLimitError) return { kind: 'busy', retryAfterMs: retryAfterMs(error) };
    throw error;
  }
}

async function releaseSession(client: Browserbase, options: BrowserbaseOptions, id: string): Promise<void> {
  try {
    await client.sessions.update(id, { status: 'REQUEST_RELEASE', ...project(options) });
  } catch (error) {
    // Over already, or unknown to the provider: the wish is fulfilled.
    const over =
      error instanceof APIError && (error.status === 404 || error.status === 410 || error.status === 400);
    if (!over) throw error;
  }
}

function sessionParams(options: BrowserbaseOptions, timeoutSeconds: number) {
  return {
    ...project(options),
    // Cannot be turned on later, and a task that waits for a person keeps its session.
    keepAlive: true,
    api_timeout: Math.max(60, timeoutSeconds),
    // All three default to true; recordings and logs would hold fiscal data, CAPTCHAs are for people.
    browserSettings: {
      solveCaptchas: false,
      recordSession: false,
      logSession: false,
      viewport: { width: 1280, height: 800 },
    },
    ...(options.country === null
      ? {}
      : { proxies: [{ type: 'browserbase' as const, geolocation: { country: options.country } }] }),
  };
}

function project(options: BrowserbaseOptions): { projectId?: string } {
  return options.projectId === undefined ? {} : { projectId: options.projectId };
}

function retryAfterMs(error: RateLimitError): number {
  const seconds = Number(new Headers(error.headers as Record<string, string> | undefined).get('retry-after'));
  // Everybody waits as long as it says, but a slip of the provider must not stop the product for a day.
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 600) * 1000 : 5_000;
}

function unpack(zip: Uint8Array): { fileName: string; bytes: Uint8Array }[] {
  // 22 bytes: an empty archive, the provider's way to say "nothing yet".
  if (zip.byteLength <= 22) return [];
  let total = 0;
  const files = unzipSync(zip, {
    filter: (file) => {
      total += file.originalSize;
      return file.originalSize <= MAX_DOWNLOAD_BYTES && total <= 2 * MAX_DOWNLOAD_BYTES;
    },
  });
  return Object.entries(files).map(([fileName, bytes]) => ({ fileName, bytes }));
}
