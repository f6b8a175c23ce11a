/** What each process of a local stack finds in its environment: the names of `.env.example`. */
import type { DataServices } from './data-services.ts';
import { QUEUE_PREFIX } from './data-services.ts';
import type { StackSecrets } from './secrets.ts';
import type { TrustFolders } from './trust.ts';

export interface StackParts {
  data: DataServices;
  secrets: StackSecrets;
  browserbaseUrl: string;
  trust: TrustFolders;
  /** The gallery's imitation of SAT's register: nothing of a local stack asks the real one. */
  satStatusUrl: string;
  allowedPrivateHosts: readonly string[];
  /** The gallery's portals. */
  sandboxHosts: readonly string[];
  maxSessions: number;
  redisUrl: string | undefined;
  logLevel: string;
  apiPort: number;
}

type Env = Record<string, string>;

/** Of the tasks' mail addresses: a name that portals take for a real one, and that never leads anywhere. */
export const MAIL_DOMAIN = 'inbox.cfdi-live.test';

function sharedEnv(parts: StackParts): Env {
  return {
    SUPABASE_URL: parts.data.supabaseUrl,
    SUPABASE_SECRET_KEY: parts.secrets.supabaseSecret,
    ENCRYPTION_KEYS: parts.secrets.encryptionKeys,
    ALLOWED_PRIVATE_HOSTS: parts.allowedPrivateHosts.join(','),
    SANDBOX_HOSTS: parts.sandboxHosts.join(','),
    LOG_LEVEL: parts.logLevel,
    QUEUE_PREFIX,
    ...(parts.redisUrl === undefined ? {} : { REDIS_URL: parts.redisUrl }),
  };
}

export function apiEnv(parts: StackParts): Env {
  return {
    ...sharedEnv(parts),
    DATABASE_URL: parts.data.apiUrl,
    SUPABASE_JWT_SECRET: parts.secrets.supabaseJwt,
    QUEUE_DATABASE_URL: parts.data.apiQueueUrl,
    PORT: String(parts.apiPort),
    HOST: '127.0.0.1',
  };
}

export function workerEnv(parts: StackParts): Env {
  return {
    ...sharedEnv(parts),
    DATABASE_URL: parts.data.workerUrl,
    QUEUE_DATABASE_URL: parts.data.workerQueueUrl,
    BROWSERBASE_API_KEY: parts.secrets.browserbase,
    BROWSERBASE_BASE_URL: parts.browserbaseUrl,
    BROWSER_MAX_SESSIONS: String(parts.maxSessions),
    BROWSER_COUNTRY: 'none',
    INBOUND_DOMAIN: MAIL_DOMAIN,
    SMTP_PORT: '0',
    SMTP_HOST: '127.0.0.1',
    SAT_CA_DIR: parts.trust.caDir,
    SAT_CERT_DIR: parts.trust.certDir,
    SAT_STATUS_URL: parts.satStatusUrl,
    SANDBOX_SAT_STATUS_URL: parts.satStatusUrl,
  };
}
