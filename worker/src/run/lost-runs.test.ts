import { describe, expect, it } from 'vitest';
import type { TaskRow, TicketRow } from '@cfdi-live/domain';
import { concludeLostRuns } from './lost-runs.ts';

const NOW = new Date('2026-11-21T12:00:00Z');
const HOUR = 3_600_000;
const ago = (ms: number) => new Date(NOW.getTime() - ms);

function after(lostRuns: number, lostRunsWaited: number, ticket: Partial<TicketRow> = {}) {
  return concludeLostRuns({
    task: { lostRuns, lostRunsWaited } as TaskRow,
    ticket: { state: 'none', doubtSince: null, reconciliations: 0, ...ticket } as TicketRow,
    windowClosesAt: null,
    now: NOW,
  });
}

const doubtful = { state: 'in_doubt', doubtSince: ago(HOUR), reconciliations: 2 } as const;

describe('a task whose last run was lost', () => {
  it('is worked at once the first time, and later and later from then on', () => {
    const waits = [1, 2, 3, 4].map((lost) => {
      const end = after(lost, lost - 1)?.end;
      return end?.on === 'reschedule' ? (end.notBefore.getTime() - NOW.getTime()) / 1000 : null;
    });
    expect(waits).toEqual([null, 30, 120, 480]);
  });

  it('is worked when it has waited, and remembers meanwhile', () => {
    expect(after(3, 2)?.end).toMatchObject({ lostRuns: { lost: 3, waited: 3 }, burnAttempt: false });
    expect(after(3, 3)).toBeNull();
    expect(after(0, 0)).toBeNull();
  });

  it('is given up at the fifth', () => {
    expect(after(5, 4)).toEqual({
      end: {
        on: 'fail',
        failure: expect.objectContaining({ code: 'internal', details: { lostRuns: 5 } }) as object,
      },
      ticket: { kind: 'none' },
    });
  });

  it('goes on asking while its ticket is in doubt, by the schedule of doubt, until that ends', () => {
    expect(after(5, 4, doubtful)).toEqual({
      end: {
        on: 'reschedule',
        notBefore: ago(-HOUR / 2),
        reason: 'in_doubt',
        burnAttempt: false,
        lostRuns: { lost: 5, waited: 5 },
      },
      ticket: { kind: 'reconciled' },
    });
    expect(after(5, 5, doubtful)).toBeNull();
    expect(after(9, 8, { ...doubtful, doubtSince: ago(72 * HOUR) })?.end).toMatchObject({
      on: 'fail',
      failure: { code: 'outcome_unknown' },
    });
  });
});
