/** The agent's work in one open browser: what it is given, and how its hands are bound to the lease and the gate. */
import {
  createBrowserDriver,
  createFormPlanner,
  createGateKeeper,
  createRedactor,
  runAgent,
  type AgentResult,
  type AgentState,
  type BrowserDriver,
  type BrowserDriverOptions,
  type GateKeeper,
  type IssueGate,
  type StepReport,
  type TaskFacts,
} from '@cfdi-live/agent';
import { newUuid } from '@cfdi-live/contract';
import type { ClaimedTask, TaskRow, TenantScope } from '@cfdi-live/domain';
import type { BrowserProvider } from '../ports.ts';
import type { RunBrowser } from './browser.ts';
import { budgetsOf } from './budgets.ts';
import { isInDoubt } from './conclude.ts';
import type { RunDeps } from './deps.ts';
import { keepHands } from './hands.ts';
import type { Lease } from './lease.ts';
import { loginOf } from './login.ts';
import { mailboxOf } from './mailbox.ts';
import type { ProofDesk } from './proof.ts';

/** How this run takes up what an earlier one left. */
export interface Resumption {
  /** `resumed`: the session that an earlier run parked; its page stands as a person left it. */
  session: 'fresh' | 'resumed';
  /** What the parked run left; of use on a fresh session too (what was asked). */
  state: AgentState | null;
  /** What a person answered: a CAPTCHA's characters, or a code that was sent to them. */
  answer: string | null;
}

export const FROM_NOTHING: Resumption = { session: 'fresh', state: null, answer: null };

interface Means {
  lease: Lease;
  desk: ProofDesk;
  gate: IssueGate;
  budgetMs: number;
  /** Further hosts that the vendor directory knows to belong to this portal, as addresses. */
  portals: readonly string[];
  resumption: Resumption;
  /** Somebody wants to step in: the run ends as `paused` at its next safe point. */
  pause: AbortSignal;
}

/** How a run's work ended. */
export interface Driven {
  result: AgentResult;
  /** False: the run was cut off in the midst of an act, so its page is nothing to go on from. */
  atSafePoint: boolean;
}

/**
 * Runs the agent to its end, and leaves the browser open. Rejects when a step cannot be recorded, or the gate cannot be
 * asked.
 */
export async function drive(
  deps: RunDeps,
  claimed: ClaimedTask,
  scope: TenantScope,
  browser: RunBrowser,
  means: Means,
): Promise<Driven> {
  const { lease, desk, gate, budgetMs, resumption, pause } = means;
  const { task } = claimed;
  const spent = await deps.database.withTenant(scope, (tx) => tx.tasks.spent(task.id));
  const login = await loginOf(deps, claimed, scope);
  const facts: TaskFacts = {
    ...taskFacts(claimed, await mailboxOf(deps, claimed, scope)),
    ...(login === null ? {} : { login: login.facts }),
  };
  const secrets = () => ({ ...secretValues(facts), ...login?.values() });
  // Made anew each time: codes are made while the run goes on.
  const redact = (text: string) => createRedactor(secrets())(text);
  const clock = { now: () => performance.now() };
  const watched = watchGate(gate);
  const keeper = createGateKeeper({ gate: watched, clock });
  const { stopWithinMs } = deps.timings;
  const hands = keepHands({ lease, critical: () => keeper.open !== null, stopWithinMs });
  const values = () => Object.values(secrets());
  const driver = await createBrowserDriver({
    ...(login === null ? {} : { login: login.secrets }),
    ...driverOptions(deps, task, browser, means, { keeper, values }),
    redact,
    signal: hands.cut,
  });
  // Handed over at a safe point, it is gone on with in this session.
  const goesOn = () => lease.stopReason() === 'shutdown' && !hands.cut.aborted;
  const working = underOwnGuard(deps.provider, browser, driver, { ...resumption, goesOn }, async () => {
    const result = await runAgent({
      driver,
      facts,
      purpose: isInDoubt(claimed.ticket) ? 'reconcile' : 'obtain',
      ...resumption,
      planners: [createFormPlanner()],
      keeper,
      accept: (documents) => desk.accept(documents),
      record: createRecorder(deps, claimed, scope, watched),
      redact,
      budgets: budgetsOf(task, spent, budgetMs),
      signal: lease.stop,
      pause,
      clock,
    });
    // A PDF that came after the proof has not been looked at yet.
    if (result.kind === 'documents') await desk.accept(result.documents);
    return result;
  });
  const result = await working.finally(() => hands.release());
  return { result, atSafePoint: !hands.cut.aborted };
}

/**
 * Takes the guard over from the session's keeper for the time of `work`, and leaves it there again where the run parks: the
 * one is in force before the other goes.
 */
async function underOwnGuard(
  provider: BrowserProvider,
  { providerSessionId }: RunBrowser,
  driver: BrowserDriver,
  { session, goesOn }: Resumption & { goesOn: () => boolean },
  work: () => Promise<AgentResult>,
): Promise<AgentResult> {
  try {
    if (session === 'resumed') await provider.liftGuard(providerSessionId);
    const result = await work();
    if (result.kind === 'needPerson' || result.kind === 'paused' || goesOn())
      await provider.guard(providerSessionId, driver.leftBehindRules());
    return result;
  } finally {
    await driver.close().catch(() => undefined);
  }
}

/** The run's browser, what it may reach, and who is asked before anything leaves it. */
function driverOptions(
  deps: RunDeps,
  task: TaskRow,
  browser: RunBrowser,
  { lease, portals, resumption }: Means,
  { keeper, values }: { keeper: GateKeeper; values: () => string[] },
): Omit<BrowserDriverOptions, 'redact' | 'signal'> {
  return {
    browser: browser.browser,
    connectUrl: browser.connectUrl,
    downloads: deps.provider.downloads(browser.providerSessionId),
    guard: {
      portalUrl: task.vendorUrl,
      allowedPrivateHosts: deps.allowedPrivateHosts,
      onlyHosts: task.mode === 'test' ? deps.sandboxHosts : null,
      values,
      alsoPortals: portals,
      // What an earlier run typed, or a person did, stands in the page.
      valuesTyped: () => resumption.session === 'resumed',
      learnt: resumption.state?.learnt ?? [],
    },
    actionTimeoutMs: deps.timings.actionBudgetMs,
    async onHeldRequest(request) {
      const answer = await keeper.onHeldRequest(request);
      // After a mark, and after a loop that stood still: another worker may have the task by now.
      if (!lease.isHeld()) return 'refuse';
      // Reached once the guard has sent the request on its way.
      if (answer === 'allow' && keeper.open !== null) setImmediate(() => void deps.reach('after_act'));
      return answer;
    },
  };
}

interface WatchedGate extends IssueGate {
  /** Whether a marked act has left and nothing was reported since. True once for each act. */
  takeAnswerAwaited(): boolean;
}

function watchGate(gate: IssueGate): WatchedGate {
  let awaited = false;
  return {
    mark: (act) => gate.mark(act),
    async submitted(act) {
      await gate.submitted(act);
      awaited = true;
    },
    async settle(act, state, evidence) {
      await gate.settle(act, state, evidence);
      awaited = false;
    },
    answered: (act) => gate.answered(act),
    isHarmless: (actKey) => gate.isHarmless(actKey),
    takeAnswerAwaited() {
      const taken = awaited;
      awaited = false;
      return taken;
    },
  };
}

/** Writes each step, and its event, as it happens. */
function createRecorder(deps: RunDeps, { run }: ClaimedTask, scope: TenantScope, gate: WatchedGate) {
  let index = 0;
  return async (step: StepReport): Promise<void> => {
    // An act is reported once the page has come to rest after it: the portal's answer is here.
    if (gate.takeAnswerAwaited()) await deps.reach('after_response');
    index += 1;
    const { screenshot: _kept, ...row } = step;
    await deps.database.withTenant(scope, (tx) =>
      tx.tasks.addStep(run, { ...row, id: newUuid(), index, screenshotArtifactId: null }),
    );
    await deps.reach('after_step');
  };
}

function taskFacts({ task }: ClaimedTask, mailbox: string): TaskFacts {
  return {
    vendorUrl: task.vendorUrl,
    ticket: task.ticket,
    profile: task.profile,
    paymentForm: task.ticket.paymentForm ?? null,
    mailbox,
  };
}

/** What may not leave the browser for another host, nor stand in a step, log or message: placeholder → value. */
function secretValues({ profile, ticket, mailbox }: TaskFacts): Record<string, string> {
  const values: Record<string, string | undefined> = {
    'profile.rfc': profile.rfc,
    'profile.fullName': profile.fullName,
    'profile.email': profile.email,
    // Who knows it may send to it.
    'task.mailbox': mailbox === profile.email ? undefined : mailbox,
    'profile.postalCode': profile.postalCode,
    'ticket.folio': ticket.folio,
    'ticket.webId': ticket.webId,
    'ticket.barcode': ticket.barcode,
  };
  for (const [key, value] of Object.entries(ticket.extra ?? {})) values[`ticket.extra.${key}`] = value;
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
