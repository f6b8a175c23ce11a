/** The way out of one stream: a buffer with a bound, and what is known of its reader's pace. */
import { HEARTBEAT_FRAME } from './frames.ts';

/** Untaken bytes at which a reader is too slow: some hundreds of events. What is sent below it may pass it once. */
export const MAX_UNTAKEN_BYTES = 256 * 1024;

export interface Outlet {
  /** The reader has taken everything, and asks for more. */
  emptied(controller: ReadableStreamDefaultController<Uint8Array>): void;
  /** False: the reader is too slow, and nothing was added. */
  send(bytes: Uint8Array): boolean;
  /** Until the reader has taken everything, or the end. */
  drained(): Promise<void>;
  /** A comment, if nothing was sent for `everyMs`. `now` is `performance.now()`. */
  beat(now: number, everyMs: number): void;
  /** For how long the reader has not taken everything, in milliseconds; 0 when it waits for more. */
  stuckMs(now: number): number;
  /** The reader went away. */
  left(): void;
  /** Ends the stream if its reader waits; one that does not wait can only be cut off. */
  close(): void;
}

/** `cut` drops the connection. */
export function createOutlet(cut: () => void): Outlet {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  let hungry = false;
  let sentAt = performance.now();
  let waiting: (() => void) | null = null;
  const wake = (): void => {
    waiting?.();
    waiting = null;
  };
  const send = (bytes: Uint8Array): boolean => {
    // The buffer's bound is 0 by the stream's own measure: below it is what lies untaken.
    if (controller === undefined || -(controller.desiredSize ?? 0) > MAX_UNTAKEN_BYTES) return false;
    const now = performance.now();
    sentAt = now;
    hungry = false;
    controller.enqueue(bytes);
    return true;
  };
  return {
    emptied(own) {
      controller = own;
      hungry = true;
      wake();
    },
    send,
    drained: () => (hungry ? Promise.resolve() : new Promise((resolve) => (waiting = resolve))),
    beat(now, everyMs) {
      if (hungry && now - sentAt >= everyMs) send(HEARTBEAT_FRAME);
    },
    stuckMs: (now) => (hungry ? 0 : now - sentAt),
    left() {
      controller = undefined;
      wake();
    },
    close() {
      if (controller !== undefined && hungry) controller.close();
      else if (controller !== undefined) cut();
      controller = undefined;
      wake();
    },
  };
}
