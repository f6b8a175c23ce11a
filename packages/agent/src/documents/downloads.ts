/** The browser's own downloads: counted by its events, fetched from the provider, which hands them over late. */
import { setTimeout as delay } from 'node:timers/promises';
import type { CdpSession } from '../browser/cdp.ts';
import type { SessionDownloads } from '../types.ts';
import type { Collector } from './collector.ts';

export interface Downloads {
  /** Downloads begun so far. */
  readonly begun: number;
  /** Resolves when no download is under way, or at `until` (ms of `performance.now`). */
  finished(until: number): Promise<void>;
  /** Puts the provider's files into the collector; waits up to `maxMs` for those that are still to appear there. */
  fetch(maxMs: number): Promise<void>;
}

const POLL_MS = 150;

/** `alreadyRead` says whether a download's content came by another way. */
export async function followDownloads(
  browser: CdpSession,
  provider: SessionDownloads,
  collector: Collector,
  alreadyRead: (url: string) => boolean,
  signal: AbortSignal,
): Promise<Downloads> {
  const running = new Map<string, string>();
  const done = new Map<string, string>();
  let begun = 0;
  /** How many of the finished downloads the provider has listed. */
  let fetched = 0;

  browser.on('Browser.downloadWillBegin', ({ guid, url }) => {
    begun += 1;
    running.set(guid, url);
  });
  browser.on('Browser.downloadProgress', ({ guid, state }) => {
    if (state === 'inProgress') return;
    const url = running.get(guid);
    if (running.delete(guid) && url !== undefined && state === 'completed') done.set(guid, url);
  });
  // Relative on purpose: the provider's folder of this session.
  await browser.send('Browser.setDownloadBehavior', {
    behavior: 'allow',
    downloadPath: 'downloads',
    eventsEnabled: true,
  });

  const missing = () => done.size > fetched && [...done.values()].some((url) => !alreadyRead(url));
  return {
    get begun() {
      return begun;
    },
    finished: async (until) => {
      while (running.size > 0 && performance.now() < until) await delay(POLL_MS / 3, undefined, { signal });
    },
    fetch: async (maxMs) => {
      const until = performance.now() + maxMs;
      while (missing()) {
        const expected = done.size;
        const files = await provider.list(signal);
        for (const file of files) collector.add({ ...file, source: 'download' });
        // The provider lists all downloads of the session, those read elsewhere too.
        if (files.length >= expected) fetched = expected;
        if (!missing() || performance.now() >= until) return;
        await delay(POLL_MS, undefined, { signal });
      }
    },
  };
}
