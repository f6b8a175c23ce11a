import { describe, expect, it } from 'vitest';
import type { TaskRow } from '@cfdi-live/domain';
import { endStopped, putOff, retryOrFail, type Failing } from './conclude-failure.ts';

const NOW = new Date('2026-11-21T12:00:00Z');
const inSeconds = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);

function failing(task: Partial<TaskRow> = {}, parts: Partial<Failing> = {}): Failing {
  const base: Partial<TaskRow> = {
    attempt: 0,
    deadline: null,
    createdAt: NOW,
    ticket: { amount: 1160, date: '2026-11-20' },
  };
  return {
    task: { ...base, ...task } as TaskRow,
    windowOpensAt: null,
    windowClosesAt: null,
    now: NOW,
    jitter: 0.5,
    ...parts,
  };
}

describe('a failure that may pass', () => {
  it('is tried again after 30 s, then after twice as long, and then no more', () => {
    const ends = [0, 1, 2].map((attempt) => retryOrFail(failing({ attempt }), 'portal_down', {}));
    expect(ends).toMatchObject([
      { on: 'reschedule', notBefore: inSeconds(30), reason: 'portal_down', burnAttempt: true },
      { on: 'reschedule', notBefore: inSeconds(60), burnAttempt: true },
      { on: 'fail', failure: { code: 'portal_down', retryable: true } },
    ]);
  });

  it('is not waited for where the next attempt would come after the deadline', () => {
    const deadline = inSeconds(20);
    expect(retryOrFail(failing({ deadline }), 'portal_down', { details: { httpStatus: 503 } })).toMatchObject(
      {
        on: 'fail',
        failure: { code: 'portal_down', details: { httpStatus: 503, deadline: deadline.toISOString() } },
      },
    );
  });
});

describe('a ticket that the portal does not know yet', () => {
  const said = { vendorMessage: 'Intente mañana', details: { notBefore: '2026-11-22', httpStatus: 200 } };

  it('is waited for, whatever attempts are left, and burns none', () => {
    expect(putOff(failing({ attempt: 2 }), said)).toEqual({
      on: 'reschedule',
      notBefore: new Date('2026-11-22T06:00:00Z'),
      reason: 'not_yet_available',
      burnAttempt: false,
    });
    const windowOpensAt = inSeconds(7200);
    expect(putOff(failing({}, { windowOpensAt }), {})).toMatchObject({ notBefore: windowOpensAt });
    expect(putOff(failing(), {})).toMatchObject({ notBefore: inSeconds(900) });
  });

  it('fails where that will be too late, and says both times', () => {
    const end = inSeconds(3600);
    const failed = {
      on: 'fail',
      failure: {
        code: 'not_yet_available',
        vendorMessage: 'Intente mañana',
        details: {
          notBefore: '2026-11-22T06:00:00.000Z',
          deadline: end.toISOString(),
          httpStatus: 200,
        },
      },
    };
    expect(putOff(failing({ deadline: end }), said)).toMatchObject(failed);
    expect(putOff(failing({}, { windowClosesAt: end }), said)).toMatchObject(failed);
  });
});

describe('a run that was stopped', () => {
  it.each([
    ['step_budget', 'steps'],
    ['token_budget', 'tokens'],
    ['cost_budget', 'cost'],
  ] as const)('at the %s says which budget was exceeded', (reason, budget) => {
    expect(endStopped(failing(), reason)).toMatchObject({
      on: 'fail',
      failure: { code: 'budget_exceeded', retryable: false, details: { budget } },
    });
  });

  it.each([
    ['run_budget', 'timeout'],
    ['browser_lost', 'network_error'],
  ] as const)('by %s is tried again as %s', (reason, code) => {
    expect(endStopped(failing(), reason)).toMatchObject({ on: 'reschedule', reason: code });
  });
});
