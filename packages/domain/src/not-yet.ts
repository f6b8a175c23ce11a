/**
 * When a portal is asked again that does not know a ticket yet. Shops hand their sales over at night, or hours later, and few
 * portals say when.
 */
import { DAY_MS, DEFAULT_ZONE, HOUR_MS, startOfDay } from './preflight/local-time.ts';
import type { TicketWindow } from './preflight/window.ts';

const MINUTE_MS = 60_000;
/** Where nobody can say when: the first wait, and the longest. */
const FIRST_WAIT_MS = 15 * MINUTE_MS;
const LONGEST_WAIT_MS = 12 * HOUR_MS;
/** A wait that is about to pass the end is shortened to leave this much for the last look. */
const LAST_LOOK_MS = HOUR_MS;
/** Without a deadline and a known window: most shops invoice within the month. */
const PATIENCE_MS = 31 * DAY_MS;

export interface NotYet {
  /** The portal's words, as the agent read them: `notBefore` (local date or date-time), `waitMinutes`. */
  said: Readonly<Record<string, unknown>>;
  /** Date of the purchase, local. */
  bought: string;
  /** The vendor's window, where it is trusted. */
  window: TicketWindow | null;
  deadline: Date | null;
  createdAt: Date;
  now: Date;
}

export type NotYetDecision =
  | { kind: 'wait'; until: Date }
  /** `notBefore`: when the portal might know it, as far as that is known. `end`: by then it is too late. */
  | { kind: 'too_late'; notBefore: Date | null; end: Date };

/**
 * By what the portal said, else by the vendor's window, else half as long again as the task is old, from a quarter of an hour to half a
 * day: so a portal is asked often at first, and seldom later. Never at or after the end.
 */
export function askAgain(input: NotYet): NotYetDecision {
  const { now, window, createdAt } = input;
  const end = input.deadline ?? window?.closesAt ?? new Date(createdAt.getTime() + PATIENCE_MS);
  const named = future(said(input), now) ?? future(window?.opensAt ?? null, now);
  if (named !== null) {
    return named < end ? { kind: 'wait', until: named } : { kind: 'too_late', notBefore: named, end };
  }
  const wait = clamp((now.getTime() - createdAt.getTime()) / 2, FIRST_WAIT_MS, LONGEST_WAIT_MS);
  const last = end.getTime() - LAST_LOOK_MS;
  const at = Math.max(Math.min(now.getTime() + wait, last), now.getTime() + FIRST_WAIT_MS);
  return at < end.getTime()
    ? { kind: 'wait', until: new Date(at) }
    : { kind: 'too_late', notBefore: null, end };
}

function said({ said: { notBefore, waitMinutes }, bought, now }: NotYet): Date | null {
  const local = typeof notBefore === 'string' ? localInstant(notBefore) : null;
  if (local !== null) return local;
  if (typeof waitMinutes !== 'number') return null;
  // "24 horas": after the purchase, or from now on? The earlier of the two, if it is still to come.
  const afterPurchase = startOfDay(bought.slice(0, 10), DEFAULT_ZONE).getTime() + DAY_MS;
  const candidates = [afterPurchase, now.getTime()].map((from) => from + waitMinutes * MINUTE_MS);
  const coming = candidates.filter((at) => at > now.getTime());
  return coming.length === 0 ? null : new Date(Math.min(...coming));
}

/** `2026-11-20` is the beginning of that day in Mexico, `2026-11-20T18:30` that time of it. */
function localInstant(text: string): Date | null {
  const parts = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}):(\d{2}))?$/.exec(text);
  if (parts?.[1] === undefined) return null;
  const minutes = Number(parts[2] ?? 0) * 60 + Number(parts[3] ?? 0);
  return new Date(startOfDay(parts[1], DEFAULT_ZONE).getTime() + minutes * MINUTE_MS);
}

function future(at: Date | null, now: Date): Date | null {
  return at !== null && at > now ? at : null;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
