import { encodeId, type Event, type EventType, type Mode } from '@cfdi-live/contract';
import type { EventStore, StoredEvent } from '@cfdi-live/domain';
import type { Sql } from '../pool.ts';
import type { TenantContext } from '../tenant-context.ts';
import { pgJson } from '../text.ts';

export interface EventRecord {
  event_id: string;
  mode: Mode;
  task_id: string;
  external_id: string | null;
  sequence: number;
  type: EventType;
  data: unknown;
  event_created_at: Date;
}

/** An event as it goes on the wire. */
export function toEvent(record: EventRecord): Event {
  return {
    id: encodeId('event', record.event_id),
    type: record.type,
    createdAt: record.event_created_at.toISOString(),
    mode: record.mode,
    taskId: encodeId('task', record.task_id),
    externalId: record.external_id,
    sequence: record.sequence,
    data: record.data,
    // Only `append` and the functions of the database write events, and they write what the union says.
  } as Event;
}

export function createEventStore({ sql, emit }: TenantContext): EventStore {
  return {
    append(event) {
      emit(event);
      return Promise.resolve();
    },
    async after(cursor, { taskId, limit }) {
      const records = await sql.query<EventRecord & { cursor: string }>(
        `select e.cursor, e.id as event_id, e.mode, e.task_id, e.sequence, e.type, e.data,
                e.created_at as event_created_at,
                (select t.external_id from public.automation_tasks t
                  where t.tenant_id = e.tenant_id and t.id = e.task_id) as external_id
           from public.task_events e
          where e.tenant_id = (select app.tenant_id()) and e.cursor > $1 and ($2::uuid is null or e.task_id = $2)
          order by e.cursor limit $3`,
        [cursor.toString(), taskId ?? null, limit],
      );
      return records.map((record): StoredEvent => ({
        cursor: BigInt(record.cursor),
        event: toEvent(record),
      }));
    },
    async cursorOf(eventId) {
      const [record] = await sql.query<{ cursor: string }>(
        'select cursor from public.task_events where tenant_id = (select app.tenant_id()) and id = $1',
        [eventId],
      );
      return record === undefined ? null : BigInt(record.cursor);
    },
  };
}

/** Appends what a transaction noted, as its last statement. */
export async function flushEvents(
  sql: Sql,
  events: readonly { type: EventType; taskId: string; data: unknown }[],
): Promise<void> {
  if (events.length > 0) await sql.query('select app.append_events($1)', [pgJson(events)]);
}
