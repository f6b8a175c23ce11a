import { describe, expect, it } from 'vitest';
import type { AgentResult } from '@cfdi-live/agent';
import { failure, type FailureCode } from '@cfdi-live/contract';
import type { RunEnd } from '@cfdi-live/domain';
import { portalAnswered, waitForPortal } from './portal.ts';

const NOW = new Date('2026-11-21T12:00:00Z');
const later = (hours: number) => new Date(NOW.getTime() + hours * 3_600_000);

describe('whether a portal answered', () => {
  const evidence = { snapshotId: 's', text: '', kind: 'http' as const };
  const outcome = (code: FailureCode) =>
    ({ kind: 'outcome', outcome: { code, evidence, details: {} } }) as AgentResult;

  it.each(['portal_down', 'network_error', 'timeout'] as const)('not where the outcome is %s', (code) => {
    expect(portalAnswered(outcome(code))).toBe(false);
  });

  it.each(['ticket_not_found', 'already_invoiced', 'blocked_by_vendor', 'portal_changed'] as const)(
    'where it said %s',
    (code) => {
      expect(portalAnswered(outcome(code))).toBe(true);
    },
  );

  it('is not to be blamed for what is ours', () => {
    expect(portalAnswered(outcome('internal'))).toBeNull();
    for (const reason of ['aborted', 'browser_lost', 'step_budget', 'token_budget'] as const)
      expect(portalAnswered({ kind: 'stopped', reason })).toBeNull();
    expect(portalAnswered({ kind: 'gateClosed', reason: 'not_free' })).toBeNull();
  });

  it('not where it took all of the run’s time', () => {
    expect(portalAnswered({ kind: 'stopped', reason: 'run_budget' })).toBe(false);
  });
});

describe('a run whose portal is down', () => {
  const task = { mode: 'live', createdAt: NOW, deadline: null } as const;
  const open = { retryAt: later(1) };
  const failed: RunEnd = { on: 'fail', failure: failure('portal_down') };
  const waits: RunEnd = {
    on: 'reschedule',
    notBefore: later(1),
    reason: 'portal_down',
    burnAttempt: false,
  };

  it('waits for it without burning an attempt, the last one neither', () => {
    expect(waitForPortal(failed, open, { task, now: NOW })).toEqual(waits);
    const again: RunEnd = { on: 'reschedule', notBefore: NOW, reason: 'network_error', burnAttempt: true };
    expect(waitForPortal(again, open, { task, now: NOW })).toEqual(waits);
  });

  it('ends as it would while nobody knows that it is down', () => {
    expect(waitForPortal(failed, null, { task, now: NOW })).toBe(failed);
    expect(waitForPortal(failed, { retryAt: null }, { task, now: NOW })).toBe(failed);
  });

  it('ends as it would for any other reason', () => {
    const ends: RunEnd[] = [
      { on: 'fail', failure: failure('ticket_not_found') },
      { on: 'reschedule', notBefore: NOW, reason: 'in_doubt', burnAttempt: false },
      { on: 'release' },
    ];
    for (const end of ends) expect(waitForPortal(end, open, { task, now: NOW })).toBe(end);
  });

  it('ends as it would in test mode, where a ticket may ask for it', () => {
    expect(waitForPortal(failed, open, { task: { ...task, mode: 'test' }, now: NOW })).toBe(failed);
  });

  it('waits no longer than its deadline, or three days where it has none', () => {
    const due = { ...task, deadline: later(0.5) };
    expect(waitForPortal(failed, open, { task: due, now: NOW })).toBe(failed);
    const old = { ...task, createdAt: later(-72) };
    expect(waitForPortal(failed, open, { task: old, now: NOW })).toBe(failed);
  });

  it('tries at once where the time for the next try has come', () => {
    const end = waitForPortal(failed, { retryAt: later(-1) }, { task, now: NOW });
    expect(end).toEqual({ ...waits, notBefore: NOW });
  });
});
