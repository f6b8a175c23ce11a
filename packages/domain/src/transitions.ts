/**
 * The life of a task as one data table: from → event → to. Types, the database's check, the worker's and the API's
 * predicates and the diagram in the docs come from it or are tested against it.
 */
import { TASK_STATUSES, type TaskStatus } from '@cfdi-live/contract';

export const TASK_TRANSITIONS = [
  // Admission puts a task on the queue when there is a browser for it.
  { from: 'PENDING', on: 'admit', to: 'QUEUED' },
  // A worker claims it; a task whose worker stopped renewing its lease is claimed again.
  { from: 'QUEUED', on: 'claim', to: 'RUNNING' },
  { from: 'RUNNING', on: 'claim', to: 'RUNNING' },
  // How a run ends.
  { from: 'RUNNING', on: 'complete', to: 'COMPLETED' },
  { from: 'RUNNING', on: 'fail', to: 'FAILED' },
  { from: 'RUNNING', on: 'reschedule', to: 'PENDING' },
  { from: 'RUNNING', on: 'release', to: 'QUEUED' },
  { from: 'RUNNING', on: 'await_delivery', to: 'AWAITING_DELIVERY' },
  { from: 'RUNNING', on: 'need_person', to: 'INTERVENTION_NEEDED' },
  { from: 'RUNNING', on: 'pause', to: 'PAUSED' },
  // A claimed task that cannot start (the provider has no browser, an earlier session still runs) waits again.
  { from: 'QUEUED', on: 'reschedule', to: 'PENDING' },
  // Waiting without a worker.
  { from: 'AWAITING_DELIVERY', on: 'complete', to: 'COMPLETED' },
  { from: 'AWAITING_DELIVERY', on: 'fail', to: 'FAILED' },
  { from: 'AWAITING_DELIVERY', on: 'ask_portal', to: 'QUEUED' },
  { from: 'INTERVENTION_NEEDED', on: 'resume', to: 'QUEUED' },
  { from: 'INTERVENTION_NEEDED', on: 'fail', to: 'FAILED' },
  { from: 'PAUSED', on: 'resume', to: 'QUEUED' },
  { from: 'PAUSED', on: 'fail', to: 'FAILED' },
  // Without its browser it needs another one: admitted before others.
  { from: 'INTERVENTION_NEEDED', on: 'readmit', to: 'PENDING' },
  { from: 'PAUSED', on: 'readmit', to: 'PENDING' },
  // A document that arrives by mail, or from the integrator, ends every state of waiting.
  { from: 'PENDING', on: 'deliver', to: 'COMPLETED' },
  { from: 'QUEUED', on: 'deliver', to: 'COMPLETED' },
  { from: 'PAUSED', on: 'deliver', to: 'COMPLETED' },
  { from: 'INTERVENTION_NEEDED', on: 'deliver', to: 'COMPLETED' },
  { from: 'AWAITING_DELIVERY', on: 'deliver', to: 'COMPLETED' },
  // Deadlines that pass while a task waits for its turn.
  { from: 'PENDING', on: 'fail', to: 'FAILED' },
  // A person's wish ends any live state; inside the critical section it waits for the run (50-lifecycle).
  { from: 'PENDING', on: 'cancel', to: 'CANCELLED' },
  { from: 'QUEUED', on: 'cancel', to: 'CANCELLED' },
  { from: 'RUNNING', on: 'cancel', to: 'CANCELLED' },
  { from: 'PAUSED', on: 'cancel', to: 'CANCELLED' },
  { from: 'INTERVENTION_NEEDED', on: 'cancel', to: 'CANCELLED' },
  { from: 'AWAITING_DELIVERY', on: 'cancel', to: 'CANCELLED' },
] as const satisfies readonly { from: TaskStatus; on: string; to: TaskStatus }[];

export type TaskTransition = (typeof TASK_TRANSITIONS)[number]['on'];

/** States that a task never leaves. */
export const TERMINAL_STATUSES = [
  'COMPLETED',
  'FAILED',
  'CANCELLED',
] as const satisfies readonly TaskStatus[];

export function isTerminal(status: TaskStatus): boolean {
  return (TERMINAL_STATUSES as readonly TaskStatus[]).includes(status);
}

/** The states from which `on` is possible. */
export function sourcesOf(on: TaskTransition): TaskStatus[] {
  return TASK_TRANSITIONS.filter((row) => row.on === on).map((row) => row.from);
}

/** The state that `on` leads to from `from`, or null when the table has no such row. */
export function nextStatus(from: TaskStatus, on: TaskTransition): TaskStatus | null {
  return TASK_TRANSITIONS.find((row) => row.from === from && row.on === on)?.to ?? null;
}

/** All pairs (from, to) that the table allows, for the database's check. */
export function allowedPairs(): { from: TaskStatus; to: TaskStatus }[] {
  return TASK_STATUSES.flatMap((from) => {
    const targets = new Set(TASK_TRANSITIONS.filter((row) => row.from === from).map((row) => row.to));
    return Array.from(targets, (to) => ({ from, to }));
  });
}
