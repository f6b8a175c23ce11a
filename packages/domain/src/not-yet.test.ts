import { describe, expect, it } from 'vitest';
import { askAgain, type NotYet } from './not-yet.ts';

const NOW = new Date('2026-11-21T18:00:00Z');
const HOUR = 3_600_000;
const inHours = (hours: number) => new Date(NOW.getTime() + hours * HOUR);

function ask(parts: Partial<NotYet> = {}) {
  return askAgain({
    said: {},
    bought: '2026-11-21',
    window: null,
    deadline: null,
    createdAt: inHours(-0.1),
    now: NOW,
    ...parts,
  });
}

describe('a ticket that the portal does not know yet is asked about again', () => {
  it.each([
    ['a date: its beginning in Mexico', { notBefore: '2026-11-22' }, '2026-11-22T06:00:00.000Z'],
    ['a time', { notBefore: '2026-11-21T18:30' }, '2026-11-22T00:30:00.000Z'],
    ['hours, which the purchase may be behind', { waitMinutes: 24 * 60 }, '2026-11-22T18:00:00.000Z'],
  ])('when it said so: %s', (_what, said, until) => {
    expect(ask({ said })).toEqual({ kind: 'wait', until: new Date(until) });
  });

  it('after the hours that it said are over since the purchase, where that is sooner', () => {
    expect(ask({ bought: '2026-11-20', said: { waitMinutes: 24 * 60 } })).toEqual({
      kind: 'wait',
      until: new Date('2026-11-22T06:00:00Z'),
    });
    expect(ask({ bought: '2026-11-01', said: { waitMinutes: 60 } })).toEqual({
      kind: 'wait',
      until: inHours(1),
    });
  });

  it("when the vendor's window opens, where the portal said nothing or what is over", () => {
    const window = { opensAt: inHours(5), closesAt: null };
    expect(ask({ window })).toEqual({ kind: 'wait', until: inHours(5) });
    expect(ask({ window, said: { notBefore: '2026-11-20' } })).toEqual({ kind: 'wait', until: inHours(5) });
    expect(ask({ window, said: { notBefore: 'mañana' } })).toEqual({ kind: 'wait', until: inHours(5) });
  });

  it.each([
    [0.1, 0.25],
    [2, 1],
    [10, 5],
    [200, 12],
  ])('where nobody can say: %d h old, in %d h', (age, wait) => {
    expect(ask({ createdAt: inHours(-age) })).toEqual({ kind: 'wait', until: inHours(wait) });
  });

  it('a last time an hour before the end', () => {
    expect(ask({ createdAt: inHours(-100), deadline: inHours(9) })).toEqual({
      kind: 'wait',
      until: inHours(8),
    });
    expect(ask({ deadline: inHours(0.5) })).toEqual({ kind: 'wait', until: inHours(0.25) });
  });

  it('never past the end: the deadline, the window, or a month', () => {
    const late = { said: { notBefore: '2026-11-24' } };
    expect(ask({ ...late, deadline: inHours(10) })).toEqual({
      kind: 'too_late',
      notBefore: new Date('2026-11-24T06:00:00Z'),
      end: inHours(10),
    });
    expect(ask({ ...late, window: { opensAt: null, closesAt: inHours(9) } })).toMatchObject({
      kind: 'too_late',
      end: inHours(9),
    });
    expect(ask({ deadline: inHours(0.2) })).toMatchObject({ kind: 'too_late', notBefore: null });
    expect(ask({ createdAt: inHours(-31 * 24) })).toMatchObject({ kind: 'too_late' });
  });

  it('asks a portal that never says a few dozen times in a month, and then no more', () => {
    const createdAt = NOW;
    let now = NOW;
    let asked = 0;
    for (;;) {
      const decided = ask({ createdAt, now });
      if (decided.kind === 'too_late') break;
      expect(decided.until.getTime()).toBeGreaterThan(now.getTime());
      now = decided.until;
      asked += 1;
      expect(asked).toBeLessThan(100);
    }
    expect(asked).toBeGreaterThan(20);
    expect(now.getTime() - createdAt.getTime()).toBeLessThan(31 * 24 * HOUR);
  });
});
