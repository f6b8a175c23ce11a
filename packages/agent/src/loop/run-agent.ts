/** The agent's loop: observe, decide, act, record, until there is a proven document or a typed end. */
import { readOutcome } from '../outcomes/read-outcome.ts';
import type { AgentResult, DecideContext, Decision, Evidence, Snapshot, SpentBudget } from '../types.ts';
import { stateOf } from './agent-state.ts';
import { awaitDocuments, collectDocuments } from './collect-documents.ts';
import { typeAnswer } from './answer.ts';
import { conclude, documentsOf, endBy, isRecovered } from './end-run.ts';
import { performActs, type DecidedActs } from './perform-acts.ts';
import { report } from './report.ts';
import { newRun, type RunOptions, type RunState } from './run-state.ts';
import { settleMark } from './settle-mark.ts';

/** Rejected documents after which looking for the right one ends. */
const MAX_REJECTIONS = 3;
/** Acts after the proof, to fetch the PDF. */
const MAX_EXTRA_STEPS = 4;
const DOWNLOAD_MS = 5_000;

/**
 * Works one task on one browser session. Never rejects for what a portal or browser does; rejects when `record`,
 * `accept` or the gate do. An awaited mail or captured documents leave the mark open: the caller settles it.
 */
export async function runAgent(options: RunOptions): Promise<AgentResult> {
  const run = newRun(options);
  const browser = guardBrowser(options.driver);
  const guarded = { ...options, driver: browser };
  if (options.purpose === 'reconcile') options.keeper.reconcile();
  try {
    // Whoever is asked to stop before it began does not begin.
    const begins = options.session === 'fresh' && stopReason(guarded, run) === null;
    const opened = begins ? await openPortal(guarded) : null;
    const result = opened ?? (await work(guarded, run));
    return await conclude(guarded, run, result);
  } catch (error) {
    if (!(error instanceof BrowserLost)) throw error;
    if (options.keeper.open !== null) await options.keeper.settle('in_doubt', null);
    if (run.proven)
      return { kind: 'documents', documents: run.documents, recovered: isRecovered(guarded, run) };
    return { kind: 'stopped', reason: options.signal.aborted ? 'aborted' : 'browser_lost' };
  }
}

/** The browser is gone, or was closed by the abort: whatever it threw is no bug of the loop. */
class BrowserLost extends Error {
  constructor(cause: unknown) {
    super('the browser is lost', { cause });
    this.name = 'BrowserLost';
  }
}

function guardBrowser(driver: RunOptions['driver']): RunOptions['driver'] {
  const guard = async <T>(call: () => Promise<T>): Promise<T> => {
    try {
      return await call();
    } catch (error) {
      throw new BrowserLost(error);
    }
  };
  return {
    open: (url) => guard(() => driver.open(url)),
    snapshot: () => guard(() => driver.snapshot()),
    perform: (action, terms) => guard(() => driver.perform(action, terms)),
    documents: () => guard(() => driver.documents()),
    waitForChange: (maxMs) => guard(() => driver.waitForChange(maxMs)),
    screenshot: () => guard(() => driver.screenshot()),
    captchaPicture: (fieldId) => guard(() => driver.captchaPicture(fieldId)),
    get learnt() {
      return driver.learnt;
    },
  };
}

async function openPortal(options: RunOptions): Promise<AgentResult | null> {
  const startedAt = options.clock.now();
  const opened = await options.driver.open(options.facts.vendorUrl);
  const summary = opened.ok
    ? "Open the vendor's portal"
    : `The vendor's portal does not open: ${opened.detail}`;
  await report(options, { type: opened.ok ? 'navigate' : 'error', summary, startedAt });
  if (opened.ok) return null;
  const evidence: Evidence = { snapshotId: '', kind: 'http', text: opened.detail };
  return { kind: 'outcome', outcome: { code: opened.reason, evidence, details: {} } };
}

async function work(options: RunOptions, run: RunState): Promise<AgentResult> {
  for (;;) {
    const stop = stopReason(options, run);
    if (stop !== null) return stopped(options, run, stop);
    await look(options, run);
    if (run.proven && run.documents.some((document) => document.kind === 'pdf'))
      return documentsOf(options, run);
    if (run.rejections >= MAX_REJECTIONS) return documentsOf(options, run);
    if (options.keeper.open !== null && !run.proven) {
      await settleMark(options, run);
      if (run.snapshot !== null) remember(options, run, run.snapshot);
      // A stop may have been asked for meanwhile: with the mark settled it is obeyed.
      const asked = stopReason(options, run);
      if (asked !== null) return stopped(options, run, asked);
    }
    if (options.keeper.open === null && !run.proven && isSilent(run.snapshot)) return gaveUpOnPage(options);
    const decided = await decide(options, run);
    const result = await follow(options, run, decided);
    if (result !== null) return result;
  }
}

/** Nothing of the page could be seen in all the time that looking may take: it hangs, or never comes. */
function isSilent(snapshot: Snapshot | null): boolean {
  return snapshot?.frames.some(({ main }) => main) !== true;
}

async function gaveUpOnPage(options: RunOptions): Promise<AgentResult> {
  const text = 'the page does not answer';
  await report(options, { type: 'error', summary: text, startedAt: options.clock.now() });
  const evidence: Evidence = { snapshotId: '', kind: 'http', text };
  return { kind: 'outcome', outcome: { code: 'timeout', evidence, details: {} } };
}

/** Why the run ends here, or null. Nothing ends it between a mark and its settlement, and nothing but time after a proof. */
function stopReason(options: RunOptions, run: RunState): StopReason | null {
  if (options.keeper.open !== null || run.proven) return null;
  if (options.signal.aborted) return 'aborted';
  if (options.pause.aborted) return 'paused';
  return spentBudget(options, run);
}

function spentBudget({ budgets, clock }: RunOptions, run: RunState): SpentBudget | null {
  if (clock.now() - run.startedAt >= budgets.runMs) return 'run_budget';
  if (run.steps >= budgets.maxSteps) return 'step_budget';
  // Reached is not exceeded: where nothing may be spent, what costs nothing goes on.
  if (run.tokens > budgets.maxTokens) return 'token_budget';
  return run.costUsd > budgets.maxCostUsd ? 'cost_budget' : null;
}

type StopReason = 'aborted' | 'paused' | SpentBudget;

function stopped(options: RunOptions, run: RunState, reason: StopReason): AgentResult {
  if (reason !== 'paused') return { kind: 'stopped', reason };
  return { kind: 'paused', state: stateOf(run, null, options.driver.learnt) };
}

async function look(options: RunOptions, run: RunState): Promise<void> {
  const before = run.snapshot;
  const snapshot = await options.driver.snapshot();
  if (before !== null) run.seen.add(before.fingerprint);
  run.previous = before;
  run.snapshot = snapshot;
  const fresh = await collectDocuments(options, run);
  if (fresh && options.keeper.open !== null) await options.keeper.answered();
  if (options.keeper.open === null) remember(options, run, snapshot);
}

/** Keeps what the portal said of this ticket. Once it says "already invoiced", the run only asks for the invoice. */
function remember(options: RunOptions, run: RunState, snapshot: Snapshot): void {
  const outcome = readOutcome(snapshot, {
    previous: run.previous,
    history: run.history,
    facts: options.facts,
  });
  if (outcome?.code === 'ticket_not_found') run.notFound = outcome;
  if (outcome?.code !== 'already_invoiced') return;
  run.alreadyInvoiced = outcome;
  if (options.keeper.open !== null) return;
  run.purpose = 'reconcile';
  options.keeper.reconcile();
}

interface Decided {
  decision: Decision;
  by: DecidedActs['planner'];
  tokens: number;
  costUsd: number;
  /** Planners that were not asked yet. */
  rest: RunOptions['planners'];
}

async function decide(options: RunOptions, run: RunState, planners = options.planners): Promise<Decided> {
  const context = contextOf(options, run);
  let last: Decided = {
    decision: { kind: 'pass', reason: 'no planner' },
    by: 'form',
    tokens: 0,
    costUsd: 0,
    rest: [],
  };
  for (const [index, planner] of planners.entries()) {
    const { tokens = 0, costUsd = 0, ...decision } = await planner.decide(context);
    run.tokens += tokens;
    run.costUsd += costUsd;
    last = { decision, by: planner.name, tokens, costUsd, rest: planners.slice(index + 1) };
    if (decision.kind !== 'pass') return last;
  }
  return last;
}

function contextOf(options: RunOptions, run: RunState): DecideContext {
  if (run.snapshot === null) throw new Error('deciding before looking');
  return {
    snapshot: run.snapshot,
    previous: run.previous,
    facts: options.facts,
    purpose: run.purpose,
    history: run.history,
    documents: run.documents.map(({ kind }) => ({ kind })),
  };
}

async function follow(options: RunOptions, run: RunState, first: Decided): Promise<AgentResult | null> {
  let decided = first;
  for (;;) {
    const { decision } = decided;
    if (run.proven && !fetchesMore(run, decision)) return documentsOf(options, run);
    if (decision.kind === 'needPerson' && (await typeAnswer(options, run, decision))) return null;
    if (decision.kind !== 'act') return endBy(options, run, decision);
    const acted = await performActs(options, run, { ...decided, planner: decided.by, decision });
    if (acted.kind === 'gateClosed') return { kind: 'gateClosed', reason: acted.reason };
    if (acted.kind === 'done') {
      if (decision.actions.at(-1)?.stepType === 'download') await awaitDocuments(options, run, DOWNLOAD_MS);
      return null;
    }
    await report(options, {
      type: 'thinking',
      summary: `Not done: ${acted.reason}`,
      planner: decided.by,
      startedAt: options.clock.now(),
    });
    decided = await decide(options, run, decided.rest);
    if (decided.decision.kind === 'pass') return endBy(options, run, { kind: 'pass', reason: acted.reason });
  }
}

/** After the proof only what is still missing is fetched, for a few steps. */
function fetchesMore(run: RunState, decision: Decision): boolean {
  run.extraSteps += 1;
  const fetches =
    decision.kind === 'act' && decision.actions.every((planned) => planned.stepType === 'download');
  return fetches && run.extraSteps <= MAX_EXTRA_STEPS;
}
