/** The tenant's log of events, whole or of one task: read by page, or followed from a place in it. */
import type { StoredEvent } from '../ports-rows.ts';
import type { EventSelection } from '../ports-stores.ts';
import type { Database } from '../ports-system.ts';
import type { Principal, TenantScope } from '../principal.ts';

interface Deps {
  database: Database;
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
  if (taskId === undefined && after === undefined) return { kind: 'found', cursor: 0n };
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
  const { cursor, ...filter } = input;
  return deps.database.withTenant(principal, (tx) => tx.events.after(cursor, filter));
}

/** Place of the newest event: what comes after it has not happened yet. */
export async function headOfEvents(deps: Deps, scope: TenantScope): Promise<bigint> {
  return deps.database.withTenant(scope, (tx) => tx.events.head());
}

/**
 * Reads the log of a tenant and mode on, for all callers of it who follow at once. `cursor` of the answer: nothing up
 * to there is missing, though the events behind it may be of the other mode.
 */
export async function readEventsOn(
  deps: Deps,
  scope: TenantScope,
  { cursor, limit }: { cursor: bigint; limit: number },
): Promise<{ events: StoredEvent[]; cursor: bigint }> {
  return deps.database.withTenant(scope, async (tx) => {
    // Before the events: what commits between the two reads lies beyond it.
    const head = await tx.events.head();
    const events = await tx.events.after(cursor, { limit });
    const last = events.at(-1)?.cursor ?? cursor;
    return { events, cursor: events.length < limit && head > last ? head : last };
  });
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
  const { after: _place, limit, ...selection } = input;
  const events = await readEvents(deps, principal, { ...selection, cursor: place.cursor, limit: limit + 1 });
  return { kind: 'listed', events: events.slice(0, limit), hasMore: events.length > limit };
}
