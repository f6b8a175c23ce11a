import { encodeId, type Event, type EventType, type Mode } from '@cfdi-live/contract';
import type { EventStore, StoredEvent } from '@cfdi-live/domain';
import type { Statement } from '../pool.ts';
import type { TenantContext } from '../tenant-context.ts';
import { pgJson } from '../text.ts';

export interface EventRecord {
  event_id: string;
  mode: Mode;
  task_id: string | null;
  external_id: string | null;
  sequence: number | null;
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
    taskId: record.task_id === null ? null : encodeId('task', record.task_id),
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
    async after(cursor, { taskId, types, limit }) {
      const conditions = ['e.tenant_id = (select app.tenant_id())', 'e.cursor > $1'];
      const values: unknown[] = [cursor.toString(), limit];
      // A condition is there or not: one that holds for null too would keep the index of a task's events unused.
      const add = (condition: string, value: unknown): void => {
        values.push(value);
        conditions.push(condition.replace('?', `$${values.length}`));
      };
      if (taskId !== undefined) add('e.task_id = ?', taskId);
      if (types !== undefined) add('e.type = any (?)', types);
      const records = await sql.query<EventRecord & { cursor: string }>(
        `select e.cursor, e.id as event_id, e.mode, e.task_id, e.sequence, e.type, e.data,
                e.created_at as event_created_at,
                (select t.external_id from public.automation_tasks t
                  where t.tenant_id = e.tenant_id and t.id = e.task_id) as external_id
           from public.task_events e
          where ${conditions.join(' and ')}
          order by e.cursor limit $2`,
        values,
      );
      return records.map((record): StoredEvent => ({
        cursor: BigInt(record.cursor),
        event: toEvent(record),
      }));
    },
    async head() {
      const [counter] = await sql.query<{ n: string }>(
        'select n from public.tenant_event_counters where tenant_id = (select app.tenant_id())',
        [],
      );
      return BigInt(counter?.n ?? 0);
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

/** An event that is appended when its transaction commits. */
export interface NotedEvent {
  type: EventType;
  taskId: string;
  data: unknown;
}

/**
 * Appends what a transaction noted: its last statements, none where nothing was. Tasks that were there are locked before
 * the tenant's counter, so their events come first; what more there is to tell of new ones, last.
 */
export function appendEvents(events: readonly NotedEvent[]): Statement[] {
  const made = events.filter(({ type }) => type === 'task.created').map(({ taskId }) => taskId);
  if (made.length === 0) return append(events);
  const others = events.filter(({ type }) => type !== 'task.created');
  return [
    ...append(others.filter(({ taskId }) => !made.includes(taskId))),
    ['select app.tell_of_new_tasks($1)', [made]],
    ...append(others.filter(({ taskId }) => made.includes(taskId))),
  ];
}

function append(events: readonly NotedEvent[]): Statement[] {
  return events.length === 0 ? [] : [['select app.append_events($1)', [pgJson(events)]]];
}
