import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Chromium } from '../chromium/find.ts';
import { type ChromiumExit, launchChromium } from '../chromium/launch.ts';
import { writeProcessMark } from '../chromium/processes.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { SessionFolders } from './folders.ts';
import { createKeeper, type Keeper } from './keeper.ts';

/** What a client may choose of its browser. */
export type BrowserSettings = {
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly ignoreCertificateErrors: boolean;
};

/** The browser of a session that runs. */
export type SessionBrowser = {
  /** Browser-level CDP endpoint on loopback; nobody outside the server gets it. */
  readonly url: string;
  readonly keeper: Keeper;
  readonly exited: Promise<ChromiumExit>;
  /** Resolves when finished downloads are in their place and no process is left. */
  readonly close: () => Promise<void>;
};

export type BrowserDeps = {
  readonly chromium: Chromium;
  readonly clock: Clock;
  readonly folders: SessionFolders;
};

/** Starts a session's Chromium, in the session's folder, with its keeper connected. */
export const openBrowser = async (
  { viewport, ignoreCertificateErrors }: BrowserSettings,
  { chromium, clock, folders }: BrowserDeps,
): Promise<SessionBrowser> => {
  for (const folder of [folders.incoming, folders.finished, folders.uploads])
    mkdirSync(folder, { recursive: true });
  const chromiumProcess = await launchChromium({
    chromium,
    profileDir: folders.profile,
    cwd: folders.root,
    extraFlags: ignoreCertificateErrors ? ['--ignore-certificate-errors'] : [],
    onSpawn: (pid) => writeProcessMark(folders.processMark, pid),
    ...(viewport && { viewport }),
  });
  const { browserUrl, exited, kill } = chromiumProcess;
  try {
    const keeper = await createKeeper(browserUrl, { folders, clock });
    const close = async (): Promise<void> => {
      await keeper.close();
      await kill();
    };
    return { url: browserUrl, keeper, exited, close };
  } catch (error) {
    await kill();
    throw error;
  }
};

/** Removes what must not outlive the browser: its profile with cookies, unfinished downloads, its mark. Never rejects. */
export const removeBrowserFiles = async (folders: SessionFolders, log: Log): Promise<void> => {
  const traces = [folders.profile, folders.incoming, folders.processMark];
  const remove = (trace: string): Promise<void> => rm(trace, { recursive: true, force: true, maxRetries: 5 });
  for (const result of await Promise.allSettled(traces.map(remove))) {
    if (result.status === 'rejected') log('session.files_left', { reason: String(result.reason) });
  }
};
