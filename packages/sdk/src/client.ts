import { CfdiLiveError } from './core/errors.ts';
import { Transport } from './core/transport.ts';
import { Artifacts } from './resources/artifacts.ts';
import { Events } from './resources/events.ts';
import { Profiles } from './resources/profiles.ts';
import { Tasks } from './resources/tasks.ts';
import { WebhookEndpoints } from './resources/webhook-endpoints.ts';
import { verifyWebhook } from './webhooks.ts';

export interface CfdiLiveOptions {
  /** `cl_live_…` or `cl_test_…`. */
  apiKey: string;
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
  readonly profiles: Profiles;
  readonly artifacts: Artifacts;
  readonly events: Events;
  readonly webhookEndpoints: WebhookEndpoints;
  /** Needs no key: for the receiver of webhooks. */
  readonly webhooks = { verify: verifyWebhook };

  constructor(options: CfdiLiveOptions) {
    if (options.apiKey === '')
      throw new CfdiLiveError('apiKey is empty: give the key, e.g. from an environment variable');
    if (isBrowser() && options.dangerouslyAllowBrowser !== true) {
      throw new CfdiLiveError(
        'a secret API key must not be used in a browser: call the API from your server',
      );
    }
    const transport = new Transport({
      apiKey: options.apiKey,
      baseUrl: options.baseUrl ?? DEFAULT_BASE_URL,
      numRetries: options.numRetries ?? 2,
      timeoutMs: options.timeoutMs ?? 30_000,
      fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    });
    this.tasks = new Tasks(transport);
    this.profiles = new Profiles(transport);
    this.artifacts = new Artifacts(transport);
    this.events = new Events(transport);
    this.webhookEndpoints = new WebhookEndpoints(transport);
  }
}

function isBrowser(): boolean {
  return typeof window !== 'undefined' && typeof window.document !== 'undefined';
}
