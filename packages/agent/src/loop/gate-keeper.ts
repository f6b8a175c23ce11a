/**
 * Stands between the agent and the portal: no act that may issue leaves without a mark. The loop marks what carries
 * an issue verb; the network guard asks here before a request leaves. Both share one mark, so an act is marked once.
 */
import { requestKey } from '../planners/act-key.ts';
import type { Evidence, IssueGate, SuspectAct } from '../types.ts';
import type { Clock, HeldRequest } from './ports.ts';
import { contradictions, type ReadBack } from './read-back.ts';

/** The act that the loop is about to perform: whatever the page sends during it is its doing. */
export interface CurrentAct {
  key: string;
  /** It presses (and does not only fill or choose): then a contradiction on the page stops its requests. */
  presses: boolean;
  /** It only asks for what exists: sent without a mark while reconciling. */
  asks: boolean;
  readBack: ReadBack;
}

export type Refusal = 'lost_lease' | 'not_free' | 'contradiction' | 'reconciling' | 'too_late';

export type MarkResult =
  { ok: true; sendWithinMs: number } | { ok: false; reason: 'lost_lease' | 'not_free' };

export interface GateKeeper {
  /** For `createBrowserDriver`: whether a held request may leave. */
  onHeldRequest(request: HeldRequest): Promise<'allow' | 'refuse'>;
  /** From now on nothing is marked: only asking is let through. */
  reconcile(): void;
  /** Names what the loop does now; null between acts. */
  begin(act: CurrentAct | null): void;
  /** Marks an act that carries an issue verb. */
  mark(act: SuspectAct): Promise<MarkResult>;
  /** The marked act has left. */
  submitted(): Promise<void>;
  /** The answer says that the invoice is made: until its documents are here, nothing but asking is let through. */
  answered(): Promise<void>;
  /** Ends the open mark; the act's key counts as harmless in this run when it settled as `none`. */
  settle(state: 'none' | 'rejected' | 'in_doubt', evidence: Evidence | null): Promise<void>;
  isHarmless(actKey: string): boolean;
  readonly open: OpenMark | null;
  /** The last refusal since `begin`, or null. */
  readonly refusal: Refusal | null;
  /** Requests let through since `begin`. */
  readonly allowed: number;
}

/** A mark that is not settled yet. */
export interface OpenMark {
  readonly act: SuspectAct;
  /** When it was asked for. */
  readonly at: number;
  /** Requests that left under it. */
  readonly requests: number;
  /** Whether anything was sent at all. */
  readonly sent: boolean;
  /** The page's answer was read: the invoice seems to exist. */
  readonly answered: boolean;
}

interface State {
  readonly gate: IssueGate;
  readonly clock: Clock;
  open: { -readonly [K in keyof OpenMark]: OpenMark[K] } | null;
  current: CurrentAct | null;
  refusal: Refusal | null;
  allowed: number;
  reconciling: boolean;
  /** Keys that settled as `none` in this run, and those that did not settle plainly. */
  readonly harmless: Set<string>;
  readonly doubted: Set<string>;
}

export function createGateKeeper({ gate, clock }: { gate: IssueGate; clock: Clock }): GateKeeper {
  const state: State = {
    gate,
    clock,
    open: null,
    current: null,
    refusal: null,
    allowed: 0,
    reconciling: false,
    harmless: new Set(),
    doubted: new Set(),
  };
  // One at a time: two requests of one click must not ask for two marks.
  let turn: Promise<unknown> = Promise.resolve();
  return {
    onHeldRequest: (request) => {
      const answer = turn.then(() => answerAndCount(state, request));
      turn = answer.catch(() => undefined);
      return answer;
    },
    reconcile: () => {
      state.reconciling = true;
    },
    begin: (act) => {
      state.current = act;
      if (act === null) return;
      state.refusal = null;
      state.allowed = 0;
    },
    mark: (act) => markVerb(state, act),
    submitted: async () => {
      if (state.open === null) return;
      state.open.sent = true;
      await gate.submitted(state.open.act);
    },
    answered: async () => {
      if (state.open === null || state.open.answered) return;
      state.open.answered = true;
      await gate.answered(state.open.act);
    },
    settle: (to, evidence) => settle(state, to, evidence),
    isHarmless: (key) => isHarmless(state, key),
    get open() {
      return state.open;
    },
    get allowed() {
      return state.allowed;
    },
    get refusal() {
      return state.refusal;
    },
  };
}

async function answerAndCount(state: State, request: HeldRequest): Promise<'allow' | 'refuse'> {
  const answer = await answerRequest(state, request);
  if (answer === 'allow') state.allowed += 1;
  return answer;
}

async function answerRequest(state: State, request: HeldRequest): Promise<'allow' | 'refuse'> {
  const { open, current } = state;
  // What a marked act sends goes under its mark; so does what the page asks for by itself while the answer is awaited.
  if (open !== null && (!open.answered || current === null || current.asks)) return leave(open);
  if (!request.mayIssue) return 'allow';
  const key = current?.key ?? requestKey(request.method, request.host, request.path);
  if (state.reconciling || open !== null) {
    return current?.asks === true || isHarmless(state, key) ? 'allow' : refuse(state, 'reconciling');
  }
  const readBack = current?.readBack ?? {};
  // While fields are being filled the page may still show what another customer left in them.
  if (current?.presses !== false && contradictions(readBack).length > 0)
    return refuse(state, 'contradiction');
  return markRequest(state, { actKey: key, trigger: 'network', readBack });
}

async function markRequest(state: State, act: SuspectAct): Promise<'allow' | 'refuse'> {
  const at = state.clock.now();
  const marked = await state.gate.mark(act);
  if (!marked.ok) return refuse(state, marked.reason);
  const mark = { act, at, requests: 0, sent: false, answered: false };
  state.open = mark;
  await state.gate.submitted(act);
  // The mark stays open; with nothing sent it settles as `none`.
  if (state.clock.now() - at >= marked.sendWithinMs) return refuse(state, 'too_late');
  return leave(mark);
}

function leave(mark: NonNullable<State['open']>): 'allow' {
  mark.requests += 1;
  mark.sent = true;
  return 'allow';
}

function refuse(state: State, reason: Refusal): 'refuse' {
  state.refusal = reason;
  return 'refuse';
}

async function markVerb(state: State, act: SuspectAct): Promise<MarkResult> {
  if (state.open !== null || state.reconciling) return { ok: false, reason: 'not_free' };
  const at = state.clock.now();
  const marked = await state.gate.mark(act);
  if (!marked.ok) return marked;
  state.open = { act, at, requests: 0, sent: false, answered: false };
  return { ok: true, sendWithinMs: Math.max(0, marked.sendWithinMs - (state.clock.now() - at)) };
}

async function settle(
  state: State,
  to: 'none' | 'rejected' | 'in_doubt',
  evidence: Evidence | null,
): Promise<void> {
  if (state.open === null) return;
  const { act } = state.open;
  await state.gate.settle(act, to, evidence);
  state.open = null;
  if (to === 'none') state.harmless.add(act.actKey);
  if (to === 'in_doubt') state.doubted.add(act.actKey);
}

function isHarmless(state: State, key: string): boolean {
  return !state.doubted.has(key) && (state.harmless.has(key) || state.gate.isHarmless(key));
}
