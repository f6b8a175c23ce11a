/** Builds the API's real parts from its environment. Connections are made on first use. */
import {
  createArtifactVault,
  createDatabase,
  createSupabaseStorage,
  type DatabaseOptions,
} from '@cfdi-live/db';
import { createJobQueue, createQueue, openSharedRedis } from '@cfdi-live/queue';
import { createHostResolver } from '@cfdi-live/webhooks';
import type { Logger } from 'pino';
import { createPersonVerifier } from './adapters/supabase-auth.ts';
import { createApp } from './app.ts';
import type { ApiEnvironment } from './env.ts';
import type { Policies } from './limits/policies.ts';

export interface ComposedApi {
  app: ReturnType<typeof createApp>;
  /** Ends open streams, so that a server can close. */
  stopStreams(): void;
  /** Closes every connection; for when nothing is served any more. */
  close(): Promise<void>;
}

/** `limits`: in place of those of `POLICIES`. */
export function composeApi(env: ApiEnvironment, log: Logger, limits: Partial<Policies> = {}): ComposedApi {
  const database = createDatabase(databaseOptions(env, log));
  const queue = createQueue({
    redisUrl: env.REDIS_URL,
    databaseUrl: env.QUEUE_DATABASE_URL ?? env.DATABASE_URL,
    prefix: env.QUEUE_PREFIX,
    report: ({ kind, stage, error }) =>
      log.warn({ action: 'queue', kind, stage, error: error.name }, 'queue problem'),
  });
  const storage = createSupabaseStorage({
    url: env.SUPABASE_URL,
    secretKey: env.SUPABASE_SECRET_KEY,
    bucket: env.STORAGE_BUCKET,
  });
  const redis =
    env.REDIS_URL === undefined
      ? undefined
      : openSharedRedis(env.REDIS_URL, (error) =>
          log.warn({ action: 'limits', error: error.name }, 'Redis problem'),
        );
  const stopping = new AbortController();
  const clock = { now: () => new Date() };
  const app = createApp({
    database,
    vault: createArtifactVault({ storage, tenantKeys: (scope) => database.tenantKeys(scope) }),
    queue: createJobQueue(queue),
    clock,
    verifyPerson: createPersonVerifier({ ...signersOf(env), clock }),
    resolveHost: createHostResolver({ allowedPrivateHosts: env.ALLOWED_PRIVATE_HOSTS }),
    log,
    config: {
      allowedPrivateHosts: env.ALLOWED_PRIVATE_HOSTS,
      sandboxHosts: env.SANDBOX_HOSTS,
      trustedProxyHops: env.TRUST_PROXY_HOPS,
      limits,
    },
    limitStore:
      redis === undefined ? { kind: 'postgres', query: database.countRequests } : { kind: 'redis', redis },
    stopping: stopping.signal,
  });
  return {
    app,
    stopStreams: () => stopping.abort(),
    close: async () => {
      redis?.disconnect();
      await queue.close();
      await database.close();
    },
  };
}

/** Who signs access tokens: Supabase Auth, at its usual addresses unless told otherwise. */
function signersOf(env: ApiEnvironment) {
  const auth = `${env.SUPABASE_URL.replace(/\/+$/, '')}/auth/v1`;
  return {
    issuer: env.SUPABASE_JWT_ISSUER ?? auth,
    jwksUrl: env.SUPABASE_JWKS_URL ?? `${auth}/.well-known/jwks.json`,
    secret: env.SUPABASE_JWT_SECRET,
  };
}

function databaseOptions(env: ApiEnvironment, log: Logger): DatabaseOptions {
  const direct = env.DATABASE_DIRECT_URL;
  return {
    connectionString: env.DATABASE_URL,
    role: 'cfdi_api',
    keyRing: env.ENCRYPTION_KEYS,
    log,
    ...(direct === undefined ? {} : { listenConnectionString: direct }),
  };
}
