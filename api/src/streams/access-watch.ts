/** Whether the callers behind open streams may still read: asked once for all streams of a caller. */
import { actorOf, type Principal } from '@cfdi-live/domain';
import type { Access } from '../http/access.ts';

interface Watched {
  principal: Principal;
  ends: Set<() => void>;
  /** When the last answer was asked for, of those that said yes. */
  confirmedAt: number;
  /** Ticks since an answer is waited for; null: none is. */
  pendingTicks: number | null;
}

export interface AccessWatch {
  /** Calls `end` once when the principal's access ends, or cannot be told any more. Returns how to stop. */
  add(principal: Principal, end: () => void): () => void;
  /** Asks at once about one caller: the id of a key, a live token or a person; null: about all. */
  changed(id: string | null): void;
  /** Asks who is due. `now` is `performance.now()`. */
  tick(now: number, tickMs: number): void;
}

/** `everyMs`: how old an answer may get. One that is twice as old and cannot be had again counts as a no. */
export function createAccessWatch(access: Access, everyMs: () => number): AccessWatch {
  const watched = new Map<string, Watched>();

  const endAll = (key: string, entry: Watched): void => {
    if (watched.get(key) === entry) watched.delete(key);
    for (const end of entry.ends) end();
  };
  const ask = async (key: string, entry: Watched, now: number): Promise<void> => {
    entry.pendingTicks = 0;
    try {
      if (await access.stillStands(entry.principal)) entry.confirmedAt = now;
      else endAll(key, entry);
    } catch {
      // The database is away, and nothing new is read meanwhile; but a key may be revoked before it is back.
      if (performance.now() - entry.confirmedAt > 2 * everyMs()) endAll(key, entry);
    } finally {
      entry.pendingTicks = null;
    }
  };

  return {
    add(principal, end) {
      const key = keyOf(principal);
      const entry = watched.get(key) ?? {
        principal,
        ends: new Set(),
        confirmedAt: performance.now(),
        pendingTicks: null,
      };
      watched.set(key, entry);
      entry.ends.add(end);
      return () => {
        entry.ends.delete(end);
        if (entry.ends.size === 0 && watched.get(key) === entry) watched.delete(key);
      };
    },
    changed(id) {
      for (const [key, entry] of watched) {
        const meant = id === null || actorOf(entry.principal).endsWith(`:${id}`);
        if (meant && entry.pendingTicks === null) void ask(key, entry, performance.now());
      }
    },
    tick(now, tickMs) {
      for (const [key, entry] of watched) {
        if (entry.pendingTicks === null) {
          if (now - entry.confirmedAt >= everyMs()) void ask(key, entry, now);
          continue;
        }
        // Counted in ticks, so that a pause of this process is not held against the database.
        entry.pendingTicks += 1;
        if (entry.pendingTicks * tickMs > everyMs()) endAll(key, entry);
      }
    },
  };
}

/** Callers of one key are asked about as one. Each of a person's tokens has an end of its own. */
function keyOf(principal: Principal): string {
  const { tenantId, mode } = principal;
  const own = principal.kind === 'member' ? ` ${principal.role} ${principal.expiresAt.getTime()}` : '';
  return `${tenantId} ${mode} ${actorOf(principal)}${own}`;
}
