/** Dates and waits that a portal names in its answer. Pure. */
import { plain } from '../words/normalize.ts';

const MONTHS = ['ene', 'feb', 'mar', 'abr', 'may', 'jun', 'jul', 'ago', 'sep', 'oct', 'nov', 'dic'];

/** The first calendar date in a text, as `2026-11-20` or, with a time of day, `2026-11-20T18:30`; null without one. */
export function dateIn(text: string): string | null {
  const said = plain(text);
  const iso = /\b(20\d\d)-(\d{2})-(\d{2})\b/.exec(said);
  const numeric = /\b(\d{1,2})[/\-.](\d{1,2})[/\-.](20\d\d|\d{2})\b/.exec(said);
  const named = /\b(\d{1,2})(?: de |[- /])([a-z]{3,10})\.?(?: de(?:l)? |[- /,]+)(20\d\d)\b/.exec(said);
  const day =
    iso !== null
      ? calendar(iso[1], iso[2], iso[3])
      : numeric !== null
        ? calendar(fullYear(numeric[3]), numeric[2], numeric[1])
        : named !== null
          ? calendar(named[3], String(MONTHS.indexOf((named[2] ?? '').slice(0, 3)) + 1), named[1])
          : null;
  if (day === null) return null;
  const time = /\b([01]?\d|2[0-3]):([0-5]\d)\b/.exec(said);
  return time === null ? day : `${day}T${(time[1] ?? '').padStart(2, '0')}:${time[2]}`;
}

function fullYear(year: string | undefined): string {
  return year?.length === 2 ? `20${year}` : (year ?? '');
}

function calendar(year = '', month = '', day = ''): string | null {
  const text = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const parsed = new Date(`${text}T00:00:00Z`);
  return Number.isNaN(parsed.getTime()) || parsed.toISOString().slice(0, 10) !== text ? null : text;
}

/** The wait that a text names, in minutes (`24 horas` → 1440), or null. */
export function minutesIn(text: string): number | null {
  const match = /\b(\d{1,3}) ?(minutos?|min|mins|minutes?|horas?|hrs?|h|hours?|dias?|days?)\b/.exec(
    plain(text),
  );
  if (match?.[1] === undefined || match[2] === undefined) return null;
  const unit = match[2].startsWith('m') ? 1 : match[2].startsWith('h') ? 60 : 1440;
  return Number(match[1]) * unit;
}
