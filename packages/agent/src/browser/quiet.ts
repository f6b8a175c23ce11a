/** Waiting until a page is at rest, by its signals: requests, DOM changes, animations, spinners. */
import type { Activity } from './activity.ts';
import { nullWhenGone, type Frame, type Frames } from './frames.ts';
import type { Target } from './targets.ts';

export interface QuietOptions {
  /** How long nothing may change, in ms. */
  calmMs: number;
  /** When to give up, ms of `performance.now`. */
  until: number;
}

export interface QuietDeps {
  activity: Activity;
  frames: Frames;
}

/** One look into all frames never takes longer than this, so that a page that always moves cannot hold it. */
const LOOK_MS = 1_500;
/** Restless looks in a row (a carousel, a clock) after which a page without requests counts as quiet. */
const MAX_RESTLESS = 2;

/** Resolves true when the tab is at rest, false when `until` came first. */
export async function waitForQuiet(deps: QuietDeps, page: Target, options: QuietOptions): Promise<boolean> {
  let restless = 0;
  for (;;) {
    const idle = await deps.activity.idle(page, options.until);
    const left = options.until - performance.now();
    if (!idle || left <= 0) return false;
    const before = deps.activity.signals(page);
    const report = await look(deps, page, options.calmMs, Math.min(LOOK_MS, left));
    if (deps.activity.signals(page) !== before) continue;
    if (report.calm && !report.busy) return true;
    restless = report.calm ? 0 : restless + 1;
    if (restless >= MAX_RESTLESS && !report.busy) return true;
  }
}

async function look(
  deps: QuietDeps,
  page: Target,
  calmMs: number,
  maxMs: number,
): Promise<{ calm: boolean; busy: boolean }> {
  const frames = await deps.frames.of(page);
  const reports = await Promise.all(
    frames
      .filter(worthLooking)
      .map((frame) => deps.frames.call(frame, 'quiet', calmMs, maxMs).catch(nullWhenGone)),
  );
  // A frame that could not answer is being replaced: not calm, look again.
  return {
    calm: reports.every((report) => report?.calm ?? false),
    busy: reports.some((report) => report?.busy ?? false),
  };
}

function worthLooking(frame: Frame, index: number): boolean {
  return index < 8 && (frame.parent === null || !/^about:(?!srcdoc)/.test(frame.url));
}

/** Resolves true as soon as the tab gives a sign of change (a request, a DOM change, another document). */
export async function waitForSignal(deps: QuietDeps, page: Target, maxMs: number): Promise<boolean> {
  const until = performance.now() + maxMs;
  const before = deps.activity.signals(page);
  const frames = await deps.frames.of(page);
  const counts = await mutationCounts(deps, frames);
  while (performance.now() < until) {
    const step = Math.min(200, until - performance.now());
    await look(deps, page, step, step);
    if (deps.activity.signals(page) !== before) return true;
    const now = await mutationCounts(deps, frames);
    if (now.join() !== counts.join()) return true;
  }
  return false;
}

async function mutationCounts(deps: QuietDeps, frames: readonly Frame[]): Promise<(number | null)[]> {
  return Promise.all(
    frames.filter(worthLooking).map((frame) => deps.frames.call(frame, 'mutationCount').catch(nullWhenGone)),
  );
}
