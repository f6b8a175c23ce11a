/**
 * Takeover: a person acts in a task's browser. Who has control is a lease with an epoch: it is renewed while the person is
 * there, forwarded is only what is sent under the epoch that was given, and `resumeTask` hands it back.
 */
import type { TaskRow } from '../ports-rows.ts';
import type { Database } from '../ports-system.ts';
import { actorOf, type Principal } from '../principal.ts';
import { samePersonAs, tellResumed } from './parking.ts';

interface Deps {
  database: Database;
}

/** A time of control, for whoever forwards what its holder sends. */
export interface HeldControl {
  sessionId: string;
  holder: string;
  epoch: number;
}

export type TakeoverOutcome =
  /** They have control now; `renewed`: they had it already. */
  | { kind: 'granted' | 'renewed'; task: TaskRow; control: HeldControl }
  /** At the next safe point, or when another browser has come to the obstacle: `task.takeover_started` tells. */
  | { kind: 'wanted'; task: TaskRow }
  | { kind: 'held'; task: TaskRow }
  | { kind: 'conflict'; task: TaskRow }
  | { kind: 'not_found' };

/** Gives the caller control of a parked task's browser, or notes that they want it. Safe to repeat. */
export async function takeOver(deps: Deps, principal: Principal, taskId: string): Promise<TakeoverOutcome> {
  return deps.database.withTenant(principal, async (tx): Promise<TakeoverOutcome> => {
    const before = await tx.tasks.get(taskId);
    if (before === null) return { kind: 'not_found' };
    const holder = actorOf(principal);
    const result = await tx.control.take(taskId, {
      holder,
      actor: principal.kind === 'live_token' ? principal.actor : null,
      insteadOf: samePersonAs(before, principal),
    });
    if (result === null) return { kind: 'not_found' };
    const { task } = result;
    switch (result.kind) {
      case 'granted':
      case 'renewed': {
        const { kind, sessionId, epoch } = result;
        return { kind, task, control: { sessionId, holder, epoch } };
      }
      case 'readmitted':
        await tellResumed(tx, principal, task);
        await tx.audit.add({
          actor: holder,
          action: 'task.resumed',
          subject: { type: 'task', id: taskId },
          details: { status: task.status, for: 'takeover' },
        });
        return { kind: 'wanted', task };
      case 'wanted':
      case 'held':
      case 'conflict':
        return { kind: result.kind, task };
    }
  });
}

/** The holder is there and goes on. False: nothing of theirs may be forwarded any more. To be called every second. */
export async function renewControl(deps: Deps, principal: Principal, control: HeldControl): Promise<boolean> {
  return deps.database.withTenant(principal, (tx) => tx.control.renew(control));
}

/** The holder lets go without sending the task on: it waits for the next person. False: it was not theirs. */
export async function releaseControl(deps: Deps, principal: Principal, taskId: string): Promise<boolean> {
  return deps.database.withTenant(principal, (tx) => tx.control.release(taskId, actorOf(principal)));
}
