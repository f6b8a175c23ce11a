import { expect, test } from 'vitest';
import { addDays, fromDayMonthYear, mexicanDate, realDate, toDayMonthYear } from './clock.ts';

test('a day in Mexico City begins at six in the morning, UTC, all year', () => {
  for (const day of ['2026-01-15', '2026-07-15']) {
    expect(mexicanDate(new Date(`${day}T06:00:00Z`))).toBe(day);
    expect(mexicanDate(new Date(`${day}T05:59:59Z`))).toBe(addDays(day, -1));
  }
});

test('days are added over the ends of months and years', () => {
  expect(addDays('2028-02-28', 1)).toBe('2028-02-29');
  expect(addDays('2026-01-01', -1)).toBe('2025-12-31');
});

test('dates are read as they are printed', () => {
  expect(fromDayMonthYear(toDayMonthYear('2026-11-05'))).toBe('2026-11-05');
  expect(fromDayMonthYear(' 5/1/2026 ')).toBe('2026-01-05');
});

test.each(['2026-11-05', '31/02/2026', '29/02/2026', '13/13/2026', '00/01/2026', '5/1/26', ''])(
  '%j is no date in day, month, year',
  (typed) => expect(fromDayMonthYear(typed)).toBeUndefined(),
);

test.each(['2026-02-30', '2026-2-3', '20260203', 'hoy'])('%j is no ISO date', (text) =>
  expect(realDate(text)).toBeUndefined(),
);
