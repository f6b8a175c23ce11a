import { List, type ListAnswer } from '../core/pagination.ts';
import { path } from '../core/path.ts';
import type { RequestOptions, Transport } from '../core/transport.ts';
import type { CreateWebhookEndpoint, WebhookDelivery, WebhookEndpoint } from '../types.ts';

/** Where events are sent. */
export class WebhookEndpoints {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The answer holds the signing `secret`, once. */
  create(params: CreateWebhookEndpoint, options?: RequestOptions): Promise<WebhookEndpoint> {
    return this.#transport.json({ method: 'POST', path: '/v1/webhook-endpoints', body: params }, options);
  }

  get(id: string, options?: RequestOptions): Promise<WebhookEndpoint> {
    return this.#transport.json({ method: 'GET', path: path`/v1/webhook-endpoints/${id}` }, options);
  }

  list(params: { limit?: number } = {}, options?: RequestOptions): List<WebhookEndpoint> {
    return new List((after) =>
      this.#transport.json<ListAnswer<WebhookEndpoint>>(
        { method: 'GET', path: '/v1/webhook-endpoints', query: { ...params, after } },
        options,
      ),
    );
  }

  delete(id: string, options?: RequestOptions): Promise<void> {
    return this.#transport.json({ method: 'DELETE', path: path`/v1/webhook-endpoints/${id}` }, options);
  }

  /** What was sent to an endpoint, newest first. */
  deliveries(id: string, options?: RequestOptions): List<WebhookDelivery> {
    return new List((after) =>
      this.#transport.json<ListAnswer<WebhookDelivery>>(
        { method: 'GET', path: path`/v1/webhook-endpoints/${id}/deliveries`, query: { after } },
        options,
      ),
    );
  }
}
