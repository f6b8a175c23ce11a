/** Runs that end before they begin: nothing is left to do, or it may not be tried now. */
import { failure } from '@cfdi-live/contract';
import { trustedWindowEnd, type ClaimedTask, type TenantScope, type VendorRow } from '@cfdi-live/domain';
import { runTimeMs } from './budgets.ts';
import { isInDoubt } from './conclude.ts';
import type { RunDeps } from './deps.ts';
import { concludeLostRuns } from './lost-runs.ts';
import { createProofDesk } from './proof.ts';
import { settleRun } from './settle.ts';

/** Whether there is nothing left for this run to do; then it has ended. */
export async function endsUnbegun(deps: RunDeps, claimed: ClaimedTask, scope: TenantScope): Promise<boolean> {
  return (
    (await givesWay(deps, claimed, scope)) ||
    (await heedsEarlierCancel(deps, claimed, scope)) ||
    (await comesTooLate(deps, claimed, scope))
  );
}

/** Its task's deadline passed while it waited for its turn. */
async function comesTooLate(deps: RunDeps, claimed: ClaimedTask, scope: TenantScope): Promise<boolean> {
  const { deadline } = claimed.task;
  if (deadline === null || runTimeMs(claimed, deps.clock.now(), deps.timings) > 0) return false;
  const details = { deadline: deadline.toISOString() };
  await deps.database.withTenant(scope, (tx) =>
    tx.tasks.endRun(claimed.run, { on: 'fail', failure: failure('timeout', { details }) }),
  );
  return true;
}

/**
 * A cancel waited for the answer to a doubt, and the doubt is gone without a question: nothing was sent while a person had
 * control. True when that ended the run.
 */
async function heedsEarlierCancel(
  deps: RunDeps,
  { task, ticket, run }: ClaimedTask,
  scope: TenantScope,
): Promise<boolean> {
  if (task.cancelRequestedAt === null || isInDoubt(ticket)) return false;
  const end = { on: 'cancel' as const, failure: failure('cancelled_by_user') };
  await deps.database.withTenant(scope, (tx) => tx.tasks.endRun(run, end));
  return true;
}

/** Ends a run before it began where too many before it were lost. True when it did. */
async function givesWay(deps: RunDeps, claimed: ClaimedTask, scope: TenantScope): Promise<boolean> {
  const { task, ticket, run } = claimed;
  if (task.lostRuns <= task.lostRunsWaited) return false;
  const windowClosesAt = trustedWindowEnd(await vendorOf(deps, claimed, scope), task.ticket.date);
  const conclusion = concludeLostRuns({ task, ticket, windowClosesAt, now: deps.clock.now() });
  if (conclusion === null) return false;
  deps.log.warn(
    { action: 'run.gives_way', task: task.id, lostRuns: task.lostRuns },
    'runs of a task were lost',
  );
  const desk = createProofDesk({ prover: deps.prover, task, vendor: null, reach: deps.reach });
  await settleRun({ ...deps, scope, run }, conclusion, { desk, recovered: false, left: null });
  return true;
}

/** The vendor that the task's portal is known to be of. */
export async function vendorOf(
  deps: RunDeps,
  { task: { vendorId } }: ClaimedTask,
  scope: TenantScope,
): Promise<VendorRow | null> {
  return vendorId === null ? null : await deps.database.withTenant(scope, (tx) => tx.vendors.get(vendorId));
}
