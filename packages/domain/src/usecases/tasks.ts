/** Reading tasks and what belongs to them, and asking one to stop. Ids are bare UUIDs; null: no such task here. */
import { failure, type ListQuery } from '@cfdi-live/contract';
import type { Page, StepRow, TaskRow, TaskSession } from '../ports-rows.ts';
import type { TaskFilter } from '../ports-stores.ts';
import type { Database } from '../ports-system.ts';
import type { Principal } from '../principal.ts';

interface Deps {
  database: Database;
}

export async function getTask(deps: Deps, principal: Principal, taskId: string): Promise<TaskRow | null> {
  return deps.database.withTenant(principal, (tx) => tx.tasks.get(taskId));
}

export async function listTasks(
  deps: Deps,
  principal: Principal,
  query: ListQuery & TaskFilter,
): Promise<Page<TaskRow>> {
  return deps.database.withTenant(principal, (tx) => tx.tasks.list(query));
}

export type CancelTaskOutcome =
  /** Ended at once, or has been before. */
  | { kind: 'cancelled'; task: TaskRow }
  /** A run is at work: it stops at the next safe point, and a proven CFDI wins. */
  | { kind: 'requested'; task: TaskRow }
  | { kind: 'ended_otherwise'; task: TaskRow }
  | { kind: 'not_found' };

/** Cancels a task that waits, asks a running one to stop. Asking twice is the same as asking once. */
export async function cancelTask(
  deps: Deps,
  principal: Principal,
  taskId: string,
): Promise<CancelTaskOutcome> {
  const outcome = await deps.database.withTenant(principal, (tx) =>
    tx.tasks.cancel(taskId, failure('cancelled_by_user')),
  );
  if (outcome === null) return { kind: 'not_found' };
  const { kind, task } = outcome;
  if (kind !== 'terminal') return { kind, task };
  return { kind: task.status === 'CANCELLED' ? 'cancelled' : 'ended_otherwise', task };
}

/** The steps of all runs of a task. */
export async function listSteps(
  deps: Deps,
  principal: Principal,
  taskId: string,
  query: ListQuery,
): Promise<Page<StepRow> | null> {
  return deps.database.withTenant(principal, async (tx) => {
    if ((await tx.tasks.get(taskId)) === null) return null;
    return tx.tasks.listSteps(taskId, query);
  });
}

export type SessionOutcome =
  | { kind: 'found'; session: TaskSession }
  | { kind: 'task_not_found' }
  /** No run has asked for a browser yet. */
  | { kind: 'no_session' };

/** The browser that works on a task, or did last. */
export async function getSession(deps: Deps, principal: Principal, taskId: string): Promise<SessionOutcome> {
  return deps.database.withTenant(principal, async (tx): Promise<SessionOutcome> => {
    if ((await tx.tasks.get(taskId)) === null) return { kind: 'task_not_found' };
    const session = await tx.sessions.last(taskId);
    return session === null ? { kind: 'no_session' } : { kind: 'found', session };
  });
}
