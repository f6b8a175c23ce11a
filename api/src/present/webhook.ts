import { encodeId, type WebhookDelivery, type WebhookEndpoint } from '@cfdi-live/contract';
import type { WebhookDeliveryRow, WebhookEndpointRow } from '@cfdi-live/domain';
import { timestamp, timestampOrNull } from './common.ts';

/** An endpoint without its secret. */
export function presentWebhookEndpoint(row: WebhookEndpointRow): WebhookEndpoint {
  return {
    id: encodeId('webhookEndpoint', row.id),
    url: row.url,
    description: row.description,
    eventTypes: row.eventTypes,
    mode: row.mode,
    disabledAt: timestampOrNull(row.disabledAt),
    createdAt: timestamp(row.createdAt),
  };
}

export function presentWebhookDelivery(row: WebhookDeliveryRow): WebhookDelivery {
  return {
    id: encodeId('delivery', row.id),
    endpointId: encodeId('webhookEndpoint', row.endpointId),
    eventId: encodeId('event', row.eventId),
    status: row.status,
    attempts: row.attempts,
    lastStatus: row.lastStatus,
    nextAttemptAt: timestampOrNull(row.nextAttemptAt),
    createdAt: timestamp(row.createdAt),
  };
}
