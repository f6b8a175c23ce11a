/** What every act works with: one element in one document, real input, and a deadline. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { DocumentGone, type Frames, type PageFunctionName } from '../browser/frames.ts';
import type { PageFunctions } from '../observe/page/main.ts';
import type { ElementAddress } from '../observe/capture.ts';
import type { Point } from '../observe/frame-observation.ts';
import type { ActionResult } from '../types.ts';

export type Failed = Extract<ActionResult, { ok: false }>;
/** What an act found out itself; whether the page changed is told by the caller. */
export type ActOutcome = { ok: true; valueNow?: string } | Failed;

/** The time of one act. Checked before each input, so nothing is sent after the act was given up. */
export interface Deadline {
  readonly at: number;
  left(): number;
  /** Throws `ActTimeout`, or the abort's reason. */
  check(): void;
}

export class ActTimeout extends Error {
  constructor() {
    super('the act took too long');
    this.name = 'ActTimeout';
  }
}

export function createDeadline(ms: number, signal: AbortSignal): Deadline {
  const at = performance.now() + ms;
  return {
    at,
    left: () => Math.max(0, at - performance.now()),
    check: () => {
      signal.throwIfAborted();
      if (performance.now() >= at) throw new ActTimeout();
    },
  };
}

export interface ActContext {
  readonly page: Page;
  readonly frames: Frames;
  readonly address: ElementAddress;
  readonly deadline: Deadline;
  /** Waits until the tab is at rest; `calmMs` without change. */
  settle(calmMs: number): Promise<void>;
}

/** Calls a page function in the document that the element belongs to; throws `DocumentGone` when it is no more. */
export async function inPage<K extends PageFunctionName>(
  act: ActContext,
  name: K,
  ...args: Parameters<PageFunctions[K]>
): Promise<Awaited<ReturnType<PageFunctions[K]>>> {
  act.deadline.check();
  return act.frames.callIn(act.address.frame, act.address.documentId, name, ...args);
}

/** The same, but null when the document has been replaced: the act itself may have made the page go on. */
export async function inPageIfThere<K extends PageFunctionName>(
  act: ActContext,
  name: K,
  ...args: Parameters<PageFunctions[K]>
): Promise<Awaited<ReturnType<PageFunctions[K]>> | null> {
  try {
    return await inPage(act, name, ...args);
  } catch (error) {
    if (error instanceof DocumentGone) return null;
    throw error;
  }
}

export function failed(reason: Failed['reason'], detail: string): Failed {
  return { ok: false, reason, detail };
}

/** Where in the tab's viewport a point of the element's frame lies; the covering words when its frame is covered. */
export async function toTab(act: ActContext, point: Point): Promise<{ ok: true; point: Point } | Failed> {
  let { x, y } = point;
  for (let frame = act.address.frame; frame.parent !== null; frame = frame.parent) {
    const box = await act.frames.box(frame);
    if (!box.visible) return failed('not_actionable', 'its frame is not shown');
    if (box.covered) return failed('covered', 'its frame is covered by something of the page around it');
    x += box.x;
    y += box.y;
  }
  return { ok: true, point: { x, y } };
}

/** Brings element `n` of the act's document into view and tells where to point; typed refusals otherwise. */
export async function pointOf(act: ActContext, n: number): Promise<{ ok: true; point: Point } | Failed> {
  const located = await inPage(act, 'locate', n);
  switch (located.state) {
    case 'gone':
      return failed('stale', 'the element is no longer on the page');
    case 'hidden':
      return failed('not_actionable', 'the element is not shown');
    case 'disabled':
      return failed('disabled', 'the element is disabled');
    case 'covered':
      return failed('covered', `covered by ${located.by}`);
    case 'ready':
      return toTab(act, located.point);
    default:
      return located satisfies never;
  }
}

/** Looks at the place of something that moves are this far apart. */
const STILL_MS = 16;
const MAX_LOOKS = 40;

/** The point of an element that has come to rest. */
async function stillPointOf(act: ActContext, n: number): Promise<{ ok: true; point: Point } | Failed> {
  let before = await pointOf(act, n);
  for (let look = 0; look < MAX_LOOKS && before.ok; look += 1) {
    await delay(STILL_MS);
    const now = await pointOf(act, n);
    if (!now.ok || distance(before.point, now.point) < 1) return now;
    before = now;
  }
  return before;
}

/** One real click on element `n`. Retries once when the page moved it away under the pointer. */
export async function clickElement(act: ActContext, n: number): Promise<ActOutcome> {
  for (let attempt = 0; ; attempt += 1) {
    const found = await stillPointOf(act, n);
    if (!found.ok) return found;
    await act.page.mouse.move(found.point.x, found.point.y);
    // Hovering may open menus or shift things: the point is taken again before the button goes down.
    const still = await pointOf(act, n);
    if (!still.ok) return still;
    if (distance(found.point, still.point) > 2) await act.page.mouse.move(still.point.x, still.point.y);
    await inPage(act, 'expectClick', n);
    act.deadline.check();
    await act.page.mouse.down();
    await act.page.mouse.up();
    const arrived = await inPageIfThere(act, 'clickArrived');
    // Null: no press was seen, because the page went on or kept it to itself. Never pressed again on a guess.
    if (arrived !== false) return { ok: true };
    if (attempt === 1) return failed('covered', 'the click landed on something else');
  }
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
