import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Chromium } from './find.ts';
import { killGroup } from './processes.ts';

/** How a Chromium ended. A clean end is its own doing (`Browser.close`); anything else is a crash or a kill. */
export type ChromiumExit = { readonly clean: boolean; readonly reason: string };

export type ChromiumProcess = {
  /** Also the id of its process group: every child of it is in there. */
  readonly pid: number;
  /** The browser-level CDP endpoint on loopback, `ws://127.0.0.1:…/devtools/browser/…`. */
  readonly browserUrl: string;
  /** Resolves once it has ended, for whatever reason. */
  readonly exited: Promise<ChromiumExit>;
  /** Kills the whole group; resolves when it is gone. */
  readonly kill: () => Promise<void>;
};

export type LaunchOptions = {
  readonly chromium: Chromium;
  /** Its user data, and its HOME; must be of this browser alone. */
  readonly profileDir: string;
  /** Working folder: relative paths that a CDP client names (`downloads`) start here. */
  readonly cwd: string;
  /** CSS pixels; 1024 × 768 unless told. */
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly extraFlags?: readonly string[];
  /** Called as soon as the process exists, long before it is ready. */
  readonly onSpawn?: (pid: number) => void;
};

/** Chromium did not come up; the message holds the end of what it wrote. */
export class ChromiumLaunchError extends Error {
  override readonly name = 'ChromiumLaunchError';
}

const READY_TIMEOUT_MS = 30_000;
const KEPT_LINES = 10;
const DEFAULT_VIEWPORT = { width: 1024, height: 768 };

// No --remote-allow-origins: without it Chromium refuses every WebSocket that a web page opens to its port.
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-dev-shm-usage',
  '--disable-gpu',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-breakpad',
  '--mute-audio',
  '--hide-scrollbars',
  '--password-store=basic',
  '--remote-debugging-port=0',
];

const flagsFor = ({ profileDir, viewport = DEFAULT_VIEWPORT, extraFlags = [] }: LaunchOptions): string[] => [
  ...FLAGS,
  `--window-size=${viewport.width},${viewport.height}`,
  `--user-data-dir=${profileDir}`,
  ...extraFlags,
  'about:blank',
];

const exitOf = (child: ChildProcess): Promise<ChromiumExit> =>
  new Promise((resolve) => {
    child.once('exit', (code, signal) =>
      resolve({ clean: code === 0, reason: signal === null ? `exit code ${code}` : `signal ${signal}` }),
    );
    child.once('error', (error) => resolve({ clean: false, reason: error.message }));
  });

/** Chromium says its endpoint in a line of stderr; the stream is read on for ever, or its pipe would fill. */
const endpointOf = (stderr: Readable, exited: Promise<ChromiumExit>): Promise<string> =>
  new Promise((resolve, reject) => {
    const lastLines: string[] = [];
    const fail = (why: string): void =>
      reject(new ChromiumLaunchError(`Chromium did not start (${why}): ${lastLines.join(' ')}`));
    const timer = setTimeout(() => fail(`not ready after ${READY_TIMEOUT_MS} ms`), READY_TIMEOUT_MS);
    createInterface({ input: stderr }).on('line', (line) => {
      lastLines.push(line);
      if (lastLines.length > KEPT_LINES) lastLines.shift();
      const endpoint = /^DevTools listening on (ws:\S+)$/.exec(line)?.[1];
      if (endpoint === undefined) return;
      clearTimeout(timer);
      resolve(endpoint);
    });
    void exited.then(({ reason }) => {
      clearTimeout(timer);
      return fail(reason);
    });
  });

/**
 * Starts one Chromium as the leader of its own process group and waits until its CDP endpoint answers.
 * @throws ChromiumLaunchError when it ends or stays silent; nothing of it is left running then.
 */
export const launchChromium = async (options: LaunchOptions): Promise<ChromiumProcess> => {
  mkdirSync(options.profileDir, { recursive: true });
  const child = spawn(options.chromium.path, flagsFor(options), {
    cwd: options.cwd,
    env: { ...options.chromium.env, HOME: options.profileDir },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  const exited = exitOf(child);
  const { pid } = child;
  if (pid === undefined) throw new ChromiumLaunchError(`Chromium did not start: ${(await exited).reason}`);
  options.onSpawn?.(pid);
  const kill = async (): Promise<void> => {
    await killGroup(pid);
    await exited;
  };
  try {
    return { pid, browserUrl: await endpointOf(child.stderr, exited), exited, kill };
  } catch (error) {
    await kill();
    throw error;
  }
};
