/**
 * The health of portals as runs learn it. Each run tells whether its portal answered; where several in a row did not, its
 * breaker opens, and the tasks of that portal wait without a browser and without burning attempts.
 */
import type { AgentResult } from '@cfdi-live/agent';
import type { FailureCode } from '@cfdi-live/contract';
import type { ClaimedTask, PortalReport, RunEnd, TaskRow } from '@cfdi-live/domain';
import type { RunDeps } from './deps.ts';

/** Failures that tell of the portal, not of the ticket. */
const PORTAL_FAILURES: readonly FailureCode[] = ['portal_down', 'network_error', 'timeout'];
/** A task without a deadline waits no longer than that for a portal; what is held meanwhile neither (`app.admit_of_tenant`). */
const PORTAL_WAIT_MS = 72 * 3_600_000;

/** Tells how a run found its portal; null: it has nothing to tell. */
export async function reportPortal(
  { database, log }: Pick<RunDeps, 'database' | 'log'>,
  { task: { id } }: ClaimedTask,
  result: AgentResult,
): Promise<PortalReport | null> {
  const answered = portalAnswered(result);
  if (answered === null) return null;
  const portal = await database.system.reportPortal(id, answered);
  const { host, breaker, retryAt } = portal;
  if (portal.changed) log.warn({ action: 'portal.breaker', host, breaker, retryAt }, 'breaker of a portal');
  return portal;
}

/** Whether the portal answered; null where the run does not know: it was stopped, or lost its browser. */
export function portalAnswered(result: AgentResult): boolean | null {
  switch (result.kind) {
    case 'outcome':
      return result.outcome.code === 'internal' ? null : !PORTAL_FAILURES.includes(result.outcome.code);
    case 'stopped':
      // A portal that never comes to an end takes the whole run.
      return result.reason === 'run_budget' ? false : null;
    case 'gateClosed':
    case 'paused':
      return null;
    case 'documents':
    case 'awaitDelivery':
    case 'stillOffered':
    case 'needPerson':
      return true;
  }
}

/**
 * The end of a run whose portal is known to be down: what failed for that reason waits for it, and burns no attempt. But in test
 * mode a ticket may ask for just this failure, so there it ends as it would.
 */
export function waitForPortal(
  end: RunEnd,
  portal: Pick<PortalReport, 'retryAt'> | null,
  { task, now }: { task: Pick<TaskRow, 'createdAt' | 'deadline' | 'mode'>; now: Date },
): RunEnd {
  if (portal === null || portal.retryAt === null || task.mode === 'test' || !tellsOfPortal(end)) return end;
  const latest = task.deadline ?? new Date(task.createdAt.getTime() + PORTAL_WAIT_MS);
  const notBefore = portal.retryAt > now ? portal.retryAt : now;
  return notBefore < latest
    ? { on: 'reschedule', notBefore, reason: 'portal_down', burnAttempt: false }
    : end;
}

function tellsOfPortal(end: RunEnd): boolean {
  if (end.on === 'fail') return PORTAL_FAILURES.includes(end.failure.code);
  return end.on === 'reschedule' && end.burnAttempt && PORTAL_FAILURES.some((code) => code === end.reason);
}
