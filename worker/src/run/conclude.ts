/**
 * What a run's result means for its task and ticket: pure policy, so that every row of it is a unit test.
 * A ticket in doubt never ends by an outcome, a person's absence, budgets or attempts: it is asked about again until a
 * document, a double no, or the limit (50-lifecycle, exactly-once 5–7).
 */
import type { AgentResult, PersonReason } from '@cfdi-live/agent';
import {
  failure,
  type FailureCode,
  type TaskCfdi,
  type UnauthenticatedCfdiPolicy,
} from '@cfdi-live/contract';
import { SAT_WAIT_MS, doubtEndsAt, reconcileDelayMs, type RunEnd, type TicketRow } from '@cfdi-live/domain';
import type { Timings } from '../ports.ts';
import { endStopped, putOff, retryOrFail, type Failing, type FailureParts } from './conclude-failure.ts';
import { awaitDocument } from './await-document.ts';
import type { StopReason } from './lease.ts';

/** What became of the documents that a run brought. */
export type Proof =
  | { kind: 'none' }
  /** Accepted: this is the ticket's invoice. */
  | { kind: 'proven'; cfdi: TaskCfdi }
  /** Consistent, but nobody trusted vouches for it: SAT's to say, or the tenant's. */
  | { kind: 'unproven'; cfdi: TaskCfdi }
  /** A real invoice that is not this ticket's or not this profile's. `what` lists the finding codes. */
  | { kind: 'mismatch'; uuid: string; what: readonly string[]; otherReceptor: boolean }
  /** Not a CFDI, or one whose seals fail. */
  | { kind: 'invalid'; uuid: string | null; what: readonly string[] };

/** A change of the ticket's row that goes with the end of a run, in the same transaction. */
export type TicketChange =
  | { kind: 'none' }
  | { kind: 'issued'; uuid: string }
  | { kind: 'still_offered' }
  | { kind: 'not_invoiced' }
  /** No answer but the portal's own that the invoice exists: looking may never free this ticket. */
  | { kind: 'answered' }
  | { kind: 'reconciled' };

export interface Conclusion {
  end: RunEnd;
  ticket: TicketChange;
}

export interface ConcludeInput extends Failing {
  result: AgentResult;
  proof: Proof;
  /** As it stands after the run. */
  ticket: TicketRow;
  stopped: StopReason | null;
  timings: Pick<Timings, 'doubtMinAgeMs' | 'secondLookMs'>;
  /** The tenant's, for what is `unproven`. */
  unauthenticatedCfdis: UnauthenticatedCfdiPolicy;
}

const DEFAULT_INTERVENTION_S = 24 * 3600;
const NO_CHANGE: TicketChange = { kind: 'none' };

/** The end of a run. Not to be asked for a run whose lease was lost: that run may write nothing. */
export function concludeRun(input: ConcludeInput): Conclusion {
  return concludeProof(input) ?? (isInDoubt(input.ticket) ? concludeDoubt(input) : concludeFree(input));
}

/** Whether an act of ours may have issued an invoice that we do not hold. */
export function isInDoubt(ticket: Pick<TicketRow, 'state'>): boolean {
  return ticket.state === 'submitting' || ticket.state === 'submitted' || ticket.state === 'in_doubt';
}

function concludeProof(input: ConcludeInput): Conclusion | null {
  const { proof, ticket, now } = input;
  switch (proof.kind) {
    case 'proven':
      return { end: { on: 'complete', cfdi: proof.cfdi }, ticket: { kind: 'issued', uuid: proof.cfdi.uuid } };
    case 'unproven':
      return { end: endUnproven(input, proof.cfdi, now), ticket: { kind: 'issued', uuid: proof.cfdi.uuid } };
    case 'mismatch': {
      // Somebody else's invoice for a ticket that we never submitted: it was invoiced before we came.
      if (proof.otherReceptor && ticket.state === 'none')
        return fail('already_invoiced', { uuid: proof.uuid });
      const details = { uuid: proof.uuid, what: proof.what };
      return { ...fail('cfdi_mismatch', details), ticket: { kind: 'issued', uuid: proof.uuid } };
    }
    case 'invalid':
      if (proof.uuid === null) return null;
      return {
        ...fail('cfdi_unverified', { uuid: proof.uuid, what: proof.what }),
        ticket: { kind: 'issued', uuid: proof.uuid },
      };
    case 'none':
      return null;
  }
}

/** What the tenant wants of such an invoice. Whatever it is, the ticket was invoiced. */
function endUnproven(
  { unauthenticatedCfdis: policy, task }: Pick<ConcludeInput, 'unauthenticatedCfdis' | 'task'>,
  cfdi: TaskCfdi,
  now: Date,
): RunEnd {
  if (policy === 'reject') {
    const what = cfdi.findings.map(({ code }) => code);
    return { on: 'fail', failure: failure('cfdi_unverified', { details: { uuid: cfdi.uuid, what } }) };
  }
  // SAT knows nothing of what the sandbox issues.
  if (policy === 'accept' || task.mode === 'test') return { on: 'complete', cfdi };
  return { on: 'await_delivery', reason: 'sat_pending', until: later(now, SAT_WAIT_MS) };
}

function concludeDoubt(input: ConcludeInput): Conclusion {
  const { result, ticket, task, now, timings } = input;
  if (result.kind === 'awaitDelivery') {
    return { end: awaitDocument(result, ticket, now), ticket: { kind: 'answered' } };
  }
  const answered = ticket.answeredAt !== null || broughtSomething(input);
  if (result.kind === 'stillOffered' && !answered) {
    const markedAt = ticket.submittedAt ?? now;
    const oldEnough = now.getTime() - markedAt.getTime() >= timings.doubtMinAgeMs;
    const firstLook = ticket.lastStillOfferedAt;
    const lookedTwice = firstLook !== null && now.getTime() - firstLook.getTime() >= timings.secondLookMs;
    if (oldEnough && lookedTwice) {
      const end: RunEnd =
        task.cancelRequestedAt === null
          ? { on: 'reschedule', notBefore: now, reason: 'not_invoiced', burnAttempt: false }
          : { on: 'cancel', failure: failure('cancelled_by_user') };
      return { end, ticket: { kind: 'not_invoiced' } };
    }
    const at = Math.max(now.getTime() + timings.secondLookMs, markedAt.getTime() + timings.doubtMinAgeMs);
    return {
      end: { on: 'reschedule', notBefore: new Date(at), reason: 'in_doubt', burnAttempt: false },
      ticket: firstLook === null ? { kind: 'still_offered' } : NO_CHANGE,
    };
  }
  const endsAt = doubtEndsAt(ticket.doubtSince ?? now, input.windowClosesAt);
  if (now >= endsAt) return fail('outcome_unknown', {});
  const waiting = waitInDoubt(input);
  if (waiting !== null) return waiting;
  const next = later(now, input.stopped === 'shutdown' ? 0 : reconcileDelayMs(ticket.reconciliations));
  return {
    end: {
      on: 'reschedule',
      // The last look is made when the time is over, not after it.
      notBefore: next < endsAt ? next : endsAt,
      reason: 'in_doubt',
      burnAttempt: false,
    },
    ticket: input.stopped === 'shutdown' ? NO_CHANGE : { kind: answered ? 'answered' : 'reconciled' },
  };
}

/** The portal handed out what cannot be used: somebody made it all the same. */
function broughtSomething({ result, proof }: ConcludeInput): boolean {
  return proof.kind === 'invalid' || result.kind === 'documents';
}

function concludeFree(input: ConcludeInput): Conclusion {
  const { result, stopped, now, proof } = input;
  if (stopped === 'cancel' || (input.task.cancelRequestedAt !== null && stopped === null)) {
    return { end: { on: 'cancel', failure: failure('cancelled_by_user') }, ticket: NO_CHANGE };
  }
  if (stopped === 'shutdown') return { end: { on: 'release' }, ticket: NO_CHANGE };
  if (proof.kind === 'invalid')
    return withoutTicket(retryOrFail(input, 'portal_changed', { details: { what: proof.what } }));
  switch (result.kind) {
    case 'outcome':
      return concludeOutcome(input, result.outcome.code, {
        vendorMessage: result.outcome.evidence.text,
        details: result.outcome.details,
      });
    case 'needPerson':
      return concludePerson(input, result.reason, result.vendorMessage);
    case 'awaitDelivery':
      return { end: awaitDocument(result, input.ticket, now), ticket: NO_CHANGE };
    case 'gateClosed':
      // The ticket is not free: look again soon, by then its state tells what to do.
      return {
        end: { on: 'reschedule', notBefore: later(now, 5_000), reason: 'ticket_not_free', burnAttempt: true },
        ticket: NO_CHANGE,
      };
    case 'paused':
      return { end: { on: 'pause', until: patience(input) }, ticket: NO_CHANGE };
    case 'stopped':
      return withoutTicket(endStopped(input, result.reason));
    case 'stillOffered':
    case 'documents':
      // Nothing in doubt and nothing proven: the portal showed something that is no invoice of this ticket.
      return withoutTicket(retryOrFail(input, 'portal_changed', {}));
  }
}

function concludeOutcome(input: ConcludeInput, code: FailureCode, parts: FailureParts): Conclusion {
  if (code === 'captcha') return concludePerson(input, 'captcha', parts.vendorMessage ?? null);
  if (code === 'login_required') return concludePerson(input, 'login', parts.vendorMessage ?? null);
  return withoutTicket(code === 'not_yet_available' ? putOff(input, parts) : retryOrFail(input, code, parts));
}

function concludePerson(
  input: ConcludeInput,
  reason: PersonReason,
  vendorMessage: string | null,
): Conclusion {
  if (input.task.options.intervention === 'wait') {
    return { end: { on: 'need_person', reason, until: patience(input) }, ticket: NO_CHANGE };
  }
  const code = reason === 'captcha' ? 'captcha' : reason === 'unknown' ? 'portal_unknown' : 'login_required';
  return { end: { on: 'fail', failure: failure(code, { vendorMessage }) }, ticket: NO_CHANGE };
}

/** Until when a task waits for a person. */
function patience({ task, now }: ConcludeInput): Date {
  return later(now, (task.options.interventionTimeoutSeconds ?? DEFAULT_INTERVENTION_S) * 1000);
}

/**
 * A run that asks a portal about a ticket in doubt may meet a CAPTCHA, too: then a person is waited for, and nothing ends by their
 * absence. Null: nobody is to be waited for.
 */
function waitInDoubt(input: ConcludeInput): Conclusion | null {
  const { result, task, stopped } = input;
  // Whoever wants it to end is told as soon as the portal can be asked.
  if (task.cancelRequestedAt !== null || stopped !== null) return null;
  if (result.kind === 'paused') return { end: { on: 'pause', until: patience(input) }, ticket: NO_CHANGE };
  // Where the agent only knows no further, asking goes on by its schedule: a later look may find the invoice.
  if (result.kind !== 'needPerson' || result.reason === 'unknown') return null;
  if (task.options.intervention !== 'wait') return null;
  return { end: { on: 'need_person', reason: result.reason, until: patience(input) }, ticket: NO_CHANGE };
}

/** The ticket stays as it is. */
function withoutTicket(end: RunEnd): Conclusion {
  return { end, ticket: NO_CHANGE };
}

function fail(code: FailureCode, details: Record<string, unknown>): Conclusion {
  return { end: { on: 'fail', failure: failure(code, { details }) }, ticket: NO_CHANGE };
}

function later(now: Date, ms: number): Date {
  return new Date(now.getTime() + ms);
}
