/** Network signals of each tab: what its documents still wait for. */
import type { Target } from './targets.ts';

/** Kinds whose answer changes what a page shows; pictures, beacons and streams do not keep a page unquiet. */
const COUNTED = new Set(['Document', 'XHR', 'Fetch', 'Script', 'Stylesheet']);
/** A call that has been open this long may be a long poll; a spinner tells if it is the answer to the last act. */
const LONG_POLL_MS = 5_000;

export interface Activity {
  /** Begins to follow a page's or frame's requests. */
  watch(target: Target): void;
  /** Counts up with every request begun or ended in this tab. */
  signals(page: Target): number;
  /** Resolves when the tab waits for no request, or at `until` (ms of `performance.now`). True when idle. */
  idle(page: Target, until: number): Promise<boolean>;
}

interface OpenRequest {
  since: number;
  frameId: string | null;
  /** Documents are waited for however long they take. */
  document: boolean;
  /** Origin and path of a GET: where one was a long poll, the next one is. */
  place: string | null;
}

interface TabActivity {
  open: Map<string, OpenRequest>;
  polls: Set<string>;
  signals: number;
  waiters: Set<() => void>;
}

export function createActivity(): Activity {
  const tabs = new WeakMap<Target, TabActivity>();
  const of = (target: Target): TabActivity => {
    const page = target.parent === null ? target : rootOf(target);
    const known = tabs.get(page);
    if (known !== undefined) return known;
    const made: TabActivity = { open: new Map(), polls: new Set(), signals: 0, waiters: new Set() };
    tabs.set(page, made);
    return made;
  };

  return {
    watch: (target) => {
      const tab = of(target);
      const signal = () => {
        tab.signals += 1;
        for (const waiter of tab.waiters) waiter();
      };
      target.session.on('Network.requestWillBeSent', ({ requestId, type, request, frameId = null }) => {
        if (type === undefined || !COUNTED.has(type)) return;
        const document = type === 'Document';
        const place = request.method === 'GET' ? placeOf(request.url) : null;
        tab.open.set(requestId, { since: performance.now(), document, place, frameId });
        signal();
      });
      // Any session of the tab may tell the end: a frame that moves to another process ends there.
      const end = ({ requestId }: { requestId: string }) => {
        if (tab.open.delete(requestId)) signal();
      };
      target.session.on('Network.loadingFinished', end);
      target.session.on('Network.loadingFailed', end);
      // From here on the document's own state tells whether it is read; a viewer never tells the end.
      target.session.on('Page.frameNavigated', ({ frame }) => end({ requestId: frame.loaderId }));
      target.session.on('Page.frameDetached', ({ frameId, reason }) => {
        if (reason === 'swap') return;
        for (const [requestId, request] of tab.open) if (request.frameId === frameId) end({ requestId });
      });
    },
    signals: (page) => of(page).signals,
    idle: async (page, until) => {
      const tab = of(page);
      for (;;) {
        const waitMs = worthWaiting(tab);
        const left = until - performance.now();
        if (waitMs === 0) return true;
        if (left <= 0) return false;
        await nextSignal(tab, Math.min(left, waitMs));
      }
    },
  };
}

/** How long the open requests are worth waiting for: 0 when none is. */
function worthWaiting(tab: TabActivity): number {
  const now = performance.now();
  let longest = 0;
  for (const { since, document, place } of tab.open.values()) {
    if (document) return Number.MAX_SAFE_INTEGER;
    const left = since + LONG_POLL_MS - now;
    if (left <= 0 && place !== null) tab.polls.add(place);
    if (place === null || !tab.polls.has(place)) longest = Math.max(longest, left);
  }
  return longest;
}

function placeOf(url: string): string {
  return url.split(/[?#]/)[0] ?? url;
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
