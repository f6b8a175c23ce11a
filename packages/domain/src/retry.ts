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
/** After this long in doubt a task ends as `outcome_unknown` (or at the vendor's deadline, if that is earlier). */
export const DOUBT_LIMIT_MS = 72 * HOUR;

/** Wait before the next reconciliation: 1, 5, 30 min, 2 h, then every 12 h. `done` counts those made so far. */
export function reconcileDelayMs(done: number): number {
  return RECONCILE_MS[done] ?? 12 * HOUR;
}
