/** The tenant's log of events, whole or of one task: read by page, or followed from a place in it. */
import type { StoredEvent } from '../ports-rows.ts';
import type { Database } from '../ports-system.ts';
import type { Principal } from '../principal.ts';

interface Deps {
  database: Database;
}

/** Bare UUID of the task whose events alone are wanted; undefined: the tenant's. */
export interface EventSelection {
  taskId?: string | undefined;
}

export type EventPlace =
  /** Events after `cursor` come next. */
  | { kind: 'found'; cursor: bigint }
  | { kind: 'task_not_found' }
  /** No event with this id is known here: garbage, another tenant's or mode's, or no longer kept. */
  | { kind: 'unknown_event' };

/** Where to go on reading: after the event `after` (bare UUID), or with the oldest event that is kept. */
export async function placeInEvents(
  deps: Deps,
  principal: Principal,
  selection: EventSelection & { after?: string | undefined },
): Promise<EventPlace> {
  const { taskId, after } = selection;
  return deps.database.withTenant(principal, async (tx): Promise<EventPlace> => {
    if (taskId !== undefined && (await tx.tasks.get(taskId)) === null) return { kind: 'task_not_found' };
    if (after === undefined) return { kind: 'found', cursor: 0n };
    const cursor = await tx.events.cursorOf(after);
    return cursor === null ? { kind: 'unknown_event' } : { kind: 'found', cursor };
  });
}

/** The next events after `cursor`, oldest first. */
export async function readEvents(
  deps: Deps,
  principal: Principal,
  input: EventSelection & { cursor: bigint; limit: number },
): Promise<StoredEvent[]> {
  const { taskId, cursor, limit } = input;
  const filter = taskId === undefined ? { limit } : { taskId, limit };
  return deps.database.withTenant(principal, (tx) => tx.events.after(cursor, filter));
}

export type ListEventsOutcome =
  { kind: 'listed'; events: StoredEvent[]; hasMore: boolean } | Exclude<EventPlace, { kind: 'found' }>;

/** One page of events, oldest first. */
export async function listEvents(
  deps: Deps,
  principal: Principal,
  input: EventSelection & { after?: string | undefined; limit: number },
): Promise<ListEventsOutcome> {
  const place = await placeInEvents(deps, principal, input);
  if (place.kind !== 'found') return place;
  const { taskId, limit } = input;
  const events = await readEvents(deps, principal, { taskId, cursor: place.cursor, limit: limit + 1 });
  return { kind: 'listed', events: events.slice(0, limit), hasMore: events.length > limit };
}
