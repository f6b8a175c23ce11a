/** What the API is made of: `main.ts` (or a test) hands it over, nothing is looked up from inside. */
import type {
  ArtifactVault,
  Clock,
  Database,
  HostResolver,
  JobQueue,
  OutboundRules,
  Principal,
} from '@cfdi-live/domain';
import type { Access } from './http/access.ts';

/** Structured log lines, as pino writes them. Neither fields nor message may hold a value of a request's body. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Rhythm of an open event stream, in milliseconds. */
export interface StreamTimes {
  /** A comment keeps proxies from closing a silent stream. */
  heartbeatMs: number;
  /** How often an open stream asks whether its key still stands. */
  accessCheckMs: number;
  /** How often it looks into the log by itself, for a hint may be lost. */
  pollMs: number;
}

export const STREAM_TIMES: StreamTimes = { heartbeatMs: 15_000, accessCheckMs: 2_000, pollMs: 3_000 };

export interface ApiConfig {
  /** `host` or `host:port`, lower case: the only private addresses that portals and receivers may have. */
  allowedPrivateHosts: readonly string[];
  /** `host` or `host:port`, lower case: the portals of test keys. */
  sandboxHosts: readonly string[];
  /** Default: `STREAM_TIMES`. */
  streams?: StreamTimes;
}

export interface ApiDeps {
  database: Database;
  vault: ArtifactVault;
  queue: JobQueue;
  clock: Clock;
  resolveHost: HostResolver;
  log: Log;
  config: ApiConfig;
  /** Aborted when the process is to stop: open streams end, so that the server can close. */
  stopping?: AbortSignal;
}

/** What a handler finds in `c.var.services`. */
export interface Services extends Omit<ApiDeps, 'config' | 'resolveHost' | 'stopping'> {
  access: Access;
  outbound: OutboundRules;
  sandboxHosts: readonly string[];
  streams: StreamTimes;
  stopping: AbortSignal;
}

/** The Hono environment of every route. */
export interface ApiEnv {
  Variables: {
    services: Services;
    requestId: string;
    /** Set by authentication: read it only in operations that ask for a scope. */
    principal: Principal;
  };
}
