/** A Browserbase-compatible server on a local Chromium. */
export { ChromiumNotFoundError, findChromium } from './chromium/find.ts';
export type { Chromium, ChromiumSource, FindChromiumOptions } from './chromium/find.ts';
export { ChromiumLaunchError, launchChromium } from './chromium/launch.ts';
export type { ChromiumExit, ChromiumProcess, LaunchOptions } from './chromium/launch.ts';
export type { Clock } from './clock.ts';
export type { Log, LogFields } from './log.ts';
export { startBrowserbaseLocal } from './server.ts';
export type { BrowserbaseLocal, BrowserbaseLocalOptions } from './server.ts';
export { DataDirInUseError } from './session/data-dir.ts';
