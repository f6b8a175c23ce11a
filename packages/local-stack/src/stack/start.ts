/**
 * The whole product on one machine: embedded Postgres, Supabase's Auth and Storage, the queue, browsers, the gallery of
 * portals, and API and worker as two processes, started as in production. Free ports everywhere; data under one folder;
 * a stack that was killed starts again on the same folder.
 */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium, startBrowserbaseLocal } from '@cfdi-live/browserbase-local';
import { startGallery, type Gallery } from '@cfdi-live/portal-gallery';
import { openTestPki } from '@cfdi-live/portal-gallery/issuer';
import { startDataServices } from './data-services.ts';
import { apiEnv, MAIL_DOMAIN, workerEnv, type StackParts } from './environments.ts';
import { ensureTenant, syncDirectory, type StackKeys } from './provision.ts';
import { openSecrets } from './secrets.ts';
import { startService, type Service } from './service.ts';
import { Teardown } from './teardown.ts';
import { writeTrust } from './trust.ts';

export interface LocalStackOptions {
  /** Everything that outlives a stop lies here; made on the first start. */
  dataDir: string;
  /** Told as each part stands, with its milliseconds. */
  onPart?: (part: string, ms: number) => void;
  /** `host` or `host:port` entries besides the gallery's: portals and webhook receivers of one's own. */
  allowedPrivateHosts?: readonly string[];
  /** Folders that are trusted besides the gallery's authority. */
  satCaDir?: string | undefined;
  satCertDir?: string | undefined;
  redisUrl?: string | undefined;
  apiPort?: number;
  maxSessions?: number;
  logLevel?: string;
  /** Another program in the worker's place: the fault suites run one that stops where it is told. */
  workerMain?: string;
  workerEnv?: Record<string, string>;
  gallery?: { reservationMs?: number; latencyMs?: number; now?: () => Date };
}

export interface LocalStack {
  apiUrl: string;
  /** API keys of one tenant, for both modes. */
  keys: StackKeys;
  /** The product's database by its superuser, for harnesses to look into. */
  databaseUrl: string;
  /** The same by the role that migrates. */
  ownerUrl: string;
  /** What `createClient` of `@supabase/supabase-js` takes, for people who sign in. */
  supabaseUrl: string;
  supabasePublishableKey: string;
  browserbaseUrl: string;
  browserbaseApiKey: string;
  gallery: Gallery;
  /** Where mail for tasks comes in now, at the worker; null while there is none. */
  smtpPort(): number | null;
  /** Of the tasks' addresses. */
  mailDomain: string;
  logDir: string;
  /** Where the browser server keeps its sessions. */
  browsersDir: string;
  /** What the two processes find in their environments, to start others beside or instead of them. */
  environments: { api: Record<string, string>; worker: Record<string, string> };
  api(): Service;
  worker(): Service;
  /** Starts another worker in the place of one that was stopped or killed. */
  restartWorker(env?: Record<string, string>): Promise<void>;
  /** Starts a worker beside the others; it is stopped with the stack at the latest. */
  addWorker(env?: Record<string, string>): Promise<Service>;
  /** Takes Postgres away as a crash would, for so long. Resolves when it is back. */
  crashPostgres(downMs: number): Promise<void>;
  stop(): Promise<void>;
}

const repository = fileURLToPath(new URL('../../../..', import.meta.url));
const API_MAIN = path.join(repository, 'api/src/main.ts');
const WORKER_MAIN = path.join(repository, 'worker/src/main.ts');

/** Starts everything, or stops what it started and throws. */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const teardown = new Teardown();
  try {
    return await start(options, teardown);
  } catch (error) {
    await teardown.run();
    throw error;
  }
}

async function start(options: LocalStackOptions, teardown: Teardown): Promise<LocalStack> {
  const dataDir = path.resolve(options.dataDir);
  const logDir = path.join(dataDir, 'logs');
  await mkdir(logDir, { recursive: true });
  // Portals send their mail to the worker that runs at that moment.
  let smtpPort = (): number | null => null;
  const { parts, gallery } = await startParts(options, dataDir, () => smtpPort(), teardown);
  const { data, secrets } = parts;
  const keys = await ensureTenant({
    adminUrl: data.adminUrl,
    encryptionKeys: secrets.encryptionKeys,
    dataDir,
  });
  await syncDirectory({
    adminUrl: data.adminUrl,
    encryptionKeys: secrets.encryptionKeys,
    sandbox: gallery.portals.map(({ vendor }) => vendor),
  });
  const processes = await startProcesses(options, parts, logDir, teardown);
  smtpPort = () => processes.worker().smtpPort;
  return {
    ...processes,
    smtpPort,
    mailDomain: MAIL_DOMAIN,
    keys,
    supabaseUrl: data.supabaseUrl,
    supabasePublishableKey: secrets.supabasePublishable,
    databaseUrl: data.adminUrl,
    ownerUrl: data.ownerUrl,
    browserbaseUrl: parts.browserbaseUrl,
    browserbaseApiKey: secrets.browserbase,
    gallery,
    logDir,
    browsersDir: browsersDirOf(dataDir),
    environments: { api: apiEnv(parts), worker: workerEnv(parts) },
    crashPostgres: (downMs) => data.crashPostgres(downMs),
    stop: () => teardown.run(),
  };
}

/** What the product runs on. */
async function startParts(
  options: LocalStackOptions,
  dataDir: string,
  smtpPort: () => number | null,
  teardown: Teardown,
): Promise<{ parts: StackParts; gallery: Gallery }> {
  const secrets = await openSecrets(dataDir);
  const maxSessions = options.maxSessions ?? 3;
  const timed = timer(options.onPart);
  const [data, browsers, portals] = await allOrNone([
    timed('Postgres, Supabase Auth and Storage', () =>
      startDataServices({ dataDir, secrets }).then((it) => teardown.add(it.stop, it)),
    ),
    timed('browsers', () =>
      startBrowsers(dataDir, secrets.browserbase, maxSessions).then((it) => teardown.add(it.close, it)),
    ),
    timed('portals', () =>
      startPortals(dataDir, smtpPort, options).then((it) => teardown.add(() => it.gallery.close(), it)),
    ),
  ]);
  const parts = {
    data,
    secrets,
    browserbaseUrl: browsers.url,
    trust: portals.trust,
    satStatusUrl: portals.gallery.sat.url,
    allowedPrivateHosts: [...portals.hosts, ...(options.allowedPrivateHosts ?? [])],
    sandboxHosts: portals.hosts,
    maxSessions,
    redisUrl: options.redisUrl,
    logLevel: options.logLevel ?? 'info',
    apiPort: options.apiPort ?? 0,
  };
  return { parts, gallery: portals.gallery };
}

/** API and worker. */
async function startProcesses(
  options: LocalStackOptions,
  parts: StackParts,
  logDir: string,
  teardown: Teardown,
): Promise<Pick<LocalStack, 'apiUrl' | 'api' | 'worker' | 'restartWorker' | 'addWorker'>> {
  const timed = timer(options.onPart);
  const startApi = () =>
    startService({
      name: 'the API',
      main: API_MAIN,
      env: apiEnv(parts),
      logFile: path.join(logDir, 'api.log'),
    });
  const startWorkerProcess = (env: Record<string, string> = {}) =>
    startService({
      name: 'the worker',
      main: options.workerMain ?? WORKER_MAIN,
      env: { ...workerEnv(parts), ...options.workerEnv, ...env },
      logFile: path.join(logDir, 'worker.log'),
    });
  const [api, firstWorker] = await allOrNone([
    timed('API', () => startApi().then((it) => teardown.add(it.stop, it))),
    timed('worker', () => startWorkerProcess()),
  ]);
  let worker = firstWorker;
  const added = new Set<Service>();
  teardown.add(() => Promise.all([worker, ...added].map((it) => it.stop())), null);
  return {
    apiUrl: api.url ?? '',
    api: () => api,
    worker: () => worker,
    async restartWorker(env) {
      worker = await startWorkerProcess(env);
    },
    async addWorker(env) {
      const another = await startWorkerProcess(env);
      added.add(another);
      void another.ended.then(() => added.delete(another));
      return another;
    },
  };
}

/** Tells how long each part took to stand. */
function timer(onPart: LocalStackOptions['onPart']) {
  return async <T>(part: string, start: () => Promise<T>): Promise<T> => {
    const started = performance.now();
    const done = await start();
    onPart?.(part, Math.round(performance.now() - started));
    return done;
  };
}

function browsersDirOf(dataDir: string): string {
  return path.join(dataDir, 'browsers');
}

async function startBrowsers(dataDir: string, apiKey: string, maxConcurrent: number) {
  const chromium = await findChromium({ env: process.env });
  return await startBrowserbaseLocal({
    port: 0,
    apiKey,
    maxConcurrent,
    dataDir: browsersDirOf(dataDir),
    chromium,
  });
}

async function startPortals(dataDir: string, smtpPort: () => number | null, options: LocalStackOptions) {
  const pki = await openTestPki(path.join(dataDir, 'pki'));
  const trust = await writeTrust(path.join(dataDir, 'trust'), pki, {
    caDir: options.satCaDir,
    certDir: options.satCertDir,
  });
  const gallery = await startGallery({
    port: 0,
    pki,
    dataDir: path.join(dataDir, 'gallery'),
    smtpPort,
    ...options.gallery,
  });
  return { gallery, trust, hosts: gallery.portals.flatMap(({ vendor }) => vendor.hosts) };
}

/** Like `Promise.all`, but waits for every part before it fails, so that nothing starts after the teardown. */
async function allOrNone<T extends readonly unknown[]>(parts: { [K in keyof T]: Promise<T[K]> }): Promise<T> {
  const settled = await Promise.allSettled(parts);
  const failed = settled.find((part) => part.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return settled.map((part) => (part.status === 'fulfilled' ? part.value : undefined)) as unknown as T;
}
