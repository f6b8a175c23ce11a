import { mexicoCityTime } from './issuer/mexico-time.ts';

/** Where the gallery takes its time from, so that windows and reservations can be tested without waiting. */
export type Clock = () => Date;

const DAY_MS = 24 * 60 * 60 * 1000;

/** The calendar date in Mexico City, `YYYY-MM-DD`. */
export function mexicanDate(instant: Date): string {
  return mexicoCityTime(instant).slice(0, 10);
}

/** The calendar date `days` after (or, negative, before) an ISO date. */
export function addDays(isoDate: string, days: number): string {
  return new Date(Date.parse(`${isoDate}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** `YYYY-MM-DD` as it is printed on Mexican paper: `DD/MM/YYYY`. */
export function toDayMonthYear(isoDate: string): string {
  const [year, month, day] = isoDate.split('-');
  return `${day}/${month}/${year}`;
}

/** Reads `D/M/YYYY` or `DD/MM/YYYY`; undefined for anything that is not a real date in that form. */
export function fromDayMonthYear(typed: string): string | undefined {
  const match = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(typed.trim());
  if (match === null) return undefined;
  const [, day = '', month = '', year = ''] = match;
  return realDate(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`);
}

/** The ISO date itself if it exists in the calendar (no 31 February), else undefined. */
export function realDate(isoDate: string): string | undefined {
  const time = Date.parse(`${isoDate}T00:00:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(isoDate) || Number.isNaN(time)) return undefined;
  return new Date(time).toISOString().startsWith(isoDate) ? isoDate : undefined;
}
