/** The two readers of the log that one path offers: a page as JSON, or a stream by `Accept: text/event-stream`. */
import {
  decodeId,
  EVENT_TYPES,
  eventListSchema,
  idSchema,
  repeatable,
  type EventType,
} from '@cfdi-live/contract';
import { listEvents, placeInEvents, type EventSelection } from '@cfdi-live/domain';
import type { Context } from 'hono';
import { z } from 'zod';
import type { ApiEnv } from '../deps.ts';
import { EVENT_EXAMPLE, EVENT_STREAM_EXAMPLE } from '../examples.ts';
import { problem } from './problems.ts';
import { json, pageOf, uuidOf } from './schemas.ts';

export const eventsRequest = {
  query: z.strictObject({
    limit: z.coerce
      .number()
      .int()
      .min(1)
      .max(100)
      .default(50)
      .meta({ description: 'Events of one page at most; a stream has no pages.' }),
    after: idSchema('event').optional().meta({ description: 'Only events after this one.' }),
    types: repeatable(z.enum(EVENT_TYPES), 50)
      .optional()
      .meta({ description: 'Only events of these types: `types=task.completed&types=task.failed`.' }),
  }),
  headers: z.object({
    'last-event-id': z
      .string()
      .optional()
      .meta({ description: 'With a stream: the last event that was received. Its successors come next.' }),
  }),
};

export const eventsResponses = {
  200: {
    description:
      'Events, oldest first: a page, or a stream that goes on with every new event. What is behind you is replayed whole; of what happens while you follow, the steps of one task come at most every 250 ms, the last of a burst always. An unknown `Last-Event-ID` gets a `reset` event, and then the log from its start. A reader that takes nothing is cut off, and goes on with its last id.',
    content: {
      ...json(eventListSchema, '', pageOf(EVENT_EXAMPLE)).content,
      'text/event-stream': { schema: z.string(), example: EVENT_STREAM_EXAMPLE },
    },
  },
};

interface EventsQuery extends EventSelection {
  types?: EventType[] | undefined;
  after?: string | undefined;
  limit: number;
  lastEventId?: string | undefined;
}

/** `noSuchTask` answers where the query names a task that is not there. */
export async function answerEvents<Refusal>(
  c: Context<ApiEnv>,
  query: EventsQuery,
  noSuchTask: () => Refusal,
) {
  const wantsStream = (c.req.header('accept') ?? '').includes('text/event-stream');
  return wantsStream ? answerStream(c, query, noSuchTask) : answerPage(c, query, noSuchTask);
}

async function answerPage<Refusal>(
  c: Context<ApiEnv>,
  { taskId, types, after, limit }: EventsQuery,
  noSuchTask: () => Refusal,
) {
  const { services, principal } = c.var;
  const outcome = await listEvents(services, principal, {
    taskId,
    types,
    limit,
    after: after === undefined ? undefined : uuidOf('event', after),
  });
  if (outcome.kind === 'task_not_found') return noSuchTask();
  if (outcome.kind === 'unknown_event') {
    const message = 'No such event is kept.';
    return problem(c, 'invalid_request', {
      detail: message,
      errors: [{ path: 'after', code: 'unknown_event', message }],
    });
  }
  const data = outcome.events.map(({ event }) => event);
  return c.json({ data, hasMore: outcome.hasMore, nextCursor: data.at(-1)?.id ?? null }, 200);
}

async function answerStream<Refusal>(
  c: Context<ApiEnv>,
  { taskId, types, after, lastEventId }: EventsQuery,
  noSuchTask: () => Refusal,
) {
  const { services, principal } = c.var;
  const last = lastEventId ?? after;
  const uuid = last === undefined ? undefined : decodeId('event', last);
  // What is not an event's id at all is as unknown as an id that nobody has.
  const place = await placeInEvents(services, principal, { taskId, after: uuid ?? undefined });
  if (place.kind === 'task_not_found') return noSuchTask();
  const reset = place.kind === 'unknown_event' || uuid === null;
  const { outgoing } = c.env;
  const stream = services.events.follow({
    principal,
    selection: { taskId, types },
    reset,
    cursor: reset ? 0n : place.cursor,
    cut: () => void outgoing?.destroy(),
  });
  return c.body(stream, 200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // Proxies of the nginx kind would hold the events back.
    'x-accel-buffering': 'no',
  });
}
