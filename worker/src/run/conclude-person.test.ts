/** How a run concludes that meets what only a person can do. */
import type { AgentResult, AgentState } from '@cfdi-live/agent';
import type { TaskRow, TicketRow } from '@cfdi-live/domain';
import { describe, expect, it } from 'vitest';
import { concludeRun } from './conclude.ts';

const NOW = new Date('2026-11-21T12:00:00Z');
const later = (ms: number) => new Date(NOW.getTime() + ms);
const HOUR = 3_600_000;
const state: AgentState = { version: 1, asked: null, done: [], seen: [], steps: 0, learnt: [] };
const captcha: AgentResult = {
  kind: 'needPerson',
  reason: 'captcha',
  evidence: null,
  vendorMessage: null,
  picture: null,
  answerable: true,
  state,
};
const paused: AgentResult = { kind: 'paused', state };

function conclude(result: AgentResult, task: Partial<TaskRow> = {}, doubtSince: Date | null = null) {
  const ticket = {
    state: doubtSince === null ? 'none' : 'in_doubt',
    doubtSince,
    submittedAt: doubtSince,
    answeredAt: null,
    lastStillOfferedAt: null,
    reconciliations: 0,
  } as TicketRow;
  return concludeRun({
    result,
    proof: { kind: 'none' },
    ticket,
    task: {
      attempt: 0,
      cancelRequestedAt: null,
      deadline: null,
      options: { intervention: 'wait', decide: 'auto' },
      ...task,
    } as TaskRow,
    stopped: null,
    now: NOW,
    timings: { doubtMinAgeMs: 60_000, secondLookMs: 30_000 },
    unauthenticatedCfdis: 'ask_sat',
    jitter: 0.5,
    windowClosesAt: null,
    windowOpensAt: null,
  });
}

describe('a run that needs a person', () => {
  it('waits for a day, or as long as the task says', () => {
    expect(conclude(captcha).end).toEqual({ on: 'need_person', reason: 'captcha', until: later(24 * HOUR) });
    const options = { intervention: 'wait', decide: 'auto', interventionTimeoutSeconds: 3600 } as const;
    expect(conclude(captcha, { options }).end).toMatchObject({ until: later(HOUR) });
    expect(conclude(paused, { options }).end).toEqual({ on: 'pause', until: later(HOUR) });
  });

  it('waits in doubt as well: nothing else can ask the portal', () => {
    const hourAgo = later(-HOUR);
    expect(conclude(captcha, {}, hourAgo)).toEqual({
      end: { on: 'need_person', reason: 'captcha', until: later(24 * HOUR) },
      ticket: { kind: 'none' },
    });
    expect(conclude(paused, {}, hourAgo).end).toMatchObject({ on: 'pause' });
  });

  it.each([
    ['nobody may be asked', { options: { intervention: 'fail', decide: 'auto' } }],
    ['somebody wants it to end', { cancelRequestedAt: NOW }],
  ] as const)('asks the portal again by itself in doubt, where %s', (_name, task) => {
    expect(conclude(captcha, task, later(-HOUR)).end).toMatchObject({
      on: 'reschedule',
      reason: 'in_doubt',
    });
  });

  it('does not wait beyond the doubt’s own end', () => {
    expect(conclude(captcha, {}, later(-73 * HOUR)).end).toMatchObject({
      on: 'fail',
      failure: { code: 'outcome_unknown' },
    });
  });
});
