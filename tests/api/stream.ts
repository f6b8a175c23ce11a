/** A reader of the event stream that stays as near to the wire as a test needs. */
import type { Event } from '@cfdi-live/contract';
import { EventSourceParserStream, type EventSourceMessage } from 'eventsource-parser/stream';

export interface Reader {
  status: number;
  headers: Headers;
  /** The next event or comment frame; null when the stream has ended. */
  next(): Promise<EventSourceMessage | null>;
  /** So many events of the log. */
  take(count: number): Promise<Event[]>;
  comments: string[];
  /** Resolves when the server ends the stream. */
  ended(): Promise<void>;
  close(): Promise<void>;
}

export async function openStream(
  url: string,
  key: string,
  lastEventId?: string,
  more: Record<string, string> = {},
): Promise<Reader> {
  const controller = new AbortController();
  const response = await fetch(url, {
    headers: {
      ...more,
      accept: 'text/event-stream',
      authorization: `Bearer ${key}`,
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    },
    signal: controller.signal,
  });
  const comments: string[] = [];
  if (response.body === null) throw new Error('no stream');
  const messages = response.body
    .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array<ArrayBuffer>>)
    .pipeThrough(new EventSourceParserStream({ onComment: (comment) => void comments.push(comment) }))
    .getReader();

  const next = async (): Promise<EventSourceMessage | null> => {
    const { value, done } = await messages.read();
    return done ? null : value;
  };
  return {
    status: response.status,
    headers: response.headers,
    comments,
    next,
    take: async (count) => {
      const events: Event[] = [];
      while (events.length < count) {
        const message = await next();
        if (message === null) throw new Error(`the stream ended after ${events.length} of ${count} events`);
        const event = JSON.parse(message.data) as Event;
        if (message.id !== event.id || message.event !== event.type)
          throw new Error('frame and event differ');
        events.push(event);
      }
      return events;
    },
    ended: async () => {
      while ((await next()) !== null);
    },
    close: async () => {
      controller.abort();
      await messages.cancel().catch(() => undefined);
    },
  };
}
