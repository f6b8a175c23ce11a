/** When a failed run is tried again, and when a ticket in doubt is asked about again. Pure: times in milliseconds. */
import { FAILURES, type FailureCode } from '@cfdi-live/contract';

/** Attempts of one task, the first included. */
export const MAX_ATTEMPTS = 3;
const FIRST_RETRY_MS = 30_000;

export type RetryDecision = { retry: true; delayMs: number } | { retry: false };

/**
 * Exponential from 30 s with ±20 % jitter, at most three attempts, only for failures that are retryable.
 * `attempt` counts the attempts burned, this one included. `jitter` is a number in [0, 1).
 */
export function decideRetry(input: {
  code: FailureCode;
  attempt: number;
  jitter: number;
  maxAttempts?: number;
}): RetryDecision {
  if (!FAILURES[input.code].retryable || input.attempt >= (input.maxAttempts ?? MAX_ATTEMPTS))
    return { retry: false };
  const base = FIRST_RETRY_MS * 2 ** (input.attempt - 1);
  return { retry: true, delayMs: Math.round(base * (0.8 + 0.4 * input.jitter)) };
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const RECONCILE_MS = [MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR] as const;
/** After this long in doubt a task ends as `outcome_unknown`. */
export const DOUBT_LIMIT_MS = 72 * HOUR;
const FIRST_LOOKS_MS = RECONCILE_MS.reduce((sum, ms) => sum + ms, 0);

/**
 * When asking about a ticket in doubt ends: after 72 h, or when the vendor's window closes. The first looks are made in any
 * case, for an invoice that was made in the last minute can be found after it.
 */
export function doubtEndsAt(doubtSince: Date, windowClosesAt: Date | null): Date {
  const limit = doubtSince.getTime() + DOUBT_LIMIT_MS;
  if (windowClosesAt === null) return new Date(limit);
  return new Date(Math.min(limit, Math.max(windowClosesAt.getTime(), doubtSince.getTime() + FIRST_LOOKS_MS)));
}

/** Wait before the next reconciliation: 1, 5, 30 min, 2 h, then every 12 h. `done` counts those made so far. */
export function reconcileDelayMs(done: number): number {
  return RECONCILE_MS[done] ?? 12 * HOUR;
}

/** So many runs in a row that died with their worker: the task is not worked again. */
export const MAX_LOST_RUNS = 5;

/**
 * Wait after so many lost runs in a row, in milliseconds. One is chance, and made good at once; from the second on the task may be
 * what kills its workers, so the next one meets it later and later: 30 s, 2 min, 8 min.
 */
export function lostRunDelayMs(lost: number): number {
  return lost < 2 ? 0 : FIRST_RETRY_MS * 4 ** (lost - 2);
}

/** How long a task waits for a document that was promised: by mail, or by an issuer that needs time. */
export const DELIVERY_WAIT_MS = 72 * HOUR;
/** When the portal itself is asked for it meanwhile, after the promise; at the end it is asked once more. */
const ASK_AFTER_MS = {
  mail: [3 * HOUR, 24 * HOUR],
  issuer_pending: [HOUR / 2, 2 * HOUR, 24 * HOUR],
} as const;

/** When a task that waits since `since` asks the portal next; null: not before the end. */
export function nextPortalQuestion(reason: keyof typeof ASK_AFTER_MS, since: Date, now: Date): Date | null {
  const times = ASK_AFTER_MS[reason].map((ms) => new Date(since.getTime() + ms));
  return times.find((time) => time > now) ?? null;
}
