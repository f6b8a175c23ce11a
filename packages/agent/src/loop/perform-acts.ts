/** Sends the acts of one decision: marked where they may issue, stopped where the page moves on by itself. */
import { actionKey } from '../planners/act-key.ts';
import { isIssueSuspect, readableWords, receptorKnown } from '../planners/issue-suspect.ts';
import { documentControls } from '../planners/form/documents.ts';
import { sourceOf } from '../planners/form/history.ts';
import type {
  Action,
  ActTerms,
  ActionResult,
  Decision,
  ElementView,
  PlannedAction,
  Snapshot,
} from '../types.ts';
import { carriesIssueVerb, isConsultVerb } from '../words/verbs.ts';
import { contradictions, readBackOf } from './read-back.ts';
import { report, summaryOf } from './report.ts';
import type { RunOptions, RunState } from './run-state.ts';

export interface DecidedActs {
  decision: Extract<Decision, { kind: 'act' }>;
  planner: 'recipe' | 'form' | 'llm' | 'person';
  tokens: number;
  costUsd: number;
}

export type ActsResult =
  | { kind: 'done' }
  | { kind: 'gateClosed'; reason: 'lost_lease' | 'not_free' }
  /** An act that may not be done now: the next planner is asked. */
  | { kind: 'refused'; reason: string };

const PRESSES: ReadonlySet<Action['kind']> = new Set(['click', 'press', 'openLink']);
/** The same act on the same page: the third time the next planner is asked. */
const MAX_REPEATS = 3;

export async function performActs(
  options: RunOptions,
  run: RunState,
  decided: DecidedActs,
): Promise<ActsResult> {
  const { snapshot } = run;
  if (snapshot === null) return { kind: 'done' };
  for (const [index, planned] of decided.decision.actions.entries()) {
    const last = index === decided.decision.actions.length - 1;
    const suspect =
      (last && decided.decision.issueSuspect) || mayIssue(options, run, snapshot, planned.action);
    // What a marked act is read back from must be the page as it is: it goes alone, on a fresh snapshot.
    if (suspect && index > 0) return { kind: 'done' };
    if (repeats(run, snapshot, planned) >= MAX_REPEATS)
      return { kind: 'refused', reason: 'the same act was done three times' };
    const barred = suspect ? reasonToRefuse(options, run, snapshot, planned.action) : null;
    if (barred !== null) return { kind: 'refused', reason: barred };
    const sent = await send(options, run, snapshot, planned, suspect, decided, last);
    if (sent.kind !== 'sent') return sent;
    const { result } = sent;
    if (!result.ok || options.keeper.open !== null) break;
    if (options.signal.aborted || options.pause.aborted) break;
    if (result.changed && planned.action.kind !== 'fill' && planned.action.kind !== 'type') break;
  }
  return { kind: 'done' };
}

function mayIssue(options: RunOptions, run: RunState, snapshot: Snapshot, action: Action): boolean {
  return isIssueSuspect(snapshot, action, { facts: options.facts, history: run.history });
}

function repeats(run: RunState, snapshot: Snapshot, planned: PlannedAction): number {
  if (planned.action.kind === 'wait') return 0;
  const key = actionKey(snapshot, planned.action);
  return run.history.filter(
    (entry) =>
      entry.fingerprint === snapshot.fingerprint &&
      entry.actKey === key &&
      entry.planned.action.kind === planned.action.kind,
  ).length;
}

/**
 * While an invoice may exist, no act that may issue is sent. Three exceptions ask and cannot issue: an act of an
 * earlier run that proved to be a step and carries no issue verb, an act of this run that is repeated on a page where
 * nothing stands yet, and any act at a portal that, in this fresh session, was never told a receptor. Requests are
 * held all the same: only those of known steps and of asking leave.
 */
function reasonToRefuse(
  options: RunOptions,
  run: RunState,
  snapshot: Snapshot,
  action: Action,
): string | null {
  const reconciling = run.purpose === 'reconcile';
  if (!reconciling && options.keeper.open === null) return null;
  const target = targetOf(snapshot, action);
  const words = target === undefined ? '' : readableWords(target);
  const context = { facts: options.facts, history: run.history };
  const noReceptor = reconciling && options.session === 'fresh' && !receptorKnown(snapshot, context);
  const key = actionKey(snapshot, action);
  const known = options.keeper.isHarmless(key) || (wasDone(run, key) && nothingStands(snapshot));
  const knownStep = known && !carriesIssueVerb(words);
  return noReceptor || (reconciling && knownStep)
    ? null
    : 'an act that may issue is not sent while an invoice may exist';
}

/** The same act, on a page of the same structure, was sent earlier in this run. */
function wasDone(run: RunState, key: string): boolean {
  return run.history.some((entry) => entry.actKey === key && entry.result.ok);
}

/** No field of the page holds anything: a portal that was begun anew, asking for its privacy notice again. */
function nothingStands(snapshot: Snapshot): boolean {
  return snapshot.elements.every((element) => element.role !== 'textbox' || element.value === '');
}

type Sent = { kind: 'sent'; result: ActionResult } | Extract<ActsResult, { kind: 'gateClosed' | 'refused' }>;

async function send(
  options: RunOptions,
  run: RunState,
  snapshot: Snapshot,
  planned: PlannedAction,
  suspect: boolean,
  decided: DecidedActs,
  last: boolean,
): Promise<Sent> {
  const { keeper, clock, driver } = options;
  const { action } = planned;
  const startedAt = clock.now();
  const key = actionKey(snapshot, action);
  const readBack = readBackOf(snapshot, options.facts);
  const presses = PRESSES.has(action.kind);
  const marking = suspect && run.purpose === 'obtain';
  const asks = asksOnly(snapshot, action);
  const wrong = contradictions(readBack);
  if (wrong.length > 0 && presses && !asks && run.purpose === 'obtain') {
    return { kind: 'refused', reason: `the page contradicts the task: ${wrong.join(', ')}` };
  }
  const terms: ActTerms = termsOf(planned);
  if (marking) {
    const marked = await keeper.mark({ actKey: key, trigger: 'verb', readBack });
    if (!marked.ok) return { kind: 'gateClosed', reason: marked.reason };
    terms.sendWithinMs = marked.sendWithinMs;
  }
  run.lastAct = { before: snapshot, pressed: presses };
  keeper.begin({ key, presses, asks, readBack });
  const late = terms.sendWithinMs !== undefined && terms.sendWithinMs <= 0;
  const result = late ? TOO_LATE : await driver.perform(action, terms);
  if (marking && !late && leftForThePage(result)) await keeper.submitted();
  keeper.begin(null);
  run.steps += 1;
  run.history.push({
    fingerprint: snapshot.fingerprint,
    planned,
    actKey: key,
    result,
    planner: decided.planner,
    requests: keeper.allowed,
  });
  await report(options, {
    type: planned.stepType,
    summary: summaryOf(planned, result.ok ? null : result.detail),
    planner: decided.planner,
    confidence: planned.confidence,
    startedAt,
    tokens: last ? decided.tokens : 0,
    costUsd: last ? decided.costUsd : 0,
    picture: presses,
  });
  const { refusal } = keeper;
  if (refusal === 'lost_lease' || refusal === 'not_free') return { kind: 'gateClosed', reason: refusal };
  // What the press asked for was held back: the page it left is of no use.
  if (presses && refusal !== null && refusal !== 'too_late') {
    return { kind: 'refused', reason: `the request of the act was held back (${refusal})` };
  }
  return { kind: 'sent', result };
}

/** A choice says in its memo what it stands for; what is typed says so itself. */
function termsOf(planned: PlannedAction): ActTerms {
  const enters = sourceOf({ planned });
  return enters === null || 'value' in planned.action ? {} : { enters };
}

const TOO_LATE: ActionResult = { ok: false, reason: 'timeout', detail: 'the mark came too late for its act' };

/** Failures that are found before any input; after the others something may have been sent. */
function leftForThePage(result: ActionResult): boolean {
  return result.ok || !['disabled', 'not_actionable', 'refused'].includes(result.reason);
}

function targetOf(snapshot: Snapshot, action: Action): ElementView | undefined {
  const id = 'target' in action ? action.target : null;
  return snapshot.elements.find((element) => element.id === id);
}

/** Pressing it only asks for what exists: a verb of consulting, or a document's own link. */
function asksOnly(snapshot: Snapshot, action: Action): boolean {
  const target = targetOf(snapshot, action);
  if (target === undefined || (action.kind !== 'click' && action.kind !== 'openLink')) return false;
  if (documentControls(snapshot).some((control) => control.element.id === target.id)) return true;
  return isConsultVerb(readableWords(target));
}
