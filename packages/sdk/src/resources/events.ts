import { followEvents, type StreamOptions } from '../core/event-stream.ts';
import type { Transport } from '../core/transport.ts';
import type { Event } from '../types.ts';

/** An event with its place in the tenant's log: keep it, and a later stream goes on right after it. */
export interface PlacedEvent {
  lastEventId: string;
  event: Event;
}

/** The tenant's events, of all tasks. */
export class Events {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Follows the log after `lastEventId` (by default from its start). Does not end by itself. */
  async *stream(options: StreamOptions = {}): AsyncGenerator<PlacedEvent> {
    for await (const message of followEvents(
      this.#transport,
      { method: 'GET', path: '/v1/events' },
      options,
    )) {
      if (message.event === 'reset') continue;
      yield { lastEventId: message.id ?? '', event: JSON.parse(message.data) as Event };
    }
  }
}
