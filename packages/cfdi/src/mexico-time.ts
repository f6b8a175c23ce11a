/**
 * Fecha is local to where an invoice was issued, FechaTimbrado is central time, and neither says its zone. So every
 * local time is read as central (UTC−6), and every comparison allows for the zones of Mexico and their clocks.
 */
export const ZONE_TOLERANCE_MS = 3 * 3_600_000;
export const DAY_MS = 24 * 3_600_000;

const LOCAL = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2})?$/;

/** Milliseconds since 1970 of `2026-11-20T12:30:00` or `2026-11-20` (its start) in central time; NaN if it is neither. */
export function centralInstant(local: string): number {
  if (!LOCAL.test(local)) return Number.NaN;
  return Date.parse(`${local.length === 10 ? `${local}T00:00:00` : local}-06:00`);
}

/** Whether a local time lies within bounds, given the benefit of the doubt about its zone. */
export function isWithin(local: string, bounds: { readonly from?: number; readonly to?: number }): boolean {
  const at = centralInstant(local);
  if (Number.isNaN(at)) return false;
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = bounds;
  return at >= from - ZONE_TOLERANCE_MS && at <= to + ZONE_TOLERANCE_MS;
}
