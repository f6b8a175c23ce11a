/** What the API is made of: `main.ts` (or a test) hands it over, nothing is looked up from inside. */
import type {
  ArtifactVault,
  Clock,
  Database,
  HostResolver,
  JobQueue,
  OutboundRules,
  Principal,
  VendorCatalogue,
  SendWebhook,
} from '@cfdi-live/domain';
import type { HttpBindings } from '@hono/node-server';
import type { Access, Caller } from './http/access.ts';
import type { VerifyPerson } from './http/person.ts';
import type { Policies } from './limits/policies.ts';
import type { RequestLimits } from './limits/request-limits.ts';
import type { LimitStore } from './limits/store.ts';
import type { EventHub } from './streams/hub.ts';
import type { StreamTimes } from './streams/times.ts';

/** Structured log lines, as pino writes them. Neither fields nor message may hold a value of a request's body. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface ApiConfig {
  /** `host` or `host:port`, lower case: the only private addresses that portals and receivers may have. */
  allowedPrivateHosts: readonly string[];
  /** `host` or `host:port`, lower case: the portals of test keys. */
  sandboxHosts: readonly string[];
  /** Default: `STREAM_TIMES`. */
  streams?: StreamTimes;
  /** Proxies of ours that write `X-Forwarded-For`; default 0: the socket's address counts. */
  trustedProxyHops?: number;
  /** In place of `POLICIES`. */
  limits?: Partial<Policies>;
}

export interface ApiDeps {
  database: Database;
  vault: ArtifactVault;
  queue: JobQueue;
  clock: Clock;
  resolveHost: HostResolver;
  verifyPerson: VerifyPerson;
  log: Log;
  config: ApiConfig;
  /** Where requests are counted; default: in this process. */
  limitStore?: LimitStore;
  /** Aborted when the process is to stop: open streams end, so that the server can close. */
  stopping?: AbortSignal;
}

/** What a handler finds in `c.var.services`. */
export interface Services extends Omit<
  ApiDeps,
  'config' | 'resolveHost' | 'stopping' | 'verifyPerson' | 'limitStore'
> {
  access: Access;
  limits: RequestLimits;
  trustedProxyHops: number;
  outbound: OutboundRules;
  /** Sends on demand, what was asked for in a request. */
  sendWebhook: SendWebhook;
  sandboxHosts: readonly string[];
  vendors: VendorCatalogue;
  /** The open event streams. */
  events: EventHub;
}

/** The Hono environment of every route. */
export interface ApiEnv {
  /** Node's own request and answer; not there when the app is called without a server. */
  Bindings: Partial<HttpBindings>;
  Variables: {
    services: Services;
    requestId: string;
    /** Set by authentication: who asks. */
    caller: Caller;
    /** Set by authorisation, in operations that are for a tenant: read it in no other. */
    principal: Principal;
    /** Set where a body of JSON was read, before its schema looked at it. */
    json?: unknown;
    /** Set by `answerJson`: an answer and its text. */
    answer?: { response: Response; text: string };
    /** Set where a body is a file. */
    file?: Uint8Array;
  };
}
