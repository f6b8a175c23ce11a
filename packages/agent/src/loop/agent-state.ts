/** What a parked run leaves to the one that goes on, and how that one takes it up. No value of the task is in it. */
import type { StepType } from '@cfdi-live/contract';
import type { Action, AgentState, DoneAct, HistoryEntry } from '../types.ts';
import { ANSWER, sourceOf } from '../planners/form/history.ts';

const NEWEST = 200;

/** What of a run outlives it. */
interface Progress {
  history: readonly HistoryEntry[];
  seen: ReadonlySet<string>;
  steps: number;
}

/** The run as it stands; `learnt`: the guard's third parties. */
export function stateOf(run: Progress, asked: AgentState['asked'], learnt: readonly string[]): AgentState {
  return {
    version: 1,
    asked,
    done: run.history.slice(-NEWEST).map(doneAct),
    seen: [...run.seen].slice(-NEWEST),
    steps: run.steps,
    learnt: [...learnt],
  };
}

/** Reads a stored state back. Null for what is none, or one of another version: the run then begins from nothing. */
export function readAgentState(stored: unknown): AgentState | null {
  if (!isObject(stored) || stored['version'] !== 1) return null;
  const { asked, done, seen, steps, learnt } = stored;
  if (!Array.isArray(done) || !Array.isArray(seen) || typeof steps !== 'number') return null;
  if (asked !== null && !isAsked(asked)) return null;
  if (!done.every(isDoneAct) || !isTexts(seen) || !isTexts(learnt)) return null;
  return { version: 1, asked, done, seen, steps, learnt };
}

/**
 * The parked run as this run's history: what was put in, each once and known by its source only, then one press that
 * stands for whatever a person did. Presses are left out: what led nowhere before may lead on now.
 */
export function historyOf(state: AgentState): HistoryEntry[] {
  const entered = new Map<string, HistoryEntry>();
  for (const entry of state.done.map(historyEntry)) {
    const source = sourceOf(entry);
    const memo = entry.planned.memo ?? '';
    if (!entry.result.ok || source === ANSWER) continue;
    if (source !== null || /^(suggested|retry):/.test(memo))
      entered.set(`${entry.actKey} ${source} ${memo}`, entry);
  }
  return [...entered.values(), BY_A_PERSON];
}

const BY_A_PERSON: HistoryEntry = {
  fingerprint: '',
  actKey: 'person',
  planner: 'person',
  planned: {
    action: { kind: 'click', target: '' },
    why: 'A person may have acted here',
    stepType: 'user_intervention',
    confidence: 1,
    memo: 'person',
  },
  result: { ok: true, changed: true },
};

function historyEntry(entry: DoneAct): HistoryEntry {
  return {
    fingerprint: entry.fingerprint,
    actKey: entry.actKey,
    planner: entry.planner,
    requests: entry.requests,
    planned: {
      action: actionOf(entry),
      why: '',
      stepType: entry.stepType,
      confidence: 1,
      ...(entry.memo === null ? {} : { memo: entry.memo }),
    },
    result: entry.ok
      ? { ok: true, changed: entry.changed }
      : { ok: false, reason: 'no_effect', detail: 'in the run before' },
  };
}

function doneAct(entry: HistoryEntry): DoneAct {
  const { planned, result } = entry;
  return {
    fingerprint: entry.fingerprint,
    actKey: entry.actKey,
    act: planned.action.kind,
    source: 'value' in planned.action ? sourceOf(entry) : null,
    stepType: planned.stepType,
    memo: planned.memo ?? null,
    ok: result.ok,
    changed: result.ok && result.changed,
    planner: entry.planner,
    requests: entry.requests ?? 0,
  };
}

/** The element that an act went to is gone with its snapshot; its key is what counts. */
const GONE = '';

function actionOf({ act, source }: DoneAct): Action {
  const value = { source: source ?? 'literal', text: '' };
  switch (act) {
    case 'fill':
    case 'type':
    case 'pickDate':
      return { kind: act, target: GONE, value };
    case 'select':
      return { kind: act, target: GONE, option: {} };
    case 'choose':
      return { kind: act, target: GONE, optionText: '' };
    case 'check':
      return { kind: act, target: GONE, checked: true };
    case 'press':
      return { kind: act, target: null, key: 'Enter' };
    case 'wait':
      return { kind: act, forMs: 0, reason: '' };
    case 'scroll':
      return { kind: act, target: null };
    case 'click':
    case 'openLink':
      return { kind: act, target: GONE };
    case 'back':
    case 'home':
    case 'reload':
      return { kind: act };
  }
}

const ACTS: Record<Action['kind'], true> = {
  click: true,
  fill: true,
  type: true,
  select: true,
  choose: true,
  check: true,
  pickDate: true,
  press: true,
  scroll: true,
  wait: true,
  back: true,
  home: true,
  openLink: true,
  reload: true,
};

function isDoneAct(entry: unknown): entry is DoneAct {
  return (
    isObject(entry) &&
    typeof entry['fingerprint'] === 'string' &&
    typeof entry['actKey'] === 'string' &&
    typeof entry['act'] === 'string' &&
    entry['act'] in ACTS &&
    isTextOrNull(entry['source']) &&
    isStepType(entry['stepType']) &&
    isTextOrNull(entry['memo']) &&
    typeof entry['ok'] === 'boolean' &&
    typeof entry['changed'] === 'boolean' &&
    typeof entry['planner'] === 'string' &&
    typeof entry['requests'] === 'number'
  );
}

function isAsked(asked: unknown): asked is AgentState['asked'] {
  return (
    isObject(asked) &&
    ['captcha', 'login', 'two_factor', 'unknown'].includes(String(asked['reason'])) &&
    isTextOrNull(asked['picture']) &&
    typeof asked['wrongAnswers'] === 'number'
  );
}

/** Only repeated, never interpreted: any word will do. */
function isStepType(value: unknown): value is StepType {
  return typeof value === 'string';
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
