/** Builds a worker's real parts from its environment. `main.ts` runs it; the fault suites run it with a few parts changed. */
import { hostname } from 'node:os';
import { createSatRegister, verifyCfdi, type SatRegister } from '@cfdi-live/cfdi';
import { checkPdf, createPacResolver, loadTrust } from '@cfdi-live/cfdi/node';
import { createArtifactVault, createDatabase, createKeyRing, createSupabaseStorage } from '@cfdi-live/db';
import type { Clock } from '@cfdi-live/domain';
import { createQueue } from '@cfdi-live/queue';
import { createHostResolver } from '@cfdi-live/webhooks';
import type { Logger } from 'pino';
import { createBrowserbaseProvider } from './adapters/browserbase.ts';
import { hostList, rfcList, type WorkerEnv } from './env.ts';
import type { BrowserProvider } from './ports.ts';
import type { Prover } from './run/proof.ts';
import { startWorker, type RunningWorker, type WorkerDeps } from './worker.ts';

/** A running worker that closes every connection of its own at the end. */
export type ComposedWorker = RunningWorker;

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
    concurrency: env.WORKER_CONCURRENCY,
    allowedPrivateHosts,
    sandboxHosts: hostList(env.SANDBOX_HOSTS),
    wear: {
      maxRuns: env.WORKER_MAX_RUNS ?? null,
      maxRssBytes: env.WORKER_MAX_RSS_MB === undefined ? null : env.WORKER_MAX_RSS_MB * 1024 * 1024,
    },
    dispatch: { allowedPrivateHosts, resolveHost: createHostResolver({ allowedPrivateHosts }) },
    ...changed,
  });
  return closingAfter(worker, async () => {
    await queue.close();
    await database.close();
  });
}

/** The same worker; once it has left, what it worked with is closed. */
function closingAfter(worker: RunningWorker, close: () => Promise<void>): ComposedWorker {
  let closing: Promise<void> | null = null;
  const closed = async (left: Promise<void>): Promise<void> => {
    await left;
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
