/** What one run of the agent works with. */
import type {
  AgentOutcome,
  AgentState,
  CapturedDocument,
  HistoryEntry,
  Planner,
  Snapshot,
  StepReport,
  TaskFacts,
} from '../types.ts';
import { historyOf } from './agent-state.ts';
import type { GateKeeper } from './gate-keeper.ts';
import type { AgentBrowser, Clock } from './ports.ts';

export interface Budgets {
  /** Milliseconds a run may take; a marked act may go 30 s beyond. */
  runMs: number;
  maxSteps: number;
  /** What is left of the task's, for planners that ask a model. */
  maxTokens: number;
  maxCostUsd: number;
}

export interface RunOptions {
  driver: AgentBrowser;
  facts: TaskFacts;
  purpose: 'obtain' | 'reconcile';
  /** `fresh` opens `facts.vendorUrl`; `resumed` goes on from where the session stands. */
  session: 'fresh' | 'resumed';
  /** What the parked run left; null for a run that goes on from nothing. */
  state: AgentState | null;
  /** What a person answered: the characters of a CAPTCHA, or a code that was sent to them. */
  answer: string | null;
  /** Cheapest first. */
  planners: readonly Planner[];
  /** The same one whose `onHeldRequest` the driver was given. */
  keeper: GateKeeper;
  /** One call a step, after the act. Rejections end the run. */
  record(step: StepReport): Promise<void>;
  /** Proof of what was captured so far (all of it, XML first); called when something new has come. */
  accept(documents: readonly CapturedDocument[]): Promise<'proven' | 'rejected' | 'need_more'>;
  /** Takes the task's values out of a text. */
  redact(text: string): string;
  budgets: Budgets;
  /** Ends the run at the next safe point: never between a mark and its settlement. */
  signal: AbortSignal;
  /** Somebody wants to step in: the run ends as `paused` at its next safe point. */
  pause: AbortSignal;
  clock: Clock;
}

export interface RunState {
  readonly startedAt: number;
  purpose: 'obtain' | 'reconcile';
  snapshot: Snapshot | null;
  previous: Snapshot | null;
  history: HistoryEntry[];
  documents: CapturedDocument[];
  proven: boolean;
  /** Captured, but not this task's invoice. */
  rejections: number;
  /** Acts after the proof, for what is still missing. */
  extraSteps: number;
  /** Performed acts. */
  steps: number;
  /** What deciding cost so far. */
  tokens: number;
  costUsd: number;
  /** Page structures seen before the present one. */
  seen: Set<string>;
  /** The portal said "already invoiced": remembered while its document is looked for. */
  alreadyInvoiced: AgentOutcome | null;
  /** The portal did not find the ticket: remembered while it is asked in another format. */
  notFound: AgentOutcome | null;
  /** The act done last: the page before it, and whether it pressed something. */
  lastAct: { before: Snapshot; pressed: boolean } | null;
  /** What a person answered, until it is typed. */
  answer: string | null;
  /** Answers that were typed and refused, in earlier runs and in this one. */
  wrongAnswers: number;
}

export function newRun(options: RunOptions): RunState {
  // A fresh session knows nothing of what an earlier one was told.
  const resumed = options.session === 'resumed' ? options.state : null;
  return {
    startedAt: options.clock.now(),
    purpose: options.purpose,
    snapshot: null,
    previous: null,
    history: resumed === null ? [] : historyOf(resumed),
    documents: [],
    proven: false,
    rejections: 0,
    extraSteps: 0,
    steps: 0,
    tokens: 0,
    costUsd: 0,
    seen: new Set(resumed?.seen),
    alreadyInvoiced: null,
    notFound: null,
    lastAct: null,
    answer: options.answer,
    wrongAnswers: options.state?.asked?.wrongAnswers ?? 0,
  };
}
