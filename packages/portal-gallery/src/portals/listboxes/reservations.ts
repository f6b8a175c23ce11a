import type { Clock } from '../../clock.ts';

/** Codes that a browser session has validated and not yet used; nobody else may have them meanwhile. */
export type Reservations = {
  /** Reserves, or renews one's own; the time it lasts in ms, or undefined if another session holds the code. */
  take(code: string, session: string): number | undefined;
  holds(code: string, session: string): boolean;
};

export function createReservations(now: Clock, reservationMs: number): Reservations {
  const held = new Map<string, { readonly session: string; readonly until: number }>();
  const holder = (code: string): string | undefined => {
    const entry = held.get(code);
    if (entry === undefined || entry.until > now().getTime()) return entry?.session;
    held.delete(code);
    return undefined;
  };
  return {
    take: (code, session) => {
      if (![undefined, session].includes(holder(code))) return undefined;
      held.set(code, { session, until: now().getTime() + reservationMs });
      return reservationMs;
    },
    holds: (code, session) => holder(code) === session,
  };
}
