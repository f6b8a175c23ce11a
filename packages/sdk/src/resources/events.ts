import { followEvents, type StreamOptions } from '../core/event-stream.ts';
import type { List } from '../core/pagination.ts';
import { Resource } from '../core/resource.ts';
import type { RequestOptions } from '../core/transport.ts';
import type { Event, QueryOf } from '../types.ts';

/** An event with its place in the tenant's log: keep it, and a later stream goes on right after it. */
export interface PlacedEvent {
  lastEventId: string;
  event: Event;
}

export type ListEventsParams = QueryOf<'listEvents'>;

/** The tenant's events, of all tasks. */
export class Events extends Resource {
  /** Oldest first. */
  list(params: ListEventsParams = {}, options?: RequestOptions): List<Event> {
    return this.pages('/v1/events', params, options);
  }

  /** Follows the log after `lastEventId` (by default from its start). Does not end by itself. */
  async *stream(options: StreamOptions = {}): AsyncGenerator<PlacedEvent> {
    const call = { method: 'GET' as const, path: '/v1/events' };
    for await (const message of followEvents(this.transport, call, options)) {
      if (message.event === 'reset') continue;
      yield { lastEventId: message.id ?? '', event: JSON.parse(message.data) as Event };
    }
  }
}
