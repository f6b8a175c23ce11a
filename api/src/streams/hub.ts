/**
 * All open streams of this process. They share one subscription to the database's hints, one timer, one reader of the log
 * a tenant and mode, and one question a caller whether it may still read.
 */
import type { Database, TenantScope } from '@cfdi-live/domain';
import type { Access } from '../http/access.ts';
import { describeError } from '../http/describe-error.ts';
import { createAccessWatch } from './access-watch.ts';
import { createFeed, type Feed } from './feed.ts';
import {
  followerStream,
  type EndReason,
  type Follower,
  type FollowRequest,
  type Station,
} from './follower.ts';
import type { StreamTimes } from './times.ts';

export interface EventHub {
  /** The body of a stream's answer: the exact gap since its cursor, then every new event as it is committed. */
  follow(request: FollowRequest): ReadableStream<Uint8Array>;
}

export interface EventHubDeps {
  database: Database;
  access: Access;
  times: StreamTimes;
  /** Ends every stream, and refuses new ones. */
  stopping: AbortSignal;
  log: { info(fields: object, message: string): void; warn(fields: object, message: string): void };
}

/** Costs nothing while nobody follows. */
export function createEventHub(deps: EventHubDeps): EventHub {
  const { database, times, stopping, log } = deps;
  const followers = new Set<Follower>();
  const feeds = new Map<string, Feed>();
  const access = createAccessWatch(deps.access, () => times.accessCheckMs);
  let rest: (() => void) | undefined;

  const wake = (): void => {
    const unsubscribe = database.onEvents(({ tenantId }) => {
      feeds.get(`${tenantId} live`)?.hint();
      feeds.get(`${tenantId} test`)?.hint();
    });
    // `Access` heard of it first, for it listens since it let the first caller in: the answer is a new one.
    const unwatch = database.onAccessChange((id) => access.changed(id));
    const stopAll = (): void => followers.forEach((follower) => follower.end('stopping'));
    stopping.addEventListener('abort', stopAll);
    const tickMs = tickOf(times);
    const timer = setInterval(() => {
      const now = performance.now();
      for (const feed of feeds.values()) feed.poll(now, times.pollMs);
      access.tick(now, tickMs);
      for (const follower of followers) follower.beat(now, times.heartbeatMs);
    }, tickMs);
    rest = () => {
      clearInterval(timer);
      stopping.removeEventListener('abort', stopAll);
      unsubscribe();
      unwatch();
      rest = undefined;
    };
  };

  const feedOf = ({ tenantId, mode }: TenantScope): [string, Feed] => {
    const key = `${tenantId} ${mode}`;
    const unreadable = (error: unknown): void =>
      log.warn({ error: describeError(error) }, 'events cannot be read, streams wait');
    const feed = feeds.get(key) ?? createFeed({ database, unreadable }, { tenantId, mode });
    feeds.set(key, feed);
    return [key, feed];
  };

  const board = (follower: Follower): Station => {
    // Subscribed before the log is read: what is committed in between is hinted at.
    if (rest === undefined) wake();
    followers.add(follower);
    const [key, feed] = feedOf(follower.principal);
    const station = feed.board(follower);
    const unwatch = access.add(follower.principal, () => follower.end('access_ended'));
    return {
      ready: station.ready,
      leave() {
        unwatch();
        station.leave();
        if (feed.isEmpty()) feeds.delete(key);
        followers.delete(follower);
        if (followers.size === 0) rest?.();
      },
    };
  };

  const ended = (reason: EndReason, error?: unknown): void => {
    if (reason === 'too_slow') log.info({ reason }, 'event stream ended');
    if (reason === 'log_unreadable') log.warn({ reason, error: describeError(error) }, 'event stream ended');
  };

  return { follow: (request) => followerStream({ database, board, ended, stopping }, request) };
}

/** Often enough for the shortest of them, and not for each stream by itself. */
function tickOf({ heartbeatMs, accessCheckMs, pollMs }: StreamTimes): number {
  return Math.min(Math.max(Math.min(heartbeatMs, accessCheckMs, pollMs) / 4, 10), 500);
}
