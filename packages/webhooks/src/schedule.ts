/** When a delivery is tried again: 0, 5 s, 5 m, 30 m, 2 h, 5 h, 10 h, 10 h, each ±20 % (Standard Webhooks' schedule). */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const WAITS_MS = [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 10 * HOUR] as const;

export type NextAttempt = { state: 'pending'; delayMs: number } | { state: 'failed' };

/**
 * The wait after `tries` failed attempts (1 after the first). A receiver's `Retry-After` is honoured when it asks for more,
 * up to the schedule's longest wait. `jitter` is a number in [0, 1).
 */
export function nextAttempt(input: {
  tries: number;
  jitter: number;
  retryAfterMs: number | null;
}): NextAttempt {
  const wait = WAITS_MS[input.tries - 1];
  if (wait === undefined) return { state: 'failed' };
  const delayMs = Math.round(wait * (0.8 + 0.4 * input.jitter));
  return { state: 'pending', delayMs: Math.max(delayMs, Math.min(input.retryAfterMs ?? 0, 10 * HOUR)) };
}
