/** Network signals of each tab: what its documents still wait for. */
import type { Target } from './targets.ts';

/** Kinds whose answer changes what a page shows; pictures, beacons and streams do not keep a page unquiet. */
const COUNTED = new Set(['Document', 'XHR', 'Fetch', 'Script', 'Stylesheet']);
/** A request that has been open this long is a long poll, not the answer to the last act. */
const LONG_POLL_MS = 20_000;

export interface Activity {
  /** Begins to follow a page's or frame's requests. */
  watch(target: Target): void;
  /** Counts up with every request begun or ended in this tab. */
  signals(page: Target): number;
  /** Resolves when the tab waits for no request, or at `until` (ms of `performance.now`). True when idle. */
  idle(page: Target, until: number): Promise<boolean>;
}

interface TabActivity {
  open: Map<string, number>;
  signals: number;
  waiters: Set<() => void>;
}

export function createActivity(): Activity {
  const tabs = new WeakMap<Target, TabActivity>();
  const of = (target: Target): TabActivity => {
    const page = target.parent === null ? target : rootOf(target);
    const known = tabs.get(page);
    if (known !== undefined) return known;
    const made: TabActivity = { open: new Map(), signals: 0, waiters: new Set() };
    tabs.set(page, made);
    return made;
  };

  const pending = (tab: TabActivity) => {
    const now = performance.now();
    return [...tab.open.values()].some((since) => now - since < LONG_POLL_MS);
  };

  return {
    watch: (target) => {
      const tab = of(target);
      const key = (id: string) => `${target.session.id}:${id}`;
      const signal = () => {
        tab.signals += 1;
        for (const waiter of tab.waiters) waiter();
      };
      target.session.on('Network.requestWillBeSent', ({ requestId, type }) => {
        if (type === undefined || !COUNTED.has(type)) return;
        tab.open.set(key(requestId), performance.now());
        signal();
      });
      const end = ({ requestId }: { requestId: string }) => {
        if (tab.open.delete(key(requestId))) signal();
      };
      target.session.on('Network.loadingFinished', end);
      target.session.on('Network.loadingFailed', end);
      target.session.on('Inspector.detached', () => tab.open.clear());
    },
    signals: (page) => of(page).signals,
    idle: async (page, until) => {
      const tab = of(page);
      while (pending(tab)) {
        const left = until - performance.now();
        if (left <= 0) return false;
        await nextSignal(tab, left);
      }
      return true;
    },
  };
}

function nextSignal(tab: TabActivity, maxMs: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      tab.waiters.delete(done);
      resolve();
    };
    const timer = setTimeout(done, maxMs);
    tab.waiters.add(done);
  });
}

function rootOf(target: Target): Target {
  return target.parent === null ? target : rootOf(target.parent);
}
