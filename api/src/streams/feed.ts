/**
 * What happens to one tenant in one mode, for all its open streams: the log is read once, from the place where the last
 * read ended, and each event is made into text once. Streams that select the same share a pacer and their batches.
 */
import { encodeId } from '@cfdi-live/contract';
import type { Database, EventSelection, TenantScope } from '@cfdi-live/domain';
import type { Follower, Station } from './follower.ts';
import { toBatch, type Frame } from './frames.ts';
import { createLogReader } from './log-reader.ts';
import { createPacer, type Pacer } from './pacer.ts';

/** Between two steps of one task. */
const STEP_GAP_MS = 250;

/** Streams that select the same. */
interface Group {
  selects(frame: Frame): boolean;
  pacer: Pacer;
  followers: Set<Follower>;
  timer: NodeJS.Timeout | undefined;
}

export interface Feed {
  board(follower: Follower): Station;
  /** Something may have happened: reads on, once for all who say so meanwhile. */
  hint(): void;
  /** Reads on if nothing did for so long, for a hint may be lost. */
  poll(now: number, everyMs: number): void;
  isEmpty(): boolean;
}

interface FeedDeps {
  database: Database;
  unreadable(error: unknown): void;
}

export function createFeed(deps: FeedDeps, scope: TenantScope): Feed {
  const groups = new Map<string, Group>();
  const reader = createLogReader(deps, scope, (frames) => {
    for (const group of groups.values()) {
      group.pacer.add(frames.filter(group.selects));
      release(group);
    }
  });

  return {
    board(follower) {
      const key = keyOf(follower.selection);
      const group = groups.get(key) ?? newGroup(follower.selection);
      groups.set(key, group);
      group.followers.add(follower);
      return {
        ready: reader.start,
        leave() {
          group.followers.delete(follower);
          if (group.followers.size > 0) return;
          clearTimeout(group.timer);
          if (groups.get(key) === group) groups.delete(key);
        },
      };
    },
    hint: reader.readOn,
    poll: reader.poll,
    isEmpty: () => groups.size === 0,
  };
}

/** Hands on what may leave by now, and comes back for what may not yet. */
function release(group: Group): void {
  const batch = toBatch(group.pacer.take(performance.now()));
  if (batch !== null) for (const follower of group.followers) follower.deliver(batch);
  const due = group.pacer.dueAt();
  if (due === null || group.timer !== undefined || group.followers.size === 0) return;
  group.timer = setTimeout(
    () => {
      group.timer = undefined;
      release(group);
    },
    Math.max(Math.ceil(due - performance.now()), 1),
  );
}

function newGroup({ taskId, types }: EventSelection): Group {
  const wantedTask = taskId === undefined ? undefined : encodeId('task', taskId);
  const wantedTypes = types === undefined ? undefined : new Set(types);
  return {
    selects: (frame) =>
      (wantedTask === undefined || frame.taskId === wantedTask) &&
      (wantedTypes === undefined || wantedTypes.has(frame.type)),
    pacer: createPacer(STEP_GAP_MS),
    followers: new Set(),
    timer: undefined,
  };
}

function keyOf({ taskId, types }: EventSelection): string {
  return `${taskId ?? ''} ${types?.toSorted().join() ?? ''}`;
}
