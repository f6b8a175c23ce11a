/** Server-sent events, followed over broken connections: each reconnection asks for what came after the last event. */
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { AbortedError, ApiError, ConnectionError } from './errors.ts';
import { pause, type Call, type RequestOptions, type Transport } from './transport.ts';

export interface StreamOptions extends RequestOptions {
  /** Start after the event with this id (its SSE id), as kept from an earlier stream. */
  lastEventId?: string;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

/**
 * Yields each message once. Ends when the server ends the stream for good (an error that is no outage is thrown) or when the
 * signal fires (an `AbortedError`); leaving the loop closes the connection.
 */
export async function* followEvents(
  transport: Transport,
  call: Call,
  options: StreamOptions,
): AsyncGenerator<EventSourceMessage> {
  let lastEventId = options.lastEventId;
  let failures = 0;
  for (;;) {
    const closing = new AbortController();
    const signal =
      options.signal === undefined ? closing.signal : AbortSignal.any([closing.signal, options.signal]);
    try {
      const headers: Record<string, string> = {
        accept: 'text/event-stream',
        ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
      };
      const response = await transport.send({ ...call, headers, stream: true }, { ...options, signal });
      for await (const message of messagesOf(response)) {
        failures = 0;
        if (message.id !== undefined && message.id !== '') lastEventId = message.id;
        yield message;
      }
    } catch (error) {
      if (options.signal?.aborted === true)
        throw new AbortedError('the stream was aborted', { cause: error });
      // 4xx will not get better by asking again; what broke on the way will.
      if (error instanceof ApiError && error.status < 500 && error.status !== 429) throw error;
      if (!(error instanceof ApiError || error instanceof ConnectionError || error instanceof TypeError))
        throw error;
    } finally {
      closing.abort();
    }
    await pause(Math.min(FIRST_WAIT_MS * 2 ** failures, LONGEST_WAIT_MS), options.signal);
    failures += 1;
  }
}

async function* messagesOf(response: Response): AsyncGenerator<EventSourceMessage> {
  if (response.body === null) return;
  const ready: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (message) => ready.push(message) });
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    parser.feed(decoder.decode(value, { stream: true }));
    yield* ready.splice(0);
  }
}
