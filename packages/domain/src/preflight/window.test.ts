import type { VendorWindow, WindowCloses, WindowOpens } from '@cfdi-live/contract';
import { describe, expect, it } from 'vitest';
import { addDays, HOUR_MS, localDate, startOfDay } from './local-time.ts';
import { ticketWindow } from './window.ts';

const closes = (rule: WindowCloses): VendorWindow => ({ opens: null, closes: rule });
const opens = (after: number, unit: WindowOpens['unit']): VendorWindow => ({
  opens: { after, unit },
  closes: null,
});
const endOfMonth = (more: { months?: number; plusDays?: number; plusHours?: number } = {}): VendorWindow =>
  closes({ kind: 'end_of_month', months: 0, plusDays: 0, plusHours: 0, ...more });

const closesAt = (window: VendorWindow, purchase: string, zone?: string) =>
  ticketWindow(window, purchase, zone).closesAt?.toISOString();
const opensAt = (window: VendorWindow, purchase: string, zone?: string) =>
  ticketWindow(window, purchase, zone).opensAt?.toISOString();

describe('the end of a window', () => {
  it.each([
    [
      'hours from a moment',
      closes({ kind: 'hours_after', hours: 72 }),
      '2026-11-20T18:30:00-06:00',
      '2026-11-24T00:30',
    ],
    [
      'hours from the last moment of a day',
      closes({ kind: 'hours_after', hours: 24 }),
      '2026-11-20',
      '2026-11-22T06:00',
    ],
    ['days', closes({ kind: 'days_after', days: 30 }), '2026-11-20', '2026-12-21T06:00'],
    ['no days', closes({ kind: 'days_after', days: 0 }), '2026-11-20T09:00:00-06:00', '2026-11-21T06:00'],
    ['business days', closes({ kind: 'business_days_after', days: 5 }), '2026-11-13', '2026-11-24T06:00'],
    ['the same month', endOfMonth(), '2026-11-20', '2026-12-01T06:00'],
    ['the same month, on its last day', endOfMonth(), '2026-11-30', '2026-12-01T06:00'],
    ['February', endOfMonth(), '2027-02-10', '2027-03-01T06:00'],
    ['a leap February', endOfMonth(), '2028-02-10', '2028-03-01T06:00'],
    ['month and 72 hours', endOfMonth({ plusHours: 72 }), '2026-11-20', '2026-12-04T06:00'],
    ['month and 7 days', endOfMonth({ plusDays: 7 }), '2026-12-31', '2027-01-08T06:00'],
    ['the next month', endOfMonth({ months: 1 }), '2026-01-31', '2026-03-01T06:00'],
    [
      'the 2nd of the next month',
      closes({ kind: 'day_of_next_month', day: 2 }),
      '2026-12-05',
      '2027-01-03T06:00',
    ],
  ])('by %s', (_rule, window, purchase, end) => {
    expect(closesAt(window, purchase)).toBe(`${end}:00.000Z`);
  });

  it("is that of the ticket's own date, however its moment is written", () => {
    const november = '2026-12-01T06:00:00.000Z';
    expect(closesAt(endOfMonth(), '2026-11-30T23:30:00-06:00')).toBe(november);
    expect(closesAt(endOfMonth(), '2026-12-01T05:30:00Z')).toBe(november);
    // Cancún keeps another zone, where December had begun.
    expect(closesAt(endOfMonth(), '2026-12-01T00:30:00-05:00')).toBe('2027-01-01T06:00:00.000Z');
  });
});

describe('the beginning of a window', () => {
  it('counts minutes and hours from the purchase, days from their midnight', () => {
    expect(opensAt(opens(30, 'minutes'), '2026-11-20T18:30:00-06:00')).toBe('2026-11-21T01:00:00.000Z');
    expect(opensAt(opens(24, 'hours'), '2026-11-20T18:30:00-06:00')).toBe('2026-11-22T00:30:00.000Z');
    expect(opensAt(opens(1, 'days'), '2026-11-20T18:30:00-06:00')).toBe('2026-11-21T06:00:00.000Z');
    expect(opensAt(opens(5, 'business_days'), '2026-11-13')).toBe('2026-11-23T06:00:00.000Z');
  });

  it('gives a date without a time the benefit of the doubt', () => {
    expect(opensAt(opens(2, 'hours'), '2026-11-20')).toBe('2026-11-20T08:00:00.000Z');
    expect(opensAt(opens(0, 'days'), '2026-11-20')).toBe('2026-11-20T06:00:00.000Z');
  });
});

it('of which nothing is known has neither beginning nor end', () => {
  expect(ticketWindow({ opens: null, closes: null }, '2026-11-20')).toEqual({
    opensAt: null,
    closesAt: null,
  });
});

/** No summer time, summer time with the United States, and clocks that change at midnight. */
const ZONES = ['America/Mexico_City', 'America/Cancun', 'America/Tijuana', 'America/Havana'];
/** More than a year of days: every month's end, a leap day, clocks that go back and forth. */
const DAYS = Array.from({ length: 420 }, (_, n) => addDays('2023-12-15', n));

/** The days that something does not hold for. */
const exceptions = (holds: (day: string) => boolean): string[] => DAYS.filter((day) => !holds(day));
const timeOf = (date: Date | null): number => date?.getTime() ?? Number.NaN;

describe.each(ZONES)('in %s', (zone) => {
  const startsAt = (day: string) => startOfDay(day, zone).getTime();

  it('a day begins where its date does, and a moment before it is the day before', () => {
    expect(exceptions((day) => localDate(startOfDay(day, zone), zone) === day)).toEqual([]);
    expect(exceptions((day) => localDate(new Date(startsAt(day) - 1), zone) === addDays(day, -1))).toEqual(
      [],
    );
  });

  it('days are 23 to 25 hours long', () => {
    const hours = (day: string) => (startsAt(addDays(day, 1)) - startsAt(day)) / HOUR_MS;
    expect(exceptions((day) => [23, 24, 25].includes(hours(day)))).toEqual([]);
  });

  it.each([
    closes({ kind: 'days_after', days: 30 }),
    closes({ kind: 'business_days_after', days: 3 }),
    closes({ kind: 'day_of_next_month', day: 7 }),
    endOfMonth({ plusDays: 7 }),
    closes({ kind: 'hours_after', hours: 72 }),
  ])('a later purchase never has an earlier end, and none ends on its own day (%j)', (window) => {
    let before = Number.NEGATIVE_INFINITY;
    const holds = (day: string): boolean => {
      const end = timeOf(ticketWindow(window, day, zone).closesAt);
      const fine = end >= before && end >= startsAt(addDays(day, 1));
      before = end;
      return fine;
    };
    expect(exceptions(holds)).toEqual([]);
  });

  it('the end of the month is the beginning of the next', () => {
    const holds = (day: string): boolean => {
      const end = timeOf(ticketWindow(endOfMonth(), day, zone).closesAt);
      const lastDay = localDate(new Date(end - 1), zone);
      return localDate(new Date(end), zone).endsWith('-01') && lastDay.slice(0, 7) === day.slice(0, 7);
    };
    expect(exceptions(holds)).toEqual([]);
  });

  it('a window that opens after days opens with one of them', () => {
    const holds = (day: string): boolean =>
      timeOf(ticketWindow(opens(2, 'days'), day, zone).opensAt) === startsAt(addDays(day, 2));
    expect(exceptions(holds)).toEqual([]);
  });
});
