import { List, type ListAnswer } from '../core/pagination.ts';
import { path } from '../core/path.ts';
import type { RequestOptions, Transport } from '../core/transport.ts';
import type {
  CreateWebhookEndpoint,
  UpdateWebhookEndpoint,
  WebhookDelivery,
  WebhookDeliveryDetail,
  WebhookEndpoint,
  WebhookRecovery,
  WebhookTestResult,
} from '../types.ts';

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

  /** What is left out stays. `disabled: false` enables an endpoint again; what it missed, `recover` brings. */
  update(id: string, params: UpdateWebhookEndpoint, options?: RequestOptions): Promise<WebhookEndpoint> {
    return this.#transport.json(
      { method: 'PATCH', path: path`/v1/webhook-endpoints/${id}`, body: params },
      options,
    );
  }

  delete(id: string, options?: RequestOptions): Promise<void> {
    return this.#transport.json({ method: 'DELETE', path: path`/v1/webhook-endpoints/${id}` }, options);
  }

  /** The answer holds the new `secret`, once. The one before it signs too for 24 hours. */
  rotateSecret(id: string, options?: RequestOptions): Promise<WebhookEndpoint> {
    return this.#transport.json(
      { method: 'POST', path: path`/v1/webhook-endpoints/${id}/rotate-secret` },
      options,
    );
  }

  /** Sends a `webhook.test` event now, and tells what the receiver answered. */
  test(id: string, options?: RequestOptions): Promise<WebhookTestResult> {
    return this.#transport.json({ method: 'POST', path: path`/v1/webhook-endpoints/${id}/test` }, options);
  }

  /** Sends again what the endpoint did not get since then, at most 14 days ago. */
  recover(id: string, params: { since: string }, options?: RequestOptions): Promise<WebhookRecovery> {
    return this.#transport.json(
      { method: 'POST', path: path`/v1/webhook-endpoints/${id}/recover`, body: params },
      options,
    );
  }

  /** What was sent to an endpoint, newest first. */
  deliveries(
    id: string,
    params: { status?: WebhookDelivery['status']; limit?: number } = {},
    options?: RequestOptions,
  ): List<WebhookDelivery> {
    return new List((after) =>
      this.#transport.json<ListAnswer<WebhookDelivery>>(
        { method: 'GET', path: path`/v1/webhook-endpoints/${id}/deliveries`, query: { ...params, after } },
        options,
      ),
    );
  }

  /** A delivery with its attempts. */
  delivery(deliveryId: string, options?: RequestOptions): Promise<WebhookDeliveryDetail> {
    return this.#transport.json({ method: 'GET', path: path`/v1/deliveries/${deliveryId}` }, options);
  }

  /** Sends a delivery's event again now, under the same id. */
  redeliver(deliveryId: string, options?: RequestOptions): Promise<WebhookDeliveryDetail> {
    return this.#transport.json(
      { method: 'POST', path: path`/v1/deliveries/${deliveryId}/redeliver` },
      options,
    );
  }
}
