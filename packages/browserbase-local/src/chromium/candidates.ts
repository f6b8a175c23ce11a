import { readdirSync } from 'node:fs';
import path from 'node:path';

/** Where this machine's environment says that its things are. */
export type Places = {
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  readonly home: string;
};

const HEADLESS_SHELLS = ['chromium-headless-shell', 'chrome-headless-shell'];
const FULL_BROWSERS = ['chromium', 'google-chrome-stable', 'google-chrome', 'chromium-browser'];
const FULL_BROWSER_PATHS: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  linux: ['/opt/google/chrome/chrome'],
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ],
};

/** Inside `chromium_headless_shell-<revision>/` and `chromium-<revision>/`, by platform and age of Playwright. */
const PLAYWRIGHT_SHELLS = [
  'chrome-headless-shell-linux64/chrome-headless-shell',
  'chrome-linux/headless_shell',
  'chrome-headless-shell-mac-arm64/chrome-headless-shell',
  'chrome-headless-shell-mac-x64/chrome-headless-shell',
  'chrome-mac/headless_shell',
];
const PLAYWRIGHT_BROWSERS = [
  'chrome-linux64/chrome',
  'chrome-linux/chrome',
  'chrome-mac-arm64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing',
  'chrome-mac-x64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing',
  'chrome-mac/Chromium.app/Contents/MacOS/Chromium',
];

const inPath = (env: NodeJS.ProcessEnv, names: readonly string[]): string[] => {
  const folders = (env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
  return names.flatMap((name) => folders.map((folder) => path.join(folder, name)));
};

/** Paths where a headless shell of the system may be, best first. */
export const systemHeadlessShells = ({ env }: Places): string[] => inPath(env, HEADLESS_SHELLS);

/** Paths where a whole Chromium or Chrome of the system may be, best first. */
export const systemBrowsers = ({ env, platform }: Places): string[] => [
  ...inPath(env, FULL_BROWSERS),
  ...(FULL_BROWSER_PATHS[platform] ?? []),
];

const revisionOf = (folder: string): number => Number(/-(\d+)$/.exec(folder)?.[1] ?? 0);

/** Playwright's cache, as its own documentation places it; `PLAYWRIGHT_BROWSERS_PATH=0` means "not in a cache". */
const playwrightCache = ({ env, platform, home }: Places): string | undefined => {
  const chosen = env['PLAYWRIGHT_BROWSERS_PATH'];
  if (chosen === '0') return undefined;
  if (chosen !== undefined && chosen !== '') return chosen;
  if (platform === 'darwin') return path.join(home, 'Library/Caches/ms-playwright');
  return path.join(env['XDG_CACHE_HOME'] ?? path.join(home, '.cache'), 'ms-playwright');
};

/** What Playwright has downloaded: headless shells before whole browsers, newest revision first. */
export const playwrightBrowsers = (places: Places): string[] => {
  const cache = playwrightCache(places);
  if (cache === undefined) return [];
  let folders: string[];
  try {
    folders = readdirSync(cache).sort((a, b) => revisionOf(b) - revisionOf(a));
  } catch {
    return [];
  }
  const within = (prefix: string, executables: readonly string[]): string[] =>
    folders
      .filter((folder) => folder.startsWith(prefix))
      .flatMap((folder) => executables.map((executable) => path.join(cache, folder, executable)));
  return [
    ...within('chromium_headless_shell-', PLAYWRIGHT_SHELLS),
    ...within('chromium-', PLAYWRIGHT_BROWSERS),
  ];
};
