/**
 * A task whose runs die with their workers is not tried for ever. What a claim that follows a lost run means: pure policy.
 */
import { failure } from '@cfdi-live/contract';
import {
  MAX_LOST_RUNS,
  doubtEndsAt,
  lostRunDelayMs,
  reconcileDelayMs,
  type TaskRow,
  type TicketRow,
} from '@cfdi-live/domain';
import { isInDoubt, type Conclusion } from './conclude.ts';

interface AfterLostRuns {
  task: TaskRow;
  ticket: TicketRow;
  windowClosesAt: Date | null;
  now: Date;
}

/**
 * Null: work it. Each lost run is waited for once. At the limit a task ends as `internal`; one whose ticket is in doubt
 * goes on asking, by the schedule of doubt and up to its end.
 */
export function concludeLostRuns({ task, ticket, windowClosesAt, now }: AfterLostRuns): Conclusion | null {
  const { lostRuns: lost, lostRunsWaited: waited } = task;
  if (lost <= waited) return null;
  const rest = (reason: string, notBefore: Date): Conclusion['end'] => ({
    on: 'reschedule',
    notBefore,
    reason,
    burnAttempt: false,
    lostRuns: { lost, waited: lost },
  });
  if (lost < MAX_LOST_RUNS) {
    const delayMs = lostRunDelayMs(lost);
    if (delayMs === 0) return null;
    return { end: rest('lost_run', new Date(now.getTime() + delayMs)), ticket: { kind: 'none' } };
  }
  if (!isInDoubt(ticket)) {
    const details = { lostRuns: lost };
    return { end: { on: 'fail', failure: failure('internal', { details }) }, ticket: { kind: 'none' } };
  }
  const endsAt = doubtEndsAt(ticket.doubtSince ?? now, windowClosesAt);
  if (now >= endsAt)
    return { end: { on: 'fail', failure: failure('outcome_unknown') }, ticket: { kind: 'none' } };
  const next = new Date(now.getTime() + reconcileDelayMs(ticket.reconciliations));
  return { end: rest('in_doubt', next < endsAt ? next : endsAt), ticket: { kind: 'reconciled' } };
}
