/** Builds a worker's real parts from its environment. `main.ts` runs it; the fault suites run it with a few parts changed. */
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { createSatRegister, verifyCfdi, type SatRegister } from '@cfdi-live/cfdi';
import { checkPdf, createPacResolver, loadTrust } from '@cfdi-live/cfdi/node';
import { createArtifactVault, createDatabase, createKeyRing, createSupabaseStorage } from '@cfdi-live/db';
import type { Clock, Database } from '@cfdi-live/domain';
import { createQueue, type Queue } from '@cfdi-live/queue';
import { createHostResolver } from '@cfdi-live/webhooks';
import type { Logger } from 'pino';
import { createBrowserbaseProvider } from './adapters/browserbase.ts';
import { hostList, rfcList, type WorkerEnv } from './env.ts';
import type { MailServer } from './mail/mail-server.ts';
import { startReception } from './mail/reception.ts';
import type { BrowserProvider } from './ports.ts';
import type { Prover } from './run/proof.ts';
import { startWorker, type RunningWorker, type WorkerDeps } from './worker.ts';

/** A running worker that closes every connection of its own at the end. */
export interface ComposedWorker extends RunningWorker {
  /** Where mail comes in; null where none does. */
  smtpPort: number | null;
}

/** Throws when a part cannot be built: a bad key ring, an unreadable trust folder. Connections are made on first use. */
export async function composeWorker(
  env: WorkerEnv,
  log: Logger,
  changed: Partial<Pick<WorkerDeps, 'timings' | 'watch' | 'createGate' | 'clock'>> = {},
): Promise<ComposedWorker> {
  const clock = changed.clock ?? { now: () => new Date() };
  const prover = await proverOf(env, clock);
  const database = createDatabase({
    connectionString: env.DATABASE_URL,
    role: 'cfdi_worker',
    ...(env.DATABASE_DIRECT_URL === undefined ? {} : { listenConnectionString: env.DATABASE_DIRECT_URL }),
    keyRing: createKeyRing(env.ENCRYPTION_KEYS),
    log,
  });
  const queue = createQueue({
    redisUrl: env.REDIS_URL,
    databaseUrl: env.QUEUE_DATABASE_URL ?? env.DATABASE_URL,
    prefix: env.QUEUE_PREFIX,
    report: ({ kind, stage, error }) =>
      log.warn({ action: 'queue', kind, stage, err: error.name }, 'queue problem'),
  });
  const storage = createSupabaseStorage({
    url: env.SUPABASE_URL,
    secretKey: env.SUPABASE_SECRET_KEY,
    bucket: env.STORAGE_BUCKET,
  });
  const allowedPrivateHosts = hostList(env.ALLOWED_PRIVATE_HOSTS);
  const worker = startWorker({
    id: `${hostname()}-${process.pid}`,
    database,
    vault: createArtifactVault({ storage, tenantKeys: (scope) => database.tenantKeys(scope) }),
    queue,
    provider: providerOf(env, () => database.system.deploymentId()),
    prover,
    satRegisters: {
      live: registerAt(env.SAT_STATUS_URL),
      test: registerAt(env.SANDBOX_SAT_STATUS_URL),
    },
    clock,
    log,
    maxSessions: env.BROWSER_MAX_SESSIONS,
    creationsPerMinute: env.BROWSER_CREATIONS_PER_MINUTE ?? null,
    concurrency: env.WORKER_CONCURRENCY,
    allowedPrivateHosts,
    sandboxHosts: hostList(env.SANDBOX_HOSTS),
    mailDomain: env.INBOUND_DOMAIN ?? null,
    wear: {
      maxRuns: env.WORKER_MAX_RUNS ?? null,
      maxRssBytes: env.WORKER_MAX_RSS_MB === undefined ? null : env.WORKER_MAX_RSS_MB * 1024 * 1024,
    },
    dispatch: { allowedPrivateHosts, resolveHost: createHostResolver({ allowedPrivateHosts }) },
    ...changed,
  });
  return withMail(env, { worker, database, queue, log });
}

/** The worker with its mail server; once both have ended, what they worked with is closed. */
async function withMail(
  env: WorkerEnv,
  parts: { worker: RunningWorker; database: Database; queue: Queue; log: Logger },
): Promise<ComposedWorker> {
  const { worker, database, queue } = parts;
  const mail = await receptionOf(env, parts).catch(async (error: unknown) => {
    await worker.stop();
    throw error;
  });
  const composed = closingAfter(worker, mail, async () => {
    await queue.close();
    await database.close();
  });
  return { ...composed, smtpPort: mail?.port ?? null };
}

/** Mail comes in where a port is named. */
async function receptionOf(
  env: WorkerEnv,
  deps: Parameters<typeof startReception>[0],
): Promise<MailServer | null> {
  const { SMTP_PORT: port, SMTP_HOST: host, INBOUND_DOMAIN: domain } = env;
  if (port === undefined || domain === undefined) return null;
  const [key, cert] = [env.SMTP_TLS_KEY_FILE, env.SMTP_TLS_CERT_FILE];
  const tls =
    key === undefined || cert === undefined
      ? null
      : { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') };
  return startReception(deps, { port, host, domain, tls });
}

/** The same worker; mail is refused first, and once the worker has left, what it worked with is closed. */
function closingAfter(
  worker: RunningWorker,
  mail: MailServer | null,
  close: () => Promise<void>,
): RunningWorker {
  let closing: Promise<void> | null = null;
  let noMoreMail: Promise<void> | null = null;
  const closed = async (left: Promise<void>): Promise<void> => {
    noMoreMail ??= mail?.close() ?? Promise.resolve();
    await Promise.all([left, noMoreMail]);
    closing ??= close();
    await closing;
  };
  return {
    wornOut: worker.wornOut,
    stop: () => closed(worker.stop()),
    retire: () => closed(worker.retire()),
  };
}

/** The proof with the operator's trust; certificates of named PACs are fetched where they are missing. */
async function proverOf(env: WorkerEnv, clock: Clock): Promise<Prover> {
  const trust = await loadTrust({
    ...(env.SAT_CA_DIR === undefined ? {} : { caDir: env.SAT_CA_DIR }),
    ...(env.SAT_CERT_DIR === undefined ? {} : { certDir: env.SAT_CERT_DIR }),
  });
  const completeTrust = createPacResolver({ pacRfcs: rfcList(env.SAT_PAC_RFCS) });
  return {
    verify: async (xml, expectation) => verifyCfdi(xml, expectation, await completeTrust(xml, trust)),
    checkPdf: (pdf, uuid) => checkPdf(pdf, uuid),
    now: () => clock.now(),
  };
}

function registerAt(url: string | null): SatRegister | null {
  return url === null ? null : createSatRegister({ url });
}

function providerOf(env: WorkerEnv, ownId: () => Promise<string>): BrowserProvider {
  let known = env.DEPLOYMENT_ID;
  return createBrowserbaseProvider({
    apiKey: env.BROWSERBASE_API_KEY,
    ...(env.BROWSERBASE_PROJECT_ID === undefined ? {} : { projectId: env.BROWSERBASE_PROJECT_ID }),
    ...(env.BROWSERBASE_BASE_URL === undefined ? {} : { baseUrl: env.BROWSERBASE_BASE_URL }),
    country: env.BROWSER_COUNTRY === 'none' ? null : env.BROWSER_COUNTRY,
    deployment: async () => (known ??= await ownId()),
  });
}
