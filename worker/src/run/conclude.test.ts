import { describe, expect, it } from 'vitest';
import type { AgentResult, AgentState, PersonReason } from '@cfdi-live/agent';
import type { TaskCfdi } from '@cfdi-live/contract';
import type { TaskRow, TicketRow } from '@cfdi-live/domain';
import { concludeRun, type ConcludeInput } from './conclude.ts';

const NOW = new Date('2026-11-21T12:00:00Z');
const ago = (ms: number) => new Date(NOW.getTime() - ms);
const HOUR = 3_600_000;

function ticket(parts: Partial<TicketRow> = {}): TicketRow {
  return {
    id: 't',
    state: 'none',
    taskId: 'a',
    fence: 1,
    sessionId: null,
    submittedAt: null,
    doubtSince: null,
    cfdiUuid: null,
    harmlessActs: [],
    reconciliations: 0,
    lastStillOfferedAt: null,
    answeredAt: null,
    takenOver: false,
    ...parts,
  };
}

const doubtful = (parts: Partial<TicketRow> = {}) =>
  ticket({ state: 'in_doubt', submittedAt: ago(90_000), doubtSince: ago(90_000), ...parts });

function task(parts: Partial<TaskRow> = {}): TaskRow {
  const base: Partial<TaskRow> = {
    id: 'a',
    attempt: 0,
    cancelRequestedAt: null,
    deadline: null,
    createdAt: NOW,
    ticket: { amount: 1160, date: '2026-11-20' },
    options: { intervention: 'wait', decide: 'auto' },
  };
  return { ...base, ...parts } as TaskRow;
}

const evidence = { snapshotId: 's', text: 'palabras del portal', kind: 'alert' as const };
const outcome = (
  code: Extract<AgentResult, { kind: 'outcome' }>['outcome']['code'],
  details = {},
): AgentResult => ({
  kind: 'outcome',
  outcome: { code, evidence, details },
});
const stillOffered: AgentResult = { kind: 'stillOffered', evidence };
const cfdi = { uuid: 'U', findings: [] as TaskCfdi['findings'] } as TaskCfdi;

function conclude(parts: Partial<ConcludeInput>) {
  return concludeRun({
    result: { kind: 'documents', documents: [], recovered: false },
    proof: { kind: 'none' },
    ticket: ticket(),
    task: task(),
    stopped: null,
    windowOpensAt: null,
    windowClosesAt: null,
    now: NOW,
    timings: { doubtMinAgeMs: 60_000, secondLookMs: 30_000 },
    unauthenticatedCfdis: 'ask_sat',
    jitter: 0.5,
    ...parts,
  });
}

function needPerson(
  reason: PersonReason,
  evidence: Extract<AgentResult, { kind: 'needPerson' }>['evidence'],
): AgentResult {
  const state: AgentState = { version: 1, asked: null, done: [], seen: [], steps: 0, learnt: [] };
  return {
    kind: 'needPerson',
    reason,
    evidence,
    vendorMessage: null,
    picture: null,
    answerable: false,
    state,
  };
}

describe('a proven invoice', () => {
  it('completes the task, whatever else happened', () => {
    for (const stopped of [null, 'cancel', 'shutdown'] as const) {
      const { end, ticket: change } = conclude({
        proof: { kind: 'proven', cfdi },
        ticket: doubtful(),
        stopped,
      });
      expect(end).toEqual({ on: 'complete', cfdi });
      expect(change).toEqual({ kind: 'issued', uuid: 'U' });
    }
  });

  it.each([
    ['ask_sat', 'live', { on: 'await_delivery', reason: 'sat_pending', until: ago(-72 * HOUR) }],
    ['ask_sat', 'test', { on: 'complete', cfdi }],
    ['accept', 'live', { on: 'complete', cfdi }],
    ['accept', 'test', { on: 'complete', cfdi }],
    ['reject', 'live', { on: 'fail', failure: { code: 'cfdi_unverified', details: { uuid: 'U' } } }],
    ['reject', 'test', { on: 'fail', failure: { code: 'cfdi_unverified', details: { uuid: 'U' } } }],
  ] as const)('that nobody vouches for, by the policy %s in %s mode', (policy, mode, end) => {
    for (const row of [ticket(), doubtful()]) {
      const concluded = conclude({
        proof: { kind: 'unproven', cfdi },
        unauthenticatedCfdis: policy,
        task: task({ mode }),
        ticket: row,
      });
      expect(concluded.end).toMatchObject(end);
      // It was issued, whatever the tenant thinks of it: nothing is ever submitted again.
      expect(concluded.ticket).toEqual({ kind: 'issued', uuid: 'U' });
    }
  });
});

describe('an invoice that is not ours', () => {
  it('was there before we came, when we never submitted', () => {
    const proof = {
      kind: 'mismatch',
      uuid: 'U',
      what: ['receptor_rfc_mismatch'],
      otherReceptor: true,
    } as const;
    expect(conclude({ proof }).end).toMatchObject({ on: 'fail', failure: { code: 'already_invoiced' } });
  });

  it('is a mismatch after our submit, and the ticket counts as issued', () => {
    const proof = { kind: 'mismatch', uuid: 'U', what: ['total_mismatch'], otherReceptor: false } as const;
    const { end, ticket: change } = conclude({ proof, ticket: doubtful() });
    expect(end).toMatchObject({
      on: 'fail',
      failure: { code: 'cfdi_mismatch', details: { what: ['total_mismatch'] } },
    });
    expect(change).toEqual({ kind: 'issued', uuid: 'U' });
  });

  it('whose seal fails is unverified', () => {
    const proof = { kind: 'invalid', uuid: 'U', what: ['seal_invalid'] } as const;
    expect(conclude({ proof, ticket: doubtful() }).end).toMatchObject({
      failure: { code: 'cfdi_unverified' },
    });
  });
});

describe('a ticket in doubt', () => {
  it.each([
    ['a negative outcome', { result: outcome('ticket_not_found') }],
    ['a last attempt', { result: outcome('portal_down'), task: task({ attempt: 2 }) }],
    [
      'a CAPTCHA nobody may solve',
      { result: outcome('captcha'), task: task({ options: { intervention: 'fail', decide: 'auto' } }) },
    ],
    ['a spent budget', { result: { kind: 'stopped', reason: 'step_budget' } as AgentResult }],
    [
      'a cancel',
      { stopped: 'cancel' as const, result: { kind: 'stopped', reason: 'aborted' } as AgentResult },
    ],
  ])('does not end by %s', (_name, parts) => {
    const { end, ticket: change } = conclude({ ticket: doubtful(), ...parts });
    expect(end).toMatchObject({ on: 'reschedule', reason: 'in_doubt', burnAttempt: false });
    expect(change).toEqual({ kind: 'reconciled' });
  });

  it('is known to be invoiced where the portal handed out what is no invoice', () => {
    const proof = { kind: 'invalid', uuid: null, what: ['xml_malformed'] } as const;
    const { end, ticket: change } = conclude({ ticket: doubtful(), proof });
    expect(end).toMatchObject({ on: 'reschedule', reason: 'in_doubt', burnAttempt: false });
    expect(change).toEqual({ kind: 'answered' });
  });

  it('is known to be invoiced where the portal says that it sent the invoice by mail', () => {
    const result: AgentResult = { kind: 'awaitDelivery', reason: 'mail', evidence, documents: [] };
    const { end, ticket: change } = conclude({ ticket: doubtful(), result });
    expect(end).toEqual({
      on: 'await_delivery',
      reason: 'mail',
      until: ago(-72 * HOUR),
      askAt: ago(-3 * HOUR),
    });
    expect(change).toEqual({ kind: 'answered' });
  });

  it.each([
    [3, 21],
    [25, null],
  ])('is waited for from the first promise on: after %s h the portal is asked in %s h', (since, next) => {
    const result: AgentResult = { kind: 'awaitDelivery', reason: 'mail', evidence, documents: [] };
    const { end } = conclude({ ticket: doubtful({ answeredAt: ago(since * HOUR) }), result });
    expect(end).toEqual({
      on: 'await_delivery',
      reason: 'mail',
      until: ago((since - 72) * HOUR),
      ...(next === null ? {} : { askAt: ago(-next * HOUR) }),
    });
  });

  it('that is promised for three days fails as delivery_timeout, and stays known to be invoiced', () => {
    const result: AgentResult = { kind: 'awaitDelivery', reason: 'issuer_pending', evidence, documents: [] };
    const { end, ticket: change } = conclude({ ticket: doubtful({ answeredAt: ago(72 * HOUR) }), result });
    expect(end).toMatchObject({ on: 'fail', failure: { code: 'delivery_timeout' } });
    expect(change).toEqual({ kind: 'answered' });
  });

  it('is never free again once the portal said that the invoice was made, whatever it shows later', () => {
    const answered = { answeredAt: ago(80_000), lastStillOfferedAt: ago(31_000) };
    const { end, ticket: change } = conclude({ result: stillOffered, ticket: doubtful(answered) });
    expect(change).toEqual({ kind: 'answered' });
    expect(end).toMatchObject({ on: 'reschedule', reason: 'in_doubt' });
    const late = doubtful({ ...answered, doubtSince: ago(72 * HOUR) });
    expect(conclude({ result: stillOffered, ticket: late }).end).toMatchObject({
      on: 'fail',
      failure: { code: 'outcome_unknown' },
    });
  });

  it('is asked about after 1, 5, 30 min, 2 h, then every 12 h', () => {
    const waits = [0, 1, 2, 3, 4, 5].map((reconciliations) => {
      const { end } = conclude({ ticket: doubtful({ reconciliations }), result: outcome('portal_down') });
      return end.on === 'reschedule' ? (end.notBefore.getTime() - NOW.getTime()) / 60_000 : null;
    });
    expect(waits).toEqual([1, 5, 30, 120, 720, 720]);
  });

  it('is looked at a last time when its 72 h are over, and not after them', () => {
    const late = doubtful({ doubtSince: ago(70 * HOUR), reconciliations: 8 });
    const { end } = conclude({ result: outcome('portal_down'), ticket: late });
    expect(end).toMatchObject({ on: 'reschedule', notBefore: ago(-2 * HOUR) });
  });

  it.each([
    ['has closed and the first looks were made', ago(HOUR), 3 * HOUR, 'fail'],
    ['has closed just now', ago(HOUR), 2 * HOUR, 'reschedule'],
    ['closes later', ago(-HOUR), 3 * HOUR, 'reschedule'],
  ] as const)("ends by the vendor's window, which %s: %#", (_when, windowClosesAt, doubtMs, on) => {
    const { end } = conclude({
      result: outcome('portal_down'),
      windowClosesAt,
      ticket: doubtful({ doubtSince: ago(doubtMs), reconciliations: 4 }),
    });
    expect(end.on).toBe(on);
  });

  it('ends as outcome_unknown after 72 h', () => {
    const input = {
      result: outcome('portal_down'),
      ticket: doubtful({ doubtSince: ago(72 * HOUR), reconciliations: 9 }),
    };
    expect(conclude(input).end).toMatchObject({ on: 'fail', failure: { code: 'outcome_unknown' } });
  });

  it('waits for a person where only a person gets in, and goes on asking where the agent knows no further', () => {
    const ends = (['captcha', 'login', 'unknown'] as const).map(
      (reason) => conclude({ ticket: doubtful(), result: needPerson(reason, evidence) }).end.on,
    );
    expect(ends).toEqual(['need_person', 'need_person', 'reschedule']);
  });

  it('is free again only after the double no', () => {
    const first = conclude({ result: stillOffered, ticket: doubtful() });
    expect(first.ticket).toEqual({ kind: 'still_offered' });
    expect(first.end).toMatchObject({ on: 'reschedule', notBefore: new Date(NOW.getTime() + 30_000) });

    const tooSoon = conclude({ result: stillOffered, ticket: doubtful({ lastStillOfferedAt: ago(29_000) }) });
    expect(tooSoon.ticket).toEqual({ kind: 'none' });
    expect(tooSoon.end).toMatchObject({ reason: 'in_doubt' });

    const tooYoung = conclude({
      result: stillOffered,
      ticket: doubtful({ submittedAt: ago(40_000), lastStillOfferedAt: ago(31_000) }),
    });
    expect(tooYoung.ticket).toEqual({ kind: 'none' });

    const second = conclude({ result: stillOffered, ticket: doubtful({ lastStillOfferedAt: ago(31_000) }) });
    expect(second.ticket).toEqual({ kind: 'not_invoiced' });
    expect(second.end).toMatchObject({ on: 'reschedule', notBefore: NOW, burnAttempt: false });
  });

  it('that was asked to be cancelled is cancelled after the double no', () => {
    const { end } = conclude({
      result: stillOffered,
      ticket: doubtful({ lastStillOfferedAt: ago(31_000) }),
      task: task({ cancelRequestedAt: NOW }),
    });
    expect(end).toMatchObject({ on: 'cancel' });
  });
});

describe('a run that left no doubt', () => {
  it('is tried again only for what may pass, three times at most', () => {
    expect(conclude({ result: outcome('portal_down') }).end).toMatchObject({
      on: 'reschedule',
      burnAttempt: true,
      notBefore: new Date(NOW.getTime() + 30_000),
    });
    expect(conclude({ result: outcome('portal_down'), task: task({ attempt: 2 }) }).end).toMatchObject({
      on: 'fail',
    });
    expect(conclude({ result: outcome('ticket_expired') }).end).toMatchObject({
      on: 'fail',
      failure: { code: 'ticket_expired', vendorMessage: 'palabras del portal' },
    });
  });

  it('asks a person, or fails where nobody may be asked', () => {
    const result = needPerson('captcha', evidence);
    expect(conclude({ result }).end).toMatchObject({ on: 'need_person', reason: 'captcha' });
    const nobody = task({ options: { intervention: 'fail', decide: 'auto' } });
    expect(conclude({ result, task: nobody }).end).toMatchObject({
      on: 'fail',
      failure: { code: 'captcha' },
    });
    expect(conclude({ result: needPerson('unknown', null), task: nobody }).end).toMatchObject({
      failure: { code: 'portal_unknown' },
    });
  });

  it('follows a cancel, and hands over on shutdown without burning an attempt', () => {
    const result: AgentResult = { kind: 'stopped', reason: 'aborted' };
    expect(conclude({ result, stopped: 'cancel' }).end).toMatchObject({ on: 'cancel' });
    expect(conclude({ result, stopped: 'shutdown' }).end).toEqual({ on: 'release' });
  });
});
