/**
 * Sends the webhook deliveries that are due. Each attempt runs by itself: none waits for another, and an endpoint that
 * answers slowly holds no more than its own few places. Rows are locked while they are sent, so processes share the work.
 */
import type { Clock, Database, DueDelivery } from '@cfdi-live/domain';
import { judgeAttempt, prepareAttempt, sendAttempt, type DispatchOptions } from '@cfdi-live/webhooks';
import type { Logger } from 'pino';
import { repeat } from './repeat.ts';

export interface DispatchDeps {
  database: Database;
  clock: Clock;
  dispatch: DispatchOptions;
  log: Logger;
}

export interface WebhookDispatcher {
  /** Something may be due. */
  now(): void;
  /** Claims no more, and waits for the attempts that are on their way. */
  stop(): Promise<void>;
}

const MAX_IN_FLIGHT = 100;
/** Of one endpoint, over all processes. */
const PER_ENDPOINT = 4;
/** Longer than an attempt may take: a crash in between costs one repetition, which receivers dedupe. */
const LOCK_MS = 30_000;

export function startDispatcher(
  deps: DispatchDeps,
  options: { everyMs: number; onError: (error: unknown) => void },
): WebhookDispatcher {
  const inFlight = new Set<Promise<void>>();
  const launch = (delivery: DueDelivery): void => {
    const attempt = dispatchOne(deps, delivery)
      .catch(options.onError)
      .finally(() => {
        inFlight.delete(attempt);
        // Its place is free for the next, of its own endpoint too.
        filler.now();
      });
    inFlight.add(attempt);
  };
  const fill = async (): Promise<void> => {
    const limit = MAX_IN_FLIGHT - inFlight.size;
    if (limit === 0) return;
    const due = await deps.database.system.claimDeliveries({
      limit,
      lockMs: LOCK_MS,
      perEndpoint: PER_ENDPOINT,
    });
    for (const delivery of due) launch(delivery);
  };
  const filler = repeat(fill, options.everyMs, options.onError);
  return {
    now: filler.now,
    async stop() {
      await filler.stop();
      await Promise.all(inFlight);
    },
  };
}

async function dispatchOne(deps: DispatchDeps, delivery: DueDelivery): Promise<void> {
  const sent = await sendAttempt(prepareAttempt(delivery, deps.clock.now()), deps.dispatch);
  const judged = judgeAttempt(sent, { tries: delivery.tries + 1, jitter: Math.random() });
  await deps.database.system.settleDelivery(delivery, sent, judged);
  // Never the URL, which may hold a token of the receiver's.
  deps.log.info(
    {
      action: 'webhook.attempt',
      tenant: delivery.tenantId,
      endpoint: delivery.endpointId,
      delivery: delivery.id,
      type: delivery.event.type,
      tries: delivery.tries + 1,
      status: sent.status,
      ms: sent.durationMs,
      state: judged.state,
    },
    'webhook attempt',
  );
}
