/** Live tokens: a short right to look at one task, or to act in its session. Ids are bare UUIDs. */
import type { LiveAccess } from '@cfdi-live/contract';
import type { LiveTokenRow } from '../ports-access.ts';
import type { Database } from '../ports-system.ts';
import { actorOf, type Principal } from '../principal.ts';
import { isTerminal } from '../transitions.ts';

interface Deps {
  database: Database;
}

export type CreateLiveTokenOutcome =
  /** `token` is told here and never again. */
  | { kind: 'created'; row: LiveTokenRow; token: string }
  | { kind: 'task_not_found' }
  /** There is nothing left to control; looking is still possible. */
  | { kind: 'task_ended' };

export async function createLiveToken(
  deps: Deps,
  principal: Principal,
  taskId: string,
  input: {
    access: LiveAccess;
    ttlSeconds: number;
    origin: string;
    actor: { id: string; label: string };
  },
): Promise<CreateLiveTokenOutcome> {
  return deps.database.withTenant(principal, async (tx): Promise<CreateLiveTokenOutcome> => {
    const task = await tx.tasks.get(taskId);
    if (task === null) return { kind: 'task_not_found' };
    if (input.access === 'control' && isTerminal(task.status)) return { kind: 'task_ended' };
    const createdBy = actorOf(principal);
    const created = await tx.liveTokens.create({ ...input, taskId, createdBy });
    const { access, ttlSeconds, origin } = input;
    await tx.audit.add({
      actor: createdBy,
      action: 'live_token.created',
      subject: { type: 'live_token', id: created.row.id },
      details: { taskId, access, ttlSeconds, origin },
    });
    return { kind: 'created', ...created };
  });
}

/** Ends a live token at once. Safe to repeat. False: no such token here. */
export async function revokeLiveToken(deps: Deps, principal: Principal, tokenId: string): Promise<boolean> {
  return deps.database.withTenant(principal, async (tx) => {
    const result = await tx.liveTokens.revoke(tokenId);
    if (result === 'revoked') {
      await tx.audit.add({
        actor: actorOf(principal),
        action: 'live_token.revoked',
        subject: { type: 'live_token', id: tokenId },
      });
    }
    return result !== 'not_found';
  });
}
