import { describe, expect, it } from 'vitest';
import { addBusinessDays, isBusinessDay, isHoliday } from './business-days.ts';

describe('business days', () => {
  it('leave out the days of the Ley Federal del Trabajo, art. 74', () => {
    const days = ['01-01', '02-02', '03-16', '05-01', '09-16', '11-16', '12-25'].map((day) => `2026-${day}`);
    for (const day of days) expect(isHoliday(day), day).toBe(true);
    const year = Array.from({ length: 365 }, (_, n) =>
      new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10),
    );
    expect(year.filter(isHoliday)).toEqual(days);
  });

  it('move with the Mondays, and every sixth year with the presidency', () => {
    expect(['2025-02-03', '2025-03-17', '2025-11-17', '2024-10-01', '2030-10-01'].every(isHoliday)).toBe(
      true,
    );
    expect(['2025-02-10', '2025-11-20', '2026-10-01', '2018-10-01', '2029-10-01'].some(isHoliday)).toBe(
      false,
    );
  });

  it('are counted past weekends and holidays', () => {
    expect(isBusinessDay('2026-11-21')).toBe(false);
    expect(addBusinessDays('2026-11-13', 1)).toBe('2026-11-17');
    expect(addBusinessDays('2026-12-23', 2)).toBe('2026-12-28');
    expect(addBusinessDays('2026-11-20', 5)).toBe('2026-11-27');
    expect(addBusinessDays('2026-11-21', 0)).toBe('2026-11-21');
  });
});
