/** Waiting until a page is at rest, by its signals: requests, DOM changes, animations, spinners. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Pulse } from '../observe/frame-observation.ts';
import type { Activity } from './activity.ts';
import { nullWhenGone, type Frames } from './frames.ts';
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

/** The signals are asked for again after this long while a page moves or is busy. */
const LOOK_AGAIN_MS = 60;
/** A page that moves without end, but sends nothing and shows no spinner, counts as quiet after this long. */
const RESTLESS_MS = 2_500;
const MAX_FRAMES = 8;

/** Resolves true when the tab is at rest, false when `until` came first. */
export async function waitForQuiet(deps: QuietDeps, page: Target, options: QuietOptions): Promise<boolean> {
  let lastSign = performance.now();
  for (;;) {
    const signals = deps.activity.signals(page);
    const idle = await deps.activity.idle(page, options.until);
    const pulses = await takePulses(deps, page);
    const now = performance.now();
    const asked = deps.activity.signals(page) !== signals;
    if (asked || pulses.some(({ busy }) => busy)) lastSign = now;
    // Calm counts from the first look on: what the act set off may be about to begin.
    const calmFor = Math.min(now - lastSign, ...pulses.map(({ sinceChangeMs }) => sinceChangeMs));
    const atRest = calmFor >= options.calmMs && !pulses.some(({ moving }) => moving);
    if (idle && (atRest || now - lastSign >= RESTLESS_MS)) return true;
    const left = options.until - now;
    if (!idle || left <= 0) return false;
    await delay(Math.min(left, Math.max(options.calmMs - calmFor, LOOK_AGAIN_MS / 3), LOOK_AGAIN_MS));
  }
}

/** Resolves true as soon as the tab gives a sign of change (a request, a DOM change, another document). */
export async function waitForSignal(deps: QuietDeps, page: Target, maxMs: number): Promise<boolean> {
  const until = performance.now() + maxMs;
  const state = async () =>
    [deps.activity.signals(page), ...(await takePulses(deps, page)).map(({ mutations }) => mutations)].join();
  const before = await state();
  for (let left = maxMs; left > 0; left = until - performance.now()) {
    await delay(Math.min(LOOK_AGAIN_MS, left));
    if ((await state()) !== before) return true;
  }
  return false;
}

/** A frame that cannot answer is being replaced: as restless as can be. */
const REPLACED: Pulse = { mutations: -1, sinceChangeMs: 0, moving: true, busy: false };

async function takePulses(deps: QuietDeps, page: Target): Promise<Pulse[]> {
  const frames = (await deps.frames.of(page)).slice(0, MAX_FRAMES);
  return Promise.all(
    frames.map(async (frame) => (await deps.frames.call(frame, 'pulse').catch(nullWhenGone)) ?? REPLACED),
  );
}
