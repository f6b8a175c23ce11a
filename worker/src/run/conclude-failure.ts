/** What becomes of a task whose run found no invoice: tried again, put off, or failed. Pure policy. */
import type { AgentResult } from '@cfdi-live/agent';
import { failure, type FailureCode } from '@cfdi-live/contract';
import { askAgain, decideRetry, type RunEnd, type TaskRow } from '@cfdi-live/domain';

export interface FailureParts {
  vendorMessage?: string;
  details?: Record<string, unknown>;
}

/** What the policy looks at. */
export interface Failing {
  task: TaskRow;
  /** The vendor's window for this ticket, where it is known for sure. */
  windowOpensAt: Date | null;
  windowClosesAt: Date | null;
  now: Date;
  /** In [0, 1). */
  jitter: number;
}

/** Tries again later what may pass, as long as there are attempts and time for it; else the task fails with this code. */
export function retryOrFail(input: Failing, code: FailureCode, parts: FailureParts): RunEnd {
  const { task, now } = input;
  const retry = decideRetry({ code, attempt: task.attempt + 1, jitter: input.jitter });
  if (!retry.retry) return { on: 'fail', failure: failure(code, parts) };
  const notBefore = new Date(now.getTime() + retry.delayMs);
  if (task.deadline === null || notBefore < task.deadline)
    return { on: 'reschedule', notBefore, reason: code, burnAttempt: true };
  // What went wrong says more than that there is no time left to try again.
  const details = { ...parts.details, deadline: task.deadline.toISOString() };
  return { on: 'fail', failure: failure(code, { ...parts, details }) };
}

/** Puts a task off, without an attempt burned, until the portal may know its ticket; fails it where that will be too late. */
export function putOff(input: Failing, parts: FailureParts): RunEnd {
  const { task, now } = input;
  const decided = askAgain({
    said: parts.details ?? {},
    bought: task.ticket.date,
    window: { opensAt: input.windowOpensAt, closesAt: input.windowClosesAt },
    deadline: task.deadline,
    createdAt: task.createdAt,
    now,
  });
  if (decided.kind === 'wait')
    return { on: 'reschedule', notBefore: decided.until, reason: 'not_yet_available', burnAttempt: false };
  const { notBefore: said, ...rest } = parts.details ?? {};
  const notBefore = decided.notBefore?.toISOString() ?? said;
  const details = {
    ...rest,
    ...(notBefore === undefined ? {} : { notBefore }),
    deadline: decided.end.toISOString(),
  };
  return { on: 'fail', failure: failure('not_yet_available', { ...parts, details }) };
}

/** A run that ended before the portal had its say. */
export function endStopped(
  input: Failing,
  reason: Extract<AgentResult, { kind: 'stopped' }>['reason'],
): RunEnd {
  switch (reason) {
    case 'run_budget':
      return retryOrFail(input, 'timeout', {});
    case 'step_budget':
      return budgetExceeded('steps');
    case 'token_budget':
      return budgetExceeded('tokens');
    case 'cost_budget':
      return budgetExceeded('cost');
    case 'browser_lost':
    case 'aborted':
      return retryOrFail(input, 'network_error', {});
  }
}

function budgetExceeded(budget: 'steps' | 'tokens' | 'cost'): RunEnd {
  return { on: 'fail', failure: failure('budget_exceeded', { details: { budget } }) };
}
