import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Places, playwrightBrowsers, systemBrowsers, systemHeadlessShells } from './candidates.ts';
import { extractNpmChromium } from './npm-chromium.ts';

/** Where a Chromium came from; also the order in which they are looked for. */
export type ChromiumSource = 'CHROMIUM_PATH' | 'system-headless-shell' | 'playwright' | 'npm' | 'system';

/** A Chromium that has answered `--version` on this machine. */
export type Chromium = {
  readonly path: string;
  /** As it says itself, e.g. `153.0.8010.0`. */
  readonly version: string;
  readonly source: ChromiumSource;
  /** A headless shell takes half the memory of a whole browser. */
  readonly headlessShell: boolean;
  /** The whole environment that it is started with: nothing else of the parent's (its secrets) gets there. */
  readonly env: Readonly<Record<string, string>>;
};

export type FindChromiumOptions = {
  /** Read: CHROMIUM_PATH, PATH, HOME, XDG_CACHE_HOME, PLAYWRIGHT_BROWSERS_PATH, TMPDIR, and what Chromium inherits. */
  readonly env: NodeJS.ProcessEnv;
  /** Where the npm Chromium is unpacked (about 200 MB); by default the user's cache folder, else the temporary one. */
  readonly cacheDir?: string;
};

/** No candidate works. The message is one sentence that names the commands which bring a Chromium. */
export class ChromiumNotFoundError extends Error {
  override readonly name = 'ChromiumNotFoundError';
}

const run = promisify(execFile);
const VERSION_TIMEOUT_MS = 20_000;
const INHERITED = ['PATH', 'TZ', 'TMPDIR', 'FONTCONFIG_FILE', 'FONTCONFIG_PATH', 'LD_LIBRARY_PATH'];

const environmentFor = (env: NodeJS.ProcessEnv): Record<string, string> => ({
  ...Object.fromEntries(INHERITED.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]))),
  // Without a UTF-8 locale the accents of downloaded files' names are lost.
  LANG: 'C.UTF-8',
});

const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
};

const versionOf = async (
  file: string,
  env: Readonly<Record<string, string>>,
): Promise<string | undefined> => {
  if (!isExecutable(file)) return undefined;
  try {
    const { stdout } = await run(file, ['--version'], { timeout: VERSION_TIMEOUT_MS, env: { ...env } });
    return /\d+\.\d+\.\d+(?:\.\d+)?/.exec(stdout)?.[0];
  } catch {
    return undefined;
  }
};

const firstWorking = async (
  source: ChromiumSource,
  files: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Chromium | undefined> => {
  for (const file of files) {
    const version = await versionOf(file, env);
    if (version !== undefined) {
      return { path: file, version, source, headlessShell: /headless[-_]shell/.test(file), env };
    }
  }
  return undefined;
};

const npmChromium = async (
  env: Readonly<Record<string, string>>,
  cacheDirs: readonly string[],
): Promise<Chromium | undefined> => {
  const unpacked = await extractNpmChromium(cacheDirs);
  if (unpacked === undefined) return undefined;
  const withFonts = { ...env, FONTCONFIG_FILE: unpacked.fontsConf };
  const withLibraries = {
    ...withFonts,
    LD_LIBRARY_PATH: [unpacked.libraries, env['LD_LIBRARY_PATH']]
      .filter((folders) => folders !== undefined)
      .join(':'),
  };
  // The machine's own libraries first, where it has them all: they are the ones that get security updates.
  const found =
    (await firstWorking('npm', [unpacked.executable], withFonts)) ??
    (await firstWorking('npm', [unpacked.executable], withLibraries));
  return found && { ...found, headlessShell: true };
};

const notFound = (): ChromiumNotFoundError =>
  new ChromiumNotFoundError(
    'No working Chromium was found: install one with `apt-get install chromium-headless-shell`, ' +
      '`npm i @sparticuz/chromium` (Linux x64) or `npx playwright install chromium-headless-shell`, ' +
      'or name one in CHROMIUM_PATH.',
  );

/**
 * Finds the Chromium to use, each candidate proven with `--version`: CHROMIUM_PATH, a headless shell in PATH,
 * Playwright's cache, `@sparticuz/chromium`, a whole Chromium or Chrome.
 * @throws ChromiumNotFoundError when CHROMIUM_PATH is set but does not work, or nothing works.
 */
export const findChromium = async ({ env, cacheDir }: FindChromiumOptions): Promise<Chromium> => {
  const childEnv = environmentFor(env);
  const named = env['CHROMIUM_PATH'];
  if (named !== undefined && named !== '') {
    const found = await firstWorking('CHROMIUM_PATH', [named], childEnv);
    if (found !== undefined) return found;
    throw new ChromiumNotFoundError(
      `CHROMIUM_PATH names ${named}, which does not answer --version as a Chromium does.`,
    );
  }
  const home = env['HOME'] ?? os.homedir();
  const places: Places = { env, platform: process.platform, home };
  const temporary = path.join(
    env['TMPDIR'] ?? os.tmpdir(),
    `browserbase-local-${process.getuid?.() ?? 'user'}`,
  );
  const cacheDirs = [
    cacheDir ?? path.join(env['XDG_CACHE_HOME'] ?? path.join(home, '.cache'), 'browserbase-local'),
    temporary,
  ];
  const found =
    (await firstWorking('system-headless-shell', systemHeadlessShells(places), childEnv)) ??
    (await firstWorking('playwright', playwrightBrowsers(places), childEnv)) ??
    (await npmChromium(childEnv, cacheDirs)) ??
    (await firstWorking('system', systemBrowsers(places), childEnv));
  if (found === undefined) throw notFound();
  return found;
};
