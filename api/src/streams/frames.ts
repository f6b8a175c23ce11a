/** Events as they stand on the wire of a stream: made once, sent to every reader of them. */
import type { EventType } from '@cfdi-live/contract';
import type { StoredEvent } from '@cfdi-live/domain';

const encoder = new TextEncoder();

/** What a browser's EventSource waits before it connects again. */
const RECONNECT_MS = 2_000;

export const OPENING_FRAME = encoder.encode(`retry: ${RECONNECT_MS}\n\n`);
/** The empty `id` makes the reader forget its own, so that it is not told to reset twice. */
export const RESET_FRAME = encoder.encode('id:\nevent: reset\ndata: {"reason":"unknown_event"}\n\n');
export const HEARTBEAT_FRAME = encoder.encode(': heartbeat\n\n');

/** An event with its place in the log and its text. */
export interface Frame {
  cursor: bigint;
  type: EventType;
  /** Public id. */
  taskId: string | null;
  bytes: Uint8Array;
}

export function toFrame({ cursor, event }: StoredEvent): Frame {
  return {
    cursor,
    type: event.type,
    taskId: event.taskId,
    bytes: encoder.encode(`id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`),
  };
}

/** Frames in the order of the log; their bytes are put together once, however many readers they go to. */
export interface Batch {
  frames: readonly Frame[];
  first: bigint;
  last: bigint;
  bytes(): Uint8Array;
}

/** Null for no frames. */
export function toBatch(frames: readonly Frame[]): Batch | null {
  const [first, last] = [frames[0], frames.at(-1)];
  if (first === undefined || last === undefined) return null;
  let joined: Uint8Array | undefined;
  return {
    frames,
    first: first.cursor,
    last: last.cursor,
    bytes: () => (joined ??= frames.length === 1 ? first.bytes : join(frames)),
  };
}

function join(frames: readonly Frame[]): Uint8Array {
  return Buffer.concat(frames.map(({ bytes }) => bytes));
}
