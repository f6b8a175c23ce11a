import {
  encodeId,
  type WebhookAttempt,
  type WebhookDelivery,
  type WebhookDeliveryDetail,
  type WebhookEndpoint,
} from '@cfdi-live/contract';
import type {
  DeliveryWithLog,
  WebhookAttemptRow,
  WebhookDeliveryRow,
  WebhookEndpointRow,
} from '@cfdi-live/domain';
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
    disabledReason: row.disabledReason,
    failingSince: timestampOrNull(row.failingSince),
    previousSecretUntil: timestampOrNull(row.previousSecretUntil),
    createdAt: timestamp(row.createdAt),
  };
}

export function presentWebhookDelivery(row: WebhookDeliveryRow): WebhookDelivery {
  return {
    id: encodeId('delivery', row.id),
    endpointId: encodeId('webhookEndpoint', row.endpointId),
    eventId: encodeId('event', row.eventId),
    eventType: row.eventType,
    status: row.status,
    attempts: row.attempts,
    lastStatus: row.lastStatus,
    nextAttemptAt: timestampOrNull(row.nextAttemptAt),
    createdAt: timestamp(row.createdAt),
  };
}

export function presentDeliveryWithLog({ delivery, attempts }: DeliveryWithLog): WebhookDeliveryDetail {
  return { ...presentWebhookDelivery(delivery), log: attempts.map(presentAttempt) };
}

function presentAttempt(row: WebhookAttemptRow): WebhookAttempt {
  return {
    number: row.number,
    manual: row.manual,
    status: row.status,
    durationMs: row.durationMs,
    responseHead: row.responseHead,
    error: row.error,
    createdAt: timestamp(row.createdAt),
  };
}
