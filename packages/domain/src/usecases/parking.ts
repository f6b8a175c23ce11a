/** Pausing a task, sending a parked one on, and answering what it asks. Ids are bare UUIDs. */
import type { AuditAction } from '../ports-audit.ts';
import type { TaskRow } from '../ports-rows.ts';
import type { TenantTx } from '../ports-stores.ts';
import type { Database } from '../ports-system.ts';
import { actorOf, actorRefOf, type Principal } from '../principal.ts';

interface Deps {
  database: Database;
}

export type PauseTaskOutcome =
  /** It pauses at the next safe point, or is paused already. */
  | { kind: 'requested' | 'paused'; task: TaskRow }
  | { kind: 'conflict'; task: TaskRow }
  | { kind: 'not_found' };

/** Asks a task at work to stop where it can go on later. Asking twice is the same as asking once. */
export async function pauseTask(deps: Deps, principal: Principal, taskId: string): Promise<PauseTaskOutcome> {
  return deps.database.withTenant(principal, async (tx): Promise<PauseTaskOutcome> => {
    const result = await tx.parking.pause(taskId);
    if (result === null) return { kind: 'not_found' };
    const { kind, task } = result;
    if (kind === 'requested') await note(tx, principal, task, 'task.paused');
    if (kind === 'parked') return { kind: 'paused', task };
    return { kind: kind === 'requested_again' ? 'requested' : kind, task };
  });
}

export type ResumeTaskOutcome =
  /** `resumed`: QUEUED with its browser, or PENDING and first in line for another. `withdrawn`: it does not stop after all. */
  | { kind: 'resumed' | 'withdrawn'; task: TaskRow }
  /** Somebody else has control, or waits for it. */
  | { kind: 'held'; task: TaskRow }
  | { kind: 'conflict'; task: TaskRow }
  | { kind: 'not_found' };

/** Sends a parked task on. Whoever has control hands it back by this; a pause that was only asked for is withdrawn. */
export async function resumeTask(
  deps: Deps,
  principal: Principal,
  taskId: string,
): Promise<ResumeTaskOutcome> {
  return deps.database.withTenant(principal, async (tx): Promise<ResumeTaskOutcome> => {
    const result = await sendOn(tx, principal, taskId, null);
    if (result === null) return { kind: 'not_found' };
    const { kind, task } = result;
    if (kind === 'resumed' || kind === 'withdrawn') await note(tx, principal, task, 'task.resumed');
    return { kind: kind === 'unanswerable' ? 'conflict' : kind, task };
  });
}

export type AnswerTaskOutcome =
  | { kind: 'resumed'; task: TaskRow }
  | { kind: 'held'; task: TaskRow }
  /** It waits for a person, but no text helps. */
  | { kind: 'unanswerable'; task: TaskRow }
  | { kind: 'conflict'; task: TaskRow }
  | { kind: 'not_found' };

/** Gives a task the text that it waits for, and sends it on. The text is not kept once a run has taken it. */
export async function answerTask(
  deps: Deps,
  principal: Principal,
  taskId: string,
  value: string,
): Promise<AnswerTaskOutcome> {
  return deps.database.withTenant(principal, async (tx): Promise<AnswerTaskOutcome> => {
    const result = await sendOn(tx, principal, taskId, value);
    if (result === null) return { kind: 'not_found' };
    const { kind, task } = result;
    if (kind === 'resumed') await note(tx, principal, task, 'task.answered');
    return { kind: kind === 'withdrawn' ? 'conflict' : kind, task };
  });
}

async function sendOn(tx: TenantTx, principal: Principal, taskId: string, answer: string | null) {
  const before = await tx.tasks.get(taskId);
  if (before === null) return null;
  const by = samePersonAs(before, principal) ?? actorOf(principal);
  const result = await tx.parking.resume(taskId, { by, answer });
  if (result?.kind === 'resumed') await tellResumed(tx, principal, result.task);
  return result;
}

/** The holder of a task's control, where it is this caller by an earlier live token: pages renew theirs every few minutes. */
export function samePersonAs({ control }: TaskRow, principal: Principal): string | null {
  if (control === null || principal.kind !== 'live_token') return null;
  const isPerson = control.holder.startsWith('live_token:') && control.actor?.id === principal.actor.id;
  return isPerson ? control.holder : null;
}

/** Told of every move of a parked task that a person brought about. */
export async function tellResumed(tx: TenantTx, principal: Principal, task: TaskRow): Promise<void> {
  const by = actorRefOf(actorOf(principal));
  if (by === null) return;
  await tx.events.append({ type: 'task.resumed', taskId: task.id, data: { status: task.status, by } });
}

async function note(tx: TenantTx, principal: Principal, task: TaskRow, action: AuditAction): Promise<void> {
  const { id, status } = task;
  await tx.audit.add({
    actor: actorOf(principal),
    action,
    subject: { type: 'task', id },
    details: { status },
  });
}
