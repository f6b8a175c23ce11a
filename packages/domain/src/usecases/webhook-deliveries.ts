/** What was sent to a tenant's endpoints, and sending on demand. Ids are bare UUIDs; null: nothing of that id here. */
import { encodeId, newUuid, type ListQuery } from '@cfdi-live/contract';
import type { Page } from '../ports-rows.ts';
import type { Clock, Database } from '../ports-system.ts';
import type {
  DeliveryStatus,
  SendWebhook,
  WebhookAnswer,
  WebhookAttemptRow,
  WebhookDeliveryRow,
} from '../ports-webhooks.ts';
import { actorOf, type Principal } from '../principal.ts';

interface Deps {
  database: Database;
}

/** Attempts that are told of one delivery. */
const LOG_LIMIT = 100;
/** Deliveries are kept for 30 days: before that, what was delivered and what was never made look alike. */
const RECOVERABLE_MS = 14 * 86_400_000;
/** For clocks that differ, so that "two weeks ago" means what it says. */
const CLOCK_SLACK_MS = 5 * 60_000;
const RECOVER_LIMIT = 10_000;

export async function listDeliveries(
  deps: Deps,
  principal: Principal,
  endpointId: string,
  query: ListQuery & { status?: DeliveryStatus | undefined },
): Promise<Page<WebhookDeliveryRow> | null> {
  return deps.database.withTenant(principal, async (tx) => {
    if ((await tx.webhooks.getEndpoint(endpointId)) === null) return null;
    return tx.webhooks.listDeliveries(endpointId, query);
  });
}

export interface DeliveryWithLog {
  delivery: WebhookDeliveryRow;
  /** Newest first. */
  attempts: WebhookAttemptRow[];
}

export async function getDelivery(
  deps: Deps,
  principal: Principal,
  deliveryId: string,
): Promise<DeliveryWithLog | null> {
  return deps.database.withTenant(principal, async (tx) => {
    const delivery = await tx.webhooks.getDelivery(deliveryId);
    if (delivery === null) return null;
    return { delivery, attempts: await tx.webhooks.listAttempts(deliveryId, { limit: LOG_LIMIT }) };
  });
}

/**
 * Sends a delivery's event now, beside its schedule and whatever became of it: with the same id and a fresh timestamp,
 * to a disabled endpoint too. A success delivers it; a failure leaves its schedule as it is; 410 disables the endpoint.
 */
export async function redeliver(
  deps: Deps & { sendWebhook: SendWebhook },
  principal: Principal,
  deliveryId: string,
): Promise<DeliveryWithLog | null> {
  const { database, sendWebhook } = deps;
  const message = await database.withTenant(principal, (tx) => tx.webhooks.messageOf(deliveryId));
  if (message === null) return null;
  const { outcome, ...answer } = await sendWebhook(message);
  await database.withTenant(principal, (tx) =>
    tx.webhooks.logManualAttempt(
      deliveryId,
      message.endpointId,
      answer,
      outcome === 'refused' ? 'unchanged' : outcome,
    ),
  );
  return getDelivery(deps, principal, deliveryId);
}

export interface TestOutcome extends WebhookAnswer {
  /** Public id of the event that was sent. */
  eventId: string;
  delivered: boolean;
}

/** Sends an event that tells of nothing, now, signed like all others. It is no row, and its answer changes none. */
export async function testWebhookEndpoint(
  deps: Deps & { clock: Clock; sendWebhook: SendWebhook },
  principal: Principal,
  endpointId: string,
): Promise<TestOutcome | null> {
  const { database, clock, sendWebhook } = deps;
  const address = await database.withTenant(principal, (tx) => tx.webhooks.addressOf(endpointId));
  if (address === null) return null;
  const eventId = encodeId('event', newUuid());
  const { outcome, ...answer } = await sendWebhook({
    ...address,
    event: {
      id: eventId,
      type: 'webhook.test',
      createdAt: clock.now().toISOString(),
      mode: principal.mode,
      taskId: null,
      externalId: null,
      sequence: null,
      data: { endpointId: encodeId('webhookEndpoint', endpointId) },
    },
  });
  return { eventId, delivered: outcome === 'delivered', ...answer };
}

export type RecoverOutcome =
  { kind: 'recovered'; queued: number; hasMore: boolean } | { kind: 'not_found' } | { kind: 'too_long_ago' };

/**
 * Queues what an endpoint did not get since then. A disabled endpoint stays disabled: what is queued for it is sent when
 * it is enabled again.
 */
export async function recoverWebhookEndpoint(
  deps: Deps & { clock: Clock },
  principal: Principal,
  endpointId: string,
  since: Date,
): Promise<RecoverOutcome> {
  if (since.getTime() < deps.clock.now().getTime() - RECOVERABLE_MS - CLOCK_SLACK_MS) {
    return { kind: 'too_long_ago' };
  }
  return deps.database.withTenant(principal, async (tx): Promise<RecoverOutcome> => {
    const queued = await tx.webhooks.recover(endpointId, { since, limit: RECOVER_LIMIT });
    if (queued === null) return { kind: 'not_found' };
    await tx.audit.add({
      actor: actorOf(principal),
      action: 'webhook_endpoint.recovered',
      subject: { type: 'webhook_endpoint', id: endpointId },
      details: { since: since.toISOString(), queued },
    });
    return { kind: 'recovered', queued, hasMore: queued === RECOVER_LIMIT };
  });
}
