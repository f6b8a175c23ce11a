/** Webhooks: their rows, the store of one tenant's transaction, the dispatcher's store, and what sends them. */
import type {
  CreateWebhookEndpoint,
  DELIVERY_STATUSES,
  DISABLED_REASONS,
  Event,
  EventType,
  ListQuery,
  Mode,
  UpdateWebhookEndpoint,
  WebhookTestEvent,
} from '@cfdi-live/contract';
import type { Page } from './ports-rows.ts';
import type { TenantScope } from './principal.ts';

export interface WebhookEndpointRow {
  id: string;
  url: string;
  description: string | null;
  eventTypes: EventType[] | null;
  mode: Mode;
  disabledAt: Date | null;
  disabledReason: (typeof DISABLED_REASONS)[number] | null;
  /** The first failed attempt since the last success. */
  failingSince: Date | null;
  /** Until then the secret before the last rotation signs too. */
  previousSecretUntil: Date | null;
  createdAt: Date;
}

export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

export interface WebhookDeliveryRow {
  id: string;
  endpointId: string;
  eventId: string;
  eventType: EventType;
  status: DeliveryStatus;
  attempts: number;
  lastStatus: number | null;
  nextAttemptAt: Date | null;
  createdAt: Date;
}

/** What came back from a receiver. `status` is null when there was no HTTP answer; `error` then says why, in our words. */
export interface WebhookAnswer {
  status: number | null;
  durationMs: number;
  /** First 2 KB of the answer's body. */
  responseHead: string;
  error: string | null;
}

export interface WebhookAttemptRow extends WebhookAnswer {
  number: number;
  /** Asked for by the tenant, not made by the schedule. */
  manual: boolean;
  createdAt: Date;
}

/** What is sent, and where. */
export interface WebhookMessage {
  endpointId: string;
  url: string;
  /** Decrypted `whsec_…` that sign it, newest first: two for a day after a rotation. */
  secrets: readonly string[];
  event: Event | WebhookTestEvent;
}

/** Sends one message now, signed, within 15 s and never to an address that is not public. Never rejects. */
export type SendWebhook = (
  message: WebhookMessage,
) => Promise<WebhookAnswer & { outcome: 'delivered' | 'gone' | 'refused' }>;

export interface WebhookStore {
  createEndpoint(input: CreateWebhookEndpoint & { id: string; secret: string }): Promise<WebhookEndpointRow>;
  getEndpoint(id: string): Promise<WebhookEndpointRow | null>;
  listEndpoints(query: ListQuery): Promise<Page<WebhookEndpointRow>>;
  /** What waits for an endpoint that is disabled ends as failed; one that is enabled, or moved, starts unblemished. */
  updateEndpoint(id: string, change: UpdateWebhookEndpoint): Promise<WebhookEndpointRow | null>;
  deleteEndpoint(id: string): Promise<boolean>;
  /** `secret` signs from now on; the one before it too, for `overlapMs`; the one before that no more. */
  rotateSecret(id: string, input: { secret: string; overlapMs: number }): Promise<WebhookEndpointRow | null>;
  /** Where a test would go. */
  addressOf(endpointId: string): Promise<Omit<WebhookMessage, 'event'> | null>;
  /**
   * Queues, oldest first, what an endpoint did not get since then: deliveries that failed for good, and events of its
   * filter of which none was made. Returns how many; null: no such endpoint.
   */
  recover(endpointId: string, input: { since: Date; limit: number }): Promise<number | null>;

  listDeliveries(
    endpointId: string,
    query: ListQuery & { status?: DeliveryStatus | undefined },
  ): Promise<Page<WebhookDeliveryRow>>;
  getDelivery(id: string): Promise<WebhookDeliveryRow | null>;
  /** Newest first. */
  listAttempts(deliveryId: string, input: { limit: number }): Promise<WebhookAttemptRow[]>;
  /** The delivery's event, as it was and will be sent. */
  messageOf(deliveryId: string): Promise<WebhookMessage | null>;
  /** Logs an attempt beside the schedule. One that failed changes nothing else; `gone` disables the endpoint. */
  logManualAttempt(
    deliveryId: string,
    endpointId: string,
    answer: WebhookAnswer,
    outcome: 'delivered' | 'gone' | 'unchanged',
  ): Promise<void>;
}

/** A delivery that is due, held by who claimed it. */
export interface DueDelivery extends TenantScope, WebhookMessage {
  id: string;
  event: Event;
  /** Attempts of the schedule before this one. */
  tries: number;
}

/** The dispatcher's part of what crosses tenants. */
export interface DeliverySystemStore {
  /** Locks due deliveries for `lockMs`: at most `perEndpoint` of one endpoint over all dispatchers, the fewest first. */
  claimDeliveries(input: { limit: number; lockMs: number; perEndpoint: number }): Promise<DueDelivery[]>;
  /** Logs an attempt and what comes next. An endpoint without a success for five days, or `gone`, is disabled. */
  settleDelivery(
    delivery: Pick<DueDelivery, 'id' | 'tenantId' | 'endpointId'>,
    answer: WebhookAnswer,
    next: { state: 'delivered' | 'failed' | 'gone' } | { state: 'pending'; delayMs: number },
  ): Promise<void>;
}
