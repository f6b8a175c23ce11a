import type { List } from '../core/pagination.ts';
import { path } from '../core/path.ts';
import { Resource } from '../core/resource.ts';
import type { RequestOptions } from '../core/transport.ts';
import type {
  CreateWebhookEndpoint,
  PageParams,
  QueryOf,
  UpdateWebhookEndpoint,
  WebhookDelivery,
  WebhookDeliveryDetail,
  WebhookEndpoint,
  WebhookRecovery,
  WebhookTestResult,
} from '../types.ts';

export type ListDeliveriesParams = QueryOf<'listDeliveries'>;

/** Where events are sent. */
export class WebhookEndpoints extends Resource {
  /** The answer holds the signing `secret`, once. */
  create(params: CreateWebhookEndpoint, options?: RequestOptions): Promise<WebhookEndpoint> {
    return this.send('POST', '/v1/webhook-endpoints', { body: params }, options);
  }

  get(id: string, options?: RequestOptions): Promise<WebhookEndpoint> {
    return this.send('GET', path`/v1/webhook-endpoints/${id}`, {}, options);
  }

  list(params: PageParams = {}, options?: RequestOptions): List<WebhookEndpoint> {
    return this.pages('/v1/webhook-endpoints', params, options);
  }

  /** What is left out stays. `disabled: false` enables an endpoint again; what it missed, `recover` brings. */
  update(id: string, params: UpdateWebhookEndpoint, options?: RequestOptions): Promise<WebhookEndpoint> {
    return this.send('PATCH', path`/v1/webhook-endpoints/${id}`, { body: params }, options);
  }

  delete(id: string, options?: RequestOptions): Promise<void> {
    return this.send('DELETE', path`/v1/webhook-endpoints/${id}`, {}, options);
  }

  /** The answer holds the new `secret`, once. The one before it signs too for 24 hours. */
  rotateSecret(id: string, options?: RequestOptions): Promise<WebhookEndpoint> {
    return this.send('POST', path`/v1/webhook-endpoints/${id}/rotate-secret`, {}, options);
  }

  /** Sends a `webhook.test` event now, and tells what the receiver answered. */
  test(id: string, options?: RequestOptions): Promise<WebhookTestResult> {
    return this.send('POST', path`/v1/webhook-endpoints/${id}/test`, {}, options);
  }

  /** Sends again what the endpoint did not get since then, at most 14 days ago. */
  recover(id: string, params: { since: string }, options?: RequestOptions): Promise<WebhookRecovery> {
    return this.send('POST', path`/v1/webhook-endpoints/${id}/recover`, { body: params }, options);
  }

  /** What was sent to an endpoint, newest first. */
  deliveries(id: string, params: ListDeliveriesParams = {}, options?: RequestOptions): List<WebhookDelivery> {
    return this.pages(path`/v1/webhook-endpoints/${id}/deliveries`, params, options);
  }

  /** A delivery with its attempts. */
  delivery(deliveryId: string, options?: RequestOptions): Promise<WebhookDeliveryDetail> {
    return this.send('GET', path`/v1/deliveries/${deliveryId}`, {}, options);
  }

  /** Sends a delivery's event again now, under the same id. */
  redeliver(deliveryId: string, options?: RequestOptions): Promise<WebhookDeliveryDetail> {
    return this.send('POST', path`/v1/deliveries/${deliveryId}/redeliver`, {}, options);
  }
}
