/**
 * Keeps a run's lease while the run works, and fences the run off when it cannot: a worker that has not renewed for
 * 4 s sends nothing more to the browser, so that its successor (which may claim after 5 s) never works beside it.
 */
import type { RunRef } from '@cfdi-live/domain';

const WATCH_EVERY_MS = 200;

export type StopReason = 'lease_lost' | 'cancel' | 'shutdown';

export interface Lease {
  /** The run shall end at its next safe point: the lease is lost, a cancel or a shutdown was asked for. */
  readonly stop: AbortSignal;
  /** Nothing more may be sent, not even in the critical section: another worker may hold the task. */
  readonly lost: AbortSignal;
  /** Somebody wants to step in, or only wants it to wait: the run parks at its next safe point. */
  readonly pause: AbortSignal;
  /** True while the last renewal is young enough to act on. */
  isHeld(): boolean;
  /** Why the run was asked to stop; a lost lease outweighs the others. */
  stopReason(): StopReason | null;
  /** Renews out of turn, where what is left of the lease is too short for what is to be done. */
  renewNow(): Promise<void>;
  /** Ends the renewals. */
  release(): void;
}

interface LeaseOptions {
  run: RunRef;
  renew(run: RunRef, leaseMs: number): Promise<{ cancelRequested: boolean; pauseRequested: boolean } | null>;
  leaseMs: number;
  renewEveryMs: number;
  selfFenceAfterMs: number;
  /** Monotonic milliseconds. */
  monotonic(): number;
  /** The process shuts down: the run is asked to stop. */
  shutdown: AbortSignal;
  /** Whether a pause was asked for before the run began. */
  pauseRequested: boolean;
  /** False for a run that asks about a ticket in doubt: its answer is what a cancel waits for. */
  heedsCancel(): boolean;
  /** False for a run whose work so far would be lost with its browser: it takes the time that a shutdown has. */
  heedsShutdown(): boolean;
}

/**
 * Starts renewing. A renewal that throws (the database is away) is tried again at the next tick; only time decides.
 * A renewal that finds another fence ends the lease at once.
 */
export function keepLease(options: LeaseOptions): Lease {
  const stop = new AbortController();
  const lost = new AbortController();
  const pause = new AbortController();
  let reason: StopReason | null = null;
  let renewedAt = options.monotonic();
  let renewing: Promise<void> | null = null;
  const stopRun = (why: StopReason) => {
    if (why === 'lease_lost' || reason === null) reason = why;
    stop.abort();
    if (why === 'lease_lost') lost.abort();
  };

  const askForMore = async () => {
    // The lease runs from when the statement was sent, not from when its answer came.
    const askedAt = options.monotonic();
    try {
      const renewed = await options.renew(options.run, options.leaseMs);
      if (renewed === null) stopRun('lease_lost');
      else {
        renewedAt = askedAt;
        if (renewed.pauseRequested) pause.abort();
        if (renewed.cancelRequested && options.heedsCancel()) stopRun('cancel');
      }
    } catch {
      // Seen by the watch below: time decides, not the error.
    } finally {
      renewing = null;
    }
  };
  const renew = (): Promise<void> => (renewing ??= askForMore());

  const isYoung = () => options.monotonic() - renewedAt < options.selfFenceAfterMs;
  const renewTimer = setInterval(() => void renew(), options.renewEveryMs);
  const watchTimer = setInterval(() => {
    if (!isYoung()) stopRun('lease_lost');
  }, WATCH_EVERY_MS);
  const onShutdown = () => {
    if (options.heedsShutdown()) stopRun('shutdown');
  };
  options.shutdown.addEventListener('abort', onShutdown, { once: true });
  if (options.shutdown.aborted) onShutdown();
  if (options.pauseRequested) pause.abort();

  return {
    stop: stop.signal,
    lost: lost.signal,
    pause: pause.signal,
    isHeld: () => isYoung() && !lost.signal.aborted,
    stopReason: () => reason,
    renewNow: renew,
    release() {
      clearInterval(renewTimer);
      clearInterval(watchTimer);
      options.shutdown.removeEventListener('abort', onShutdown);
    },
  };
}
