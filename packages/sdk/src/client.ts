import { CfdiLiveError } from './core/errors.ts';
import { Transport } from './core/transport.ts';
import { ApiKeys } from './resources/api-keys.ts';
import { Artifacts } from './resources/artifacts.ts';
import { Cfdis } from './resources/cfdis.ts';
import { Credentials } from './resources/credentials.ts';
import { Events } from './resources/events.ts';
import { Health } from './resources/health.ts';
import { LiveTokens } from './resources/live-tokens.ts';
import { Members } from './resources/members.ts';
import { Profiles } from './resources/profiles.ts';
import { Tasks } from './resources/tasks.ts';
import { Tenants } from './resources/tenants.ts';
import { UsageReports } from './resources/usage.ts';
import { Vendors } from './resources/vendors.ts';
import { WebhookEndpoints } from './resources/webhook-endpoints.ts';
import { verifyWebhook } from './webhooks.ts';

/** Who calls: a program by its key, a page by its live token, or a person by their access token. */
export type CfdiLiveOptions = ConnectionOptions & (KeyOptions | PersonOptions);

export interface KeyOptions {
  /** `cl_live_…` or `cl_test_…`; in a page, a live token (`clt_…`). */
  apiKey: string;
}

export interface PersonOptions {
  /** The access token of a Supabase Auth session. A function is asked before each request, for a token that is renewed. */
  accessToken: string | (() => string | Promise<string>);
  /** For a person who belongs to several tenants: which one. */
  tenant?: string;
  /** Which mode's data; default `live`. */
  mode?: 'live' | 'test';
}

export interface ConnectionOptions {
  /** Where the API is; default `https://api.cfdi-live.dev`. */
  baseUrl?: string;
  /** Retries after the first attempt, for what may pass (connection, 408, 429, 5xx); default 2, 0 means none. */
  numRetries?: number;
  /** Milliseconds for one attempt; default 30,000. */
  timeoutMs?: number;
  /** Instead of the runtime's own `fetch`. */
  fetch?: typeof fetch;
  /** A secret key in a browser is everybody's key. Set this only where the page is not public. */
  dangerouslyAllowBrowser?: boolean;
}

const DEFAULT_BASE_URL = 'https://api.cfdi-live.dev';

/**
 * The client.
 *
 * ```ts
 * const client = new CfdiLive({ apiKey: process.env.CFDI_LIVE_API_KEY });
 * const task = await client.tasks.createAndWait({ vendorUrl, ticketData: { amount, date, folio }, profileId });
 * const xml = await client.artifacts.download(task.cfdi.xmlArtifactId);
 * ```
 */
export class CfdiLive {
  readonly tasks: Tasks;
  readonly cfdis: Cfdis;
  readonly profiles: Profiles;
  readonly credentials: Credentials;
  readonly artifacts: Artifacts;
  readonly events: Events;
  readonly vendors: Vendors;
  readonly webhookEndpoints: WebhookEndpoints;
  readonly liveTokens: LiveTokens;
  readonly apiKeys: ApiKeys;
  readonly tenants: Tenants;
  readonly members: Members;
  readonly usage: UsageReports;
  readonly health: Health;
  /** Needs no key: for the receiver of webhooks. */
  readonly webhooks = { verify: verifyWebhook };

  constructor(options: CfdiLiveOptions) {
    const transport = new Transport({
      bearer: bearerOf(options),
      headers: 'accessToken' in options ? personHeaders(options) : {},
      baseUrl: options.baseUrl ?? DEFAULT_BASE_URL,
      numRetries: options.numRetries ?? 2,
      timeoutMs: options.timeoutMs ?? 30_000,
      fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    });
    this.tasks = new Tasks(transport);
    this.cfdis = new Cfdis(transport);
    this.profiles = new Profiles(transport);
    this.credentials = new Credentials(transport);
    this.artifacts = new Artifacts(transport);
    this.events = new Events(transport);
    this.vendors = new Vendors(transport);
    this.webhookEndpoints = new WebhookEndpoints(transport);
    this.liveTokens = new LiveTokens(transport);
    this.apiKeys = new ApiKeys(transport);
    this.tenants = new Tenants(transport);
    this.members = new Members(transport);
    this.usage = new UsageReports(transport);
    this.health = new Health(transport);
  }
}

function bearerOf(options: CfdiLiveOptions): () => string | Promise<string> {
  if ('accessToken' in options) {
    const { accessToken } = options;
    return typeof accessToken === 'function' ? accessToken : () => accessToken;
  }
  const { apiKey } = options;
  // From JavaScript, an environment variable that is not set arrives as undefined.
  if (typeof apiKey !== 'string' || apiKey === '')
    throw new CfdiLiveError('apiKey is missing: give the key, e.g. from an environment variable');
  if (!apiKey.startsWith('clt_') && isBrowser() && options.dangerouslyAllowBrowser !== true) {
    throw new CfdiLiveError(
      'a secret API key must not be used in a browser: call the API from your server, or give the page a live token',
    );
  }
  return () => apiKey;
}

function personHeaders({ tenant, mode }: PersonOptions): Record<string, string> {
  return {
    ...(tenant === undefined ? {} : { 'cfdi-live-tenant': tenant }),
    ...(mode === undefined ? {} : { 'cfdi-live-mode': mode }),
  };
}

function isBrowser(): boolean {
  return typeof window !== 'undefined' && typeof window.document !== 'undefined';
}
