/** Local dates of a purchase and the instants they stand for. Dates are `YYYY-MM-DD`; months and days never overflow. */

const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/**
 * What a ticket's date is read in where it does not say. Most of Mexico keeps this zone, without summer time since 2022;
 * Quintana Roo is an hour ahead, Sonora, Sinaloa and others one behind, Baja California up to two.
 */
export const DEFAULT_ZONE = 'America/Mexico_City';

const formats = new Map<string, Intl.DateTimeFormat>();

/** Milliseconds that the clocks of a zone are ahead of UTC at an instant. */
function offsetAt(instantMs: number, zone: string): number {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(zone, format);
  }
  const part: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of format.formatToParts(instantMs)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return (
    Date.UTC(year, month - 1, day, hour, minute, second) - (instantMs - (((instantMs % 1000) + 1000) % 1000))
  );
}

/** The local date at an instant. */
export function localDate(instant: Date, zone: string): string {
  return new Date(instant.getTime() + offsetAt(instant.getTime(), zone)).toISOString().slice(0, 10);
}

/** When a local date begins: its midnight, or the first moment after it where clocks leap over midnight. */
export function startOfDay(date: string, zone: string): Date {
  const wall = Date.parse(`${date}T00:00:00Z`);
  // The offset is that of the instant itself, which is what is sought: the second guess stands unless clocks change
  // in between, and then one of the two is the earlier moment that already has this date.
  const guesses = [wall - offsetAt(wall, zone)];
  guesses.push(wall - offsetAt(guesses[0] ?? wall, zone));
  const exact = guesses.filter((guess) => guess + offsetAt(guess, zone) === wall);
  return new Date(exact.length > 0 ? Math.min(...exact) : Math.max(...guesses));
}

export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** The first day of the month `months` after (0: of) the date's own. */
export function startOfMonth(date: string, months: number): string {
  const [year = 0, month = 1] = date.split('-').map(Number);
  return new Date(Date.UTC(year, month - 1 + months, 1)).toISOString().slice(0, 10);
}
