/** Sends the webhook deliveries that are due. Rows are locked while they are sent, so processes share the work. */
import type { Clock, Database, DueDelivery } from '@cfdi-live/domain';
import { judgeAttempt, prepareAttempt, sendAttempt, type DispatchOptions } from '@cfdi-live/webhooks';
import type { Logger } from 'pino';

export interface DispatchDeps {
  database: Database;
  clock: Clock;
  dispatch: DispatchOptions;
  log: Logger;
}

const BATCH = 20;
/** Longer than an attempt may take: a crash in between costs one repetition, which receivers dedupe. */
const LOCK_MS = 30_000;

/** Sends until nothing is due. Returns how many attempts were made. */
export async function dispatchWebhooks(deps: DispatchDeps, signal: AbortSignal): Promise<number> {
  let sent = 0;
  while (!signal.aborted) {
    const due = await deps.database.system.claimDeliveries({ limit: BATCH, lockMs: LOCK_MS });
    if (due.length === 0) break;
    await Promise.all(due.map((delivery) => dispatchOne(deps, delivery)));
    sent += due.length;
  }
  return sent;
}

async function dispatchOne(deps: DispatchDeps, delivery: DueDelivery): Promise<void> {
  const attempt = prepareAttempt({
    url: delivery.url,
    secret: delivery.secret,
    event: delivery.event,
    at: deps.clock.now(),
  });
  const sent = await sendAttempt(attempt, deps.dispatch);
  const judged = judgeAttempt(sent, { attempts: delivery.attempts + 1, jitter: Math.random() });
  await deps.database.system.settleDelivery(
    { tenantId: delivery.tenantId, mode: delivery.mode },
    delivery.id,
    { status: sent.status, durationMs: sent.durationMs, responseHead: sent.responseHead, error: sent.error },
    judged.state === 'pending'
      ? { state: 'pending', at: new Date(deps.clock.now().getTime() + judged.delayMs) }
      : { state: judged.state },
  );
  deps.log.info(
    {
      action: 'webhook.attempt',
      tenant: delivery.tenantId,
      delivery: delivery.id,
      status: sent.status,
      ms: sent.durationMs,
      state: judged.state,
    },
    'webhook attempt',
  );
}
