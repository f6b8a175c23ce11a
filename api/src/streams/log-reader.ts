/** Reads one tenant's log on, from where it ended last: one read at a time, however many ask. */
import { headOfEvents, readEventsOn, type Database, type TenantScope } from '@cfdi-live/domain';
import { toFrame, type Frame } from './frames.ts';

/** Events of one read. */
const PAGE = 200;

export interface LogReader {
  /** The place from which on it reads: the head of the log when it was first asked. */
  start(): Promise<bigint>;
  /** Something may have happened. */
  readOn(): void;
  /** Reads on if it did not for so long, for a hint may be lost. `now` is `performance.now()`. */
  poll(now: number, everyMs: number): void;
}

interface LogReaderDeps {
  database: Database;
  /** The log cannot be read; the next poll tries again. Told once, until it could be read again. */
  unreadable(error: unknown): void;
}

export function createLogReader(
  deps: LogReaderDeps,
  scope: TenantScope,
  pass: (frames: Frame[]) => void,
): LogReader {
  let starting: Promise<bigint> | undefined;
  let cursor: bigint | undefined;
  let readAt = performance.now();
  let reading = false;
  let again = false;
  let failing = false;

  const start = async (): Promise<bigint> => {
    try {
      const head = await headOfEvents(deps, scope);
      cursor = head;
      // What was hinted at meanwhile may lie beyond it.
      if (again) readOn();
      return head;
    } catch (error) {
      starting = undefined;
      throw error;
    }
  };
  const readAll = async (from: bigint): Promise<void> => {
    let place = from;
    do {
      again = false;
      const read = await readEventsOn(deps, scope, { cursor: place, limit: PAGE });
      place = read.cursor;
      cursor = place;
      failing = false;
      if (read.events.length > 0) pass(read.events.map(toFrame));
      again ||= read.events.length === PAGE;
    } while (again);
  };
  const readOn = (): void => {
    again = true;
    if (reading || cursor === undefined) return;
    reading = true;
    readAll(cursor)
      .catch((error: unknown) => {
        if (!failing) deps.unreadable(error);
        failing = true;
      })
      .finally(() => {
        reading = false;
        readAt = performance.now();
      });
  };

  return {
    start: () => (starting ??= start()),
    readOn,
    poll(now, everyMs) {
      if (now - readAt >= everyMs) readOn();
    },
  };
}
