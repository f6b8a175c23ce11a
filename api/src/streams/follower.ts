/**
 * One open stream. It first reads what it missed by itself, as fast as its reader takes it; then its feed hands it what
 * happens. What its reader has not taken lies in a buffer with a bound: a reader that lets it fill up is cut off, and may
 * come back with its last id.
 */
import { readEvents, type Database, type EventSelection, type Principal } from '@cfdi-live/domain';
import { OPENING_FRAME, RESET_FRAME, toBatch, toFrame, type Batch, type Frame } from './frames.ts';
import { createOutlet, type Outlet } from './outlet.ts';

/** Events of one read while it catches up. */
const PAGE = 100;
/** What may happen while a page is read; beyond it, a further page brings it. */
const MAX_MISSED = 500;

export interface FollowRequest {
  principal: Principal;
  selection: EventSelection;
  /** The stream starts after this place in the log. */
  cursor: bigint;
  /** The reader's last event is not known: tell it to forget what it has, for the log comes again from its start. */
  reset: boolean;
  /** Drops the connection. */
  cut(): void;
}

export type EndReason = 'left' | 'too_slow' | 'access_ended' | 'stopping' | 'log_unreadable';

export interface Follower {
  principal: Principal;
  selection: EventSelection;
  /** What happens, from the feed. */
  deliver(batch: Batch): void;
  /** Keeps a silent stream open, ends one whose reader takes nothing. `now` is `performance.now()`. */
  beat(now: number, everyMs: number): void;
  end(reason: EndReason): void;
}

/** A follower's place on its feed. */
export interface Station {
  /** Whatever comes after this place in the log is delivered. */
  ready(): Promise<bigint>;
  leave(): void;
}

export interface FollowerDeps {
  database: Database;
  /** Puts a follower on its feed. */
  board(follower: Follower): Station;
  /** Aborted: no stream begins any more. */
  stopping: AbortSignal;
  ended(reason: EndReason, error?: unknown): void;
}

/** The body of the answer. Nothing is read or kept before somebody reads it: a HEAD request opens no stream. */
export function followerStream(deps: FollowerDeps, request: FollowRequest): ReadableStream<Uint8Array> {
  const outlet = createOutlet(request.cut);
  let follower: Follower | undefined;
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        outlet.emptied(controller);
        follower ??= openFollower(deps, request, outlet);
      },
      cancel() {
        outlet.left();
        follower?.end('left');
      },
    },
    { highWaterMark: 0, size: (chunk) => chunk.byteLength },
  );
}

function openFollower(deps: FollowerDeps, request: FollowRequest, outlet: Outlet): Follower {
  const { principal, selection } = request;
  const notes = createNotes();
  let { cursor } = request;
  let state: 'behind' | 'live' | 'ended' = 'behind';
  let station: Station | undefined;

  const end = (reason: EndReason, error?: unknown): void => {
    if (state === 'ended') return;
    state = 'ended';
    station?.leave();
    outlet.close();
    deps.ended(reason, error);
  };
  const send = (batch: Batch | null): void => {
    // What was sent already comes again where a read and the feed meet.
    if (batch === null || batch.last <= cursor) return;
    const fresh =
      batch.first > cursor ? batch : toBatch(batch.frames.filter((frame) => frame.cursor > cursor));
    if (fresh === null) return;
    cursor = fresh.last;
    if (!outlet.send(fresh.bytes())) end('too_slow');
  };
  const follower: Follower = {
    principal,
    selection,
    deliver: (batch) => (state === 'live' ? send(batch) : notes.add(batch.frames)),
    beat(now, everyMs) {
      if (outlet.stuckMs(now) > 2 * everyMs) end('too_slow');
      else outlet.beat(now, everyMs);
    },
    end,
  };
  const catchUp = async (joined: Station): Promise<void> => {
    // Who is at the head has missed nothing: a herd that comes back costs no reads.
    let missed = cursor >= (await joined.ready()) ? notes.take() : null;
    while (missed === null) {
      await outlet.drained();
      if (state === 'ended') return;
      notes.begin();
      const events = await readEvents(deps, principal, { ...selection, cursor, limit: PAGE });
      if (isEnded()) return;
      send(toBatch(events.map(toFrame)));
      if (events.length < PAGE) missed = notes.take();
    }
    if (isEnded()) return;
    state = 'live';
    send(toBatch(missed));
  };
  const isEnded = (): boolean => state === 'ended';

  if (deps.stopping.aborted) {
    end('stopping');
    return follower;
  }
  station = deps.board(follower);
  outlet.send(OPENING_FRAME);
  if (request.reset) outlet.send(RESET_FRAME);
  // The reader comes back with its last id and is then told what is wrong; half an answer cannot say it.
  catchUp(station).catch((error: unknown) => end('log_unreadable', error));
  return follower;
}

/** What is delivered while the log is read. */
function createNotes() {
  let frames: Frame[] | null = [];
  return {
    begin: () => void (frames = []),
    add(more: readonly Frame[]): void {
      frames?.push(...more);
      if (frames !== null && frames.length > MAX_MISSED) frames = null;
    },
    /** Null: there was too much, so the log must be read again. */
    take: (): Frame[] | null => frames,
  };
}
