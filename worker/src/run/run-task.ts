/**
 * One run of one claimed task: release what an earlier run left, open a browser, let the agent work, prove what it
 * brought, conclude. Every write carries the run's fence; a run that lost its lease writes nothing and leaves the rest
 * to its successor. The browser is released in every ending but one: where it is kept for a person.
 */
import type { AgentResult } from '@cfdi-live/agent';
import {
  trustedWindow,
  WARM_MS,
  type ClaimedTask,
  type PortalReport,
  type TenantScope,
  type VendorRow,
} from '@cfdi-live/domain';
import type { Logger } from 'pino';
import { closeSession, openBrowser, releaseEarlierSessions, type RunBrowser } from './browser.ts';
import { runTimeMs } from './budgets.ts';
import { concludeRun, isInDoubt, type ConcludeInput, type Conclusion } from './conclude.ts';
import type { RunDeps } from './deps.ts';
import { drive, type Resumption } from './drive.ts';
import { keepLease, type Lease, type StopReason } from './lease.ts';
import { leftBy, takeUpParked, type LeftBehind } from './parked.ts';
import { reportPortal, waitForPortal } from './portal.ts';
import { createProofDesk, type ProofDesk } from './proof.ts';
import { settleRun } from './settle.ts';
import { endsUnbegun, vendorOf } from './unbegun.ts';

/** Time a session may outlive the run's budget: settling, proof, upload. */
const SESSION_SLACK_S = 60;

export async function runTask(deps: RunDeps, claimed: ClaimedTask, shutdown: AbortSignal): Promise<void> {
  const { task, run } = claimed;
  const log = deps.log.child({ tenant: task.tenantId, task: task.id, run: run.runId });
  const scope: TenantScope = { tenantId: task.tenantId, mode: task.mode };
  let { ticket } = claimed;
  // The portal keeps this ticket for this very browser: another one would be refused for a while.
  let reserved = false;
  const lease = keepLease({
    run,
    renew: (ref, leaseMs) => deps.database.system.renewLease(ref, leaseMs),
    leaseMs: deps.timings.leaseMs,
    renewEveryMs: deps.timings.renewEveryMs,
    selfFenceAfterMs: deps.timings.selfFenceAfterMs,
    monotonic: () => performance.now(),
    shutdown,
    pauseRequested: task.pauseRequestedAt !== null,
    heedsCancel: () => !isInDoubt(ticket),
    heedsShutdown: () => !reserved,
  });
  const context = { database: deps.database, provider: deps.provider, scope, run };
  let opened: RunBrowser | null = null;
  let kept = false;
  try {
    const taken = await takeUpParked(context, claimed, lease.stop);
    if (taken === 'lost') return await stepBack(deps, claimed, scope, lease, 'stopped', 0);
    ({ ticket, browser: opened } = taken);
    const current = { ...claimed, ticket };
    if (!(await releaseEarlierSessions(context, opened, deps.timings.releaseWaitMs, lease.stop))) {
      log.warn('an earlier session is not gone yet; the task steps back');
      return await stepBack(deps, claimed, scope, lease, 'earlier_session', 5_000);
    }
    if (await endsUnbegun(deps, current, scope)) return;
    const budgetMs = runTimeMs(current, deps.clock.now(), deps.timings);
    if (opened === null) {
      const result = await openBrowser(context, sessionSeconds(budgetMs), lease.stop);
      if (result.kind === 'lost') return;
      if (result.kind !== 'open') {
        const waitMs = result.kind === 'busy' ? result.retryAfterMs : 10_000;
        log.warn({ reason: result.kind }, 'no browser to be had; the task waits');
        // The limit is the provider's: it holds for everybody.
        if (result.kind === 'busy') await deps.database.system.pauseAdmission(waitMs);
        return await stepBack(deps, claimed, scope, lease, 'no_browser', waitMs);
      }
      opened = result.value;
    }
    const { resumption } = taken;
    reserved = (await vendorOf(deps, claimed, scope))?.reservesTickets === true;
    const outcome = await work(deps, current, scope, opened, { lease, budgetMs, resumption });
    if (outcome !== null) kept = await conclude(deps, claimed, scope, outcome, log);
  } catch (error) {
    log.error({ action: 'run.broke_off', err: errorName(error) }, 'the run broke off');
    if (lease.stopReason() !== 'lease_lost') await concludeBrokenRun(deps, claimed, scope);
  } finally {
    if (opened !== null) {
      await (kept ? opened.browser.close() : closeSession(context, opened)).catch((error: unknown) => {
        log.warn({ err: errorName(error) }, 'the session could not be released; the reaper will');
      });
    }
    lease.release();
  }
}

/** How long a session may be needed: a run, the longest wait for a person, and the run that goes on. */
function sessionSeconds(budgetMs: number): number {
  return Math.ceil((2 * budgetMs + WARM_MS) / 1000) + SESSION_SLACK_S;
}

interface Outcome {
  conclusion: Conclusion;
  desk: ProofDesk;
  /** The invoice existed before this run asked for one. */
  recovered: boolean;
  left: LeftBehind | null;
}

/** The agent's work in an open browser, and what follows from it. Null: the lease was lost, nothing may be written. */
async function work(
  deps: RunDeps,
  claimed: ClaimedTask,
  scope: TenantScope,
  browser: RunBrowser,
  { lease, budgetMs, resumption }: { lease: Lease; budgetMs: number; resumption: Resumption },
): Promise<Outcome | null> {
  const { task, run, ticket } = claimed;
  const vendor = await vendorOf(deps, claimed, scope);
  const desk = createProofDesk({ prover: deps.prover, task, vendor, reach: deps.reach });
  const gate = deps.createGate({
    database: deps.database,
    scope,
    run,
    sessionId: browser.rowId,
    ticket,
    lease,
    timings: deps.timings,
    reach: deps.reach,
  });
  const { result, atSafePoint } = await drive(deps, claimed, scope, browser, {
    lease,
    desk,
    gate,
    budgetMs,
    portals: portalsOf(vendor, task.vendorUrl),
    resumption,
    pause: lease.pause,
  });
  const stopped = lease.stopReason();
  if (stopped === 'lease_lost') return null;
  const portal = await reportPortal(deps, claimed, result);
  const recovered = result.kind === 'documents' && result.recovered;
  const conclusion = await concludeFrom(deps, claimed, scope, {
    result,
    proof: desk.proof({ recovered }),
    stopped,
    portal,
  });
  const left = leftBy(result, { sessionId: browser.rowId, maxSessions: deps.maxSessions });
  return {
    conclusion: atSafePoint ? keptOpen(conclusion, browser.rowId) : conclusion,
    desk,
    recovered,
    left,
  };
}

/** What is handed over goes on where it stands, in the same session. */
function keptOpen({ end, ticket }: Conclusion, sessionId: string): Conclusion {
  return { end: end.on === 'release' ? { ...end, sessionId } : end, ticket };
}

/** The addresses that make up a known portal: its pages may stand on hosts of its platform. */
function portalsOf(vendor: VendorRow | null, vendorUrl: string): string[] {
  return (vendor?.hosts ?? []).map((host) => `${new URL(vendorUrl).protocol}//${host}/`);
}

/** True: the session is kept, for a person or for the run that goes on in it. */
async function conclude(
  deps: RunDeps,
  claimed: ClaimedTask,
  scope: TenantScope,
  outcome: Outcome,
  log: Logger,
): Promise<boolean> {
  const ended = await settleRun({ ...deps, scope, run: claimed.run }, outcome.conclusion, outcome);
  const { end } = outcome.conclusion;
  const { on } = end;
  log.info({ action: 'run.ended', on, ended: ended.kind }, 'run ended');
  if (ended.kind === 'ok' && on === 'release') return end.sessionId !== undefined;
  if (ended.kind === 'lost' || (on !== 'need_person' && on !== 'pause')) return false;
  const { status, intervention } = ended.value;
  // QUEUED: whoever wanted a pause took it back just now.
  return status === 'QUEUED' || intervention?.park === 'warm';
}

/** A run that failed by a fault of ours burns an attempt; a ticket in doubt stays in doubt. */
async function concludeBrokenRun(deps: RunDeps, claimed: ClaimedTask, scope: TenantScope): Promise<void> {
  const evidence = { snapshotId: '', text: '', kind: 'http' as const };
  const outcome = { code: 'internal' as const, evidence, details: {} };
  await concludeWithoutPortal(deps, claimed, scope, { kind: 'outcome', outcome }, null);
}

/** Ends a run that has nothing to say of its portal, and brought nothing. */
async function concludeWithoutPortal(
  deps: RunDeps,
  claimed: ClaimedTask,
  scope: TenantScope,
  result: AgentResult,
  stopped: StopReason | null,
): Promise<void> {
  const desk = createProofDesk({ prover: deps.prover, task: claimed.task, vendor: null, reach: deps.reach });
  const nothing = { proof: { kind: 'none' as const }, portal: null };
  const conclusion = await concludeFrom(deps, claimed, scope, { result, stopped, ...nothing });
  await settleRun({ ...deps, scope, run: claimed.run }, conclusion, { desk, recovered: false, left: null });
}

/** Reads how task and ticket stand now, and applies the policy. */
async function concludeFrom(
  deps: RunDeps,
  { task: { id, vendorId } }: ClaimedTask,
  scope: TenantScope,
  { portal, ...parts }: Pick<ConcludeInput, 'result' | 'proof' | 'stopped'> & { portal: PortalReport | null },
): Promise<Conclusion> {
  const { ticket, task, tenant, vendor } = await deps.database.withTenant(scope, async (tx) => ({
    ticket: await tx.tickets.getForTask(id),
    task: await tx.tasks.get(id),
    tenant: await tx.tenant.get(),
    vendor: vendorId === null ? null : await tx.vendors.get(vendorId),
  }));
  if (ticket === null || task === null || tenant === null)
    throw new Error('the task, its ticket or its tenant is gone');
  const window = trustedWindow(vendor, task.ticket.date);
  const now = deps.clock.now();
  const conclusion = concludeRun({
    ...parts,
    ticket,
    task,
    windowOpensAt: window.opensAt,
    windowClosesAt: window.closesAt,
    now,
    timings: deps.timings,
    unauthenticatedCfdis: tenant.unauthenticatedCfdis,
    jitter: Math.random(),
  });
  return { ...conclusion, end: waitForPortal(conclusion.end, portal, { task, now }) };
}

/** Ends a run that did not come to its portal: as it was asked to stop, or its task waits a little. */
async function stepBack(
  deps: RunDeps,
  claimed: ClaimedTask,
  scope: TenantScope,
  lease: Lease,
  reason: string,
  waitMs: number,
): Promise<void> {
  const { task, run } = claimed;
  const stopped = lease.stopReason();
  if (stopped === 'lease_lost') return;
  if (stopped !== null) {
    await concludeWithoutPortal(deps, claimed, scope, { kind: 'stopped', reason: 'aborted' }, stopped);
    return;
  }
  const notBefore = new Date(deps.clock.now().getTime() + waitMs);
  const lostRuns = { lost: task.lostRuns, waited: task.lostRunsWaited };
  await deps.database.withTenant(scope, (tx) =>
    tx.tasks.endRun(run, { on: 'reschedule', notBefore, reason, burnAttempt: false, lostRuns }),
  );
}

/** The class of an error: messages of outside services may hold values. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
