import type { JobKind } from './kinds.ts';

/** Something that went wrong where no caller waits for it. */
export interface QueueProblem {
  /** Null when it is the connection's and no kind's. */
  kind: JobKind | null;
  /** `backend`: database or Redis; `payload`: a job that is none of ours; `handler`: it threw. */
  stage: 'backend' | 'payload' | 'handler';
  error: Error;
}

export type Report = (problem: QueueProblem) => void;

const QUIET_MS = 5000;

/** Passes each different backend problem on once in a while: a database that is down repeats itself. */
export function quieten(report: Report, now: () => number = Date.now): Report {
  const lastSaid = new Map<string, number>();
  return (problem) => {
    if (problem.stage === 'backend') {
      const what = `${problem.kind} ${problem.error.message}`;
      const last = lastSaid.get(what);
      if (last !== undefined && now() - last < QUIET_MS) return;
      if (lastSaid.size > 100) lastSaid.clear();
      lastSaid.set(what, now());
    }
    report(problem);
  };
}

export const asError = (thrown: unknown): Error =>
  thrown instanceof Error ? thrown : new Error(String(thrown));
