import { describe, expect, it } from 'vitest';
import { checkTicket } from './ticket.ts';

const NOW = new Date('2026-11-21T03:00:00Z');

function codesOf(date: string, amount = 1160): string[] {
  return checkTicket({ amount, date }, NOW).map(({ code }) => code);
}

describe('checkTicket', () => {
  it('accepts a ticket of today, of tomorrow by a clock ahead of ours, and of last year', () => {
    expect(codesOf('2026-11-20')).toEqual([]);
    expect(codesOf('2026-11-22')).toEqual([]);
    expect(codesOf('2026-11-20T21:00:00-06:00')).toEqual([]);
    expect(codesOf('2025-10-25')).toEqual([]);
  });

  it('refuses a date in the future or long ago', () => {
    expect(codesOf('2026-11-23')).toEqual(['date_in_future']);
    expect(codesOf('2025-10-01')).toEqual(['date_too_old']);
  });

  it('refuses an amount of nothing', () => {
    expect(codesOf('2026-11-20', 0)).toEqual(['amount_not_positive']);
  });
});
