/** Business days in Mexico: Monday to Friday but for the mandatory holidays of the Ley Federal del Trabajo, art. 74. */
import { addDays } from './local-time.ts';

const MONDAY = 1;

/**
 * Days off by law: 1 January, first Monday of February, third Monday of March, 1 May, 16 September, third Monday of
 * November, 25 December, and every sixth year the day the presidency changes hands (1 October since 2024). Election days
 * are Sundays.
 */
export function isHoliday(date: string): boolean {
  const day = date.slice(5);
  if (['01-01', '05-01', '09-16', '12-25'].includes(day)) return true;
  if (day === '10-01') return Number(date.slice(0, 4)) % 6 === 2 && date >= '2024';
  const [, month = '', dayOfMonth = ''] = date.split('-');
  const nth = { '02': 1, '03': 3, '11': 3 }[month];
  return nth !== undefined && weekday(date) === MONDAY && Math.ceil(Number(dayOfMonth) / 7) === nth;
}

export function isBusinessDay(date: string): boolean {
  const day = weekday(date);
  return day >= 1 && day <= 5 && !isHoliday(date);
}

/** The `count`-th business day after a date; the date itself for 0. */
export function addBusinessDays(date: string, count: number): string {
  let day = date;
  for (let left = count; left > 0;) {
    day = addDays(day, 1);
    if (isBusinessDay(day)) left -= 1;
  }
  return day;
}

function weekday(date: string): number {
  return new Date(`${date}T00:00:00Z`).getUTCDay();
}
