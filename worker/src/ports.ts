/** What the worker needs beside the database: browsers, a verifier of documents, and names for its critical points. */
import type { LeftBehindRules, SessionDownloads } from '@cfdi-live/agent';
import type { TaskRow } from '@cfdi-live/domain';
import type { RunningBrowser } from '@cfdi-live/domain';
import type { Browser } from 'playwright-core';

/** A provider of remote browsers. Session ids here are the provider's; `rowId` is our row's, kept in its metadata. */
export interface BrowserProvider {
  /**
   * Asks for a browser. Never retried inside: a create has no idempotency, and a lost answer is found again by `findByRow`.
   * `busy`: the provider's own limit; waiting burns no attempt.
   */
  create(input: {
    rowId: string;
    timeoutSeconds: number;
    signal: AbortSignal;
  }): Promise<
    | { kind: 'created'; providerSessionId: string; connectUrl: string }
    | { kind: 'busy'; retryAfterMs: number }
  >;
  connect(connectUrl: string, signal: AbortSignal): Promise<Browser>;
  /** Where to connect to a session that runs; null: it does not any more. */
  connectUrlOf(providerSessionId: string): Promise<string | null>;
  /** Ends a session; one that is already over, or unknown, is fine. */
  release(providerSessionId: string): Promise<void>;
  isRunning(providerSessionId: string): Promise<boolean>;
  /** Running sessions that carry this row's id: a create whose answer was lost. */
  findByRow(rowId: string): Promise<string[]>;
  /** Everything that runs for this deployment, whatever the rows say; browsers of others in the same account are not told of. */
  listRunning(): Promise<RunningBrowser[]>;
  downloads(providerSessionId: string): SessionDownloads;
  /**
   * Leaves the guard of a parked session with its provider, in force when this resolves. Where the provider keeps none
   * (Browserbase itself), only what the pages were given already protects them.
   */
  guard(providerSessionId: string, rules: LeftBehindRules): Promise<void>;
  /** Takes the guard back: to be called once a run's own is in force. */
  liftGuard(providerSessionId: string): Promise<void>;
  /**
   * Requests other than GET that left for the portal while nobody but a person worked in the session. Null where nobody
   * counted: then anything may have been sent.
   */
  requestsDuringTakeover(providerSessionId: string): Promise<number | null>;
}

/**
 * The points at which a crash would hurt most. A worker reports them as it passes; production ignores them, the fault
 * suites stop the process there.
 */
export const CHECKPOINTS = [
  'after_step',
  'before_mark',
  'after_mark',
  'after_act',
  'after_response',
  'after_download',
  'after_artifacts',
  'before_terminal_event',
] as const;
export type Checkpoint = (typeof CHECKPOINTS)[number];
export type ReachCheckpoint = (point: Checkpoint) => Promise<void>;
/** What is told of the checkpoints of one run of this task. */
export type WatchCheckpoints = (task: TaskRow) => ReachCheckpoint;

/** Periods of the lifecycle, in milliseconds. The defaults are the product's; only tests give others. */
export interface Timings {
  leaseMs: number;
  renewEveryMs: number;
  /** Not renewed for this long: no further command is sent to the browser. */
  selfFenceAfterMs: number;
  /** A mark needs at least this much of the lease. */
  markNeedsLeaseMs: number;
  /** The marked act must leave within this time. */
  sendWithinMs: number;
  runBudgetMs: number;
  actionBudgetMs: number;
  /** A mark must be this old before a "still offered" counts. */
  doubtMinAgeMs: number;
  /** Time between the two looks of the double no. */
  secondLookMs: number;
  sweepEveryMs: number;
  queuedForMs: number;
  /** How long a new run waits for an earlier session to be really gone, before it steps back. */
  releaseWaitMs: number;
  /** How long a run that is asked to stop may take to its next safe point, before it is cut off from its browser. */
  stopWithinMs: number;
  reapEveryMs: number;
  /** How long rows and provider may differ about a browser before the reaper takes it for a stray. */
  reapGraceMs: number;
}

export const DEFAULT_TIMINGS: Timings = {
  leaseMs: 5_000,
  renewEveryMs: 1_500,
  selfFenceAfterMs: 4_000,
  markNeedsLeaseMs: 3_000,
  sendWithinMs: 2_000,
  runBudgetMs: 180_000,
  actionBudgetMs: 10_000,
  doubtMinAgeMs: 60_000,
  secondLookMs: 30_000,
  sweepEveryMs: 1_000,
  queuedForMs: 10_000,
  releaseWaitMs: 10_000,
  stopWithinMs: 8_000,
  reapEveryMs: 30_000,
  reapGraceMs: 60_000,
};
