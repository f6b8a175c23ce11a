/** Events as a stream (SSE): the exact gap since the reader's last event, then every new one as it is committed. */
import type { StoredEvent } from '@cfdi-live/domain';
import { readEvents, type EventSelection, type Principal } from '@cfdi-live/domain';
import type { Services } from '../deps.ts';
import { describeError } from './errors.ts';

/** Events of one read: the most that a slow reader makes us hold. */
const PAGE = 50;
/** What a browser's EventSource waits before it connects again. */
const RECONNECT_MS = 2_000;

export interface EventStreamInput extends EventSelection {
  /** The stream starts after this place in the log. */
  cursor: bigint;
  /** The reader's last event is not known: tell it to forget what it has, for the log comes again from its start. */
  reset: boolean;
  principal: Principal;
  /** The reader went away. */
  signal: AbortSignal;
}

/**
 * A stream without a buffer: it reads the log as fast as its reader takes it, so a slow one costs a page of memory. It
 * ends when the reader leaves, the key stops standing, the process stops, or the log cannot be read.
 */
export function eventStream(services: Services, input: EventStreamInput): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const bell = createBell();
  const frames = followLog(services, input, bell);
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const next = await frames.next();
        if (next.done === true) controller.close();
        else controller.enqueue(encoder.encode(next.value));
      },
      cancel: async () => {
        bell.silence();
        await frames.return(undefined);
      },
    },
    // Nothing is read before somebody wants it: a HEAD request opens no stream.
    { highWaterMark: 0 },
  );
}

async function* followLog(
  services: Services,
  input: EventStreamInput,
  bell: Bell,
): AsyncGenerator<string, undefined, undefined> {
  const { principal, taskId, signal } = input;
  const { heartbeatMs, accessCheckMs, pollMs } = services.streams;
  // Subscribed before the first read: what is committed in between rings the bell.
  const unsubscribe = services.database.onEvents(({ tenantId }) => {
    if (tenantId === principal.tenantId) bell.ring();
  });
  for (const source of [signal, services.stopping]) {
    if (source.aborted) bell.silence();
    source.addEventListener('abort', bell.silence);
  }
  const access = createTimer(accessCheckMs);
  const poll = createTimer(pollMs);
  const heartbeat = createTimer(heartbeatMs);
  let { cursor } = input;
  try {
    yield `retry: ${RECONNECT_MS}\n\n`;
    if (input.reset) yield RESET_FRAME;
    bell.ring();
    while (!bell.silenced()) {
      if (access.due() && !(await services.access.stillStands(principal))) return;
      if (bell.rang() || poll.due()) {
        const events = await readEvents(services, principal, { taskId, cursor, limit: PAGE });
        if (events.length === PAGE) bell.ring();
        const last = events.at(-1);
        if (last !== undefined) {
          cursor = last.cursor;
          heartbeat.restart();
          yield events.map(toFrame).join('');
          continue;
        }
      }
      if (heartbeat.due()) yield ': heartbeat\n\n';
      await bell.wait(Math.min(access.left(), poll.left(), heartbeat.left()));
    }
  } catch (error) {
    // The reader comes back with its last id and is then told what is wrong; half an answer cannot say it.
    services.log.warn({ error: describeError(error) }, 'event stream ended');
  } finally {
    unsubscribe();
    for (const source of [signal, services.stopping]) source.removeEventListener('abort', bell.silence);
  }
}

function toFrame({ event }: StoredEvent): string {
  return `id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** The empty `id` makes the reader forget its own, so that it is not told to reset twice. */
const RESET_FRAME = 'id:\nevent: reset\ndata: {"reason":"unknown_event"}\n\n';

interface Bell {
  ring(): void;
  /** Whether it rang since the last time this was asked. */
  rang(): boolean;
  /** Until it rings, or so long. */
  wait(ms: number): Promise<void>;
  /** For good: ends every wait. */
  silence(): void;
  silenced(): boolean;
}

function createBell(): Bell {
  let ringing = false;
  let silent = false;
  let wake: (() => void) | null = null;
  return {
    ring: () => {
      ringing = true;
      wake?.();
    },
    rang: () => {
      const was = ringing;
      ringing = false;
      return was;
    },
    wait: (ms) => {
      if (ringing || silent) return Promise.resolve();
      return new Promise((resolve) => {
        const timer = setTimeout(() => wake?.(), Math.max(ms, 1));
        wake = () => {
          clearTimeout(timer);
          wake = null;
          resolve();
        };
      });
    },
    silence: () => {
      silent = true;
      wake?.();
    },
    silenced: () => silent,
  };
}

/** Something that falls due every `everyMs`, by the monotonic clock. */
function createTimer(everyMs: number): { due(): boolean; left(): number; restart(): void } {
  let at = performance.now() + everyMs;
  const restart = (): void => {
    at = performance.now() + everyMs;
  };
  return {
    due: () => {
      if (performance.now() < at) return false;
      restart();
      return true;
    },
    left: () => at - performance.now(),
    restart,
  };
}
