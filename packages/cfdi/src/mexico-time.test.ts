import { describe, expect, it } from 'vitest';
import { centralInstant, isWithin } from './mexico-time.ts';

describe('centralInstant', () => {
  it('reads a local time as central, and a day as its start', () => {
    expect(centralInstant('2026-11-20T12:30:00')).toBe(Date.parse('2026-11-20T18:30:00Z'));
    expect(centralInstant('2026-11-20')).toBe(Date.parse('2026-11-20T06:00:00Z'));
  });

  it.each(['', '2026-13-01', '20/11/2026', '2026-11-20T12:30:00Z', '2026-11-20 12:30:00'])(
    'makes no time of %j',
    (text) => expect(centralInstant(text)).toBeNaN(),
  );
});

describe('isWithin', () => {
  const from = Date.parse('2026-11-20T18:00:00Z');

  it('allows for the zones of Mexico, and no more', () => {
    expect(isWithin('2026-11-20T09:00:00', { from })).toBe(true);
    expect(isWithin('2026-11-20T08:59:59', { from })).toBe(false);
    expect(isWithin('2026-11-20T15:00:00', { to: from })).toBe(true);
    expect(isWithin('2026-11-20T15:00:01', { to: from })).toBe(false);
  });

  it('puts what is no time nowhere', () => {
    expect(isWithin('ayer', {})).toBe(false);
  });
});
