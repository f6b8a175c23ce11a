/**
 * Trying dead letters again, for operators of the platform: each becomes a new task by the use case that an integrator's retry
 * takes, with its rules and its audit. What was replayed is no dead letter any more, so a replay that is broken off is simply
 * started again.
 */
import type { DeadLetter, DeadLetterFilter } from '../ports-dead-letters.ts';
import type { Database } from '../ports-system.ts';
import type { PrepareTicketDeps } from './prepare-ticket.ts';
import { retryTask, type RetryTaskOutcome } from './retry-task.ts';

/** What became of one dead letter. */
export type Replayed =
  | { kind: 'replayed'; letter: DeadLetter; taskId: string }
  /** `reason`: why it cannot be tried again, in the words of a retry. It stays a dead letter. */
  | { kind: 'refused'; letter: DeadLetter; reason: Exclude<RetryTaskOutcome['kind'], 'created'> }
  /** It was only asked what would be replayed. */
  | { kind: 'found'; letter: DeadLetter };

export interface ReplayInput extends DeadLetterFilter {
  /** Who does it, for the audit: `operator:<name>`. */
  operator: string;
  dryRun: boolean;
  /** At most so many dead letters are looked at. */
  limit: number;
}

const PAGE = 100;

/** Oldest first, one after the other: a portal's breaker and the tenants' quotas see them as they see any other task. */
export async function* replayDeadLetters(
  deps: { database: Database } & PrepareTicketDeps,
  { operator, dryRun, limit, ...filter }: ReplayInput,
): AsyncGenerator<Replayed, void, undefined> {
  let after: string | null = null;
  for (let left = limit; left > 0;) {
    const letters: DeadLetter[] = await deps.database.system.listDeadLetters({
      ...filter,
      after,
      limit: Math.min(PAGE, left),
    });
    for (const letter of letters)
      yield dryRun ? { kind: 'found', letter } : await replay(deps, operator, letter);
    after = letters.at(-1)?.taskId ?? null;
    left = after === null ? 0 : left - letters.length;
  }
}

async function replay(
  deps: { database: Database } & PrepareTicketDeps,
  name: string,
  letter: DeadLetter,
): Promise<Replayed> {
  const { tenantId, mode, taskId } = letter;
  const outcome = await retryTask(deps, { kind: 'operator', tenantId, mode, name }, { taskId });
  return outcome.kind === 'created'
    ? { kind: 'replayed', letter, taskId: outcome.task.id }
    : { kind: 'refused', letter, reason: outcome.kind };
}
