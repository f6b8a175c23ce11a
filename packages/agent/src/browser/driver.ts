/** The browser as the agent's loop sees it: open, look, act, collect. One driver per run and session. */
import type { Action, ActTerms, ActionResult, CapturedDocument, Snapshot } from '../types.ts';
import { leftBehindRules, type LeftBehindRules } from '../safety/left-behind.ts';
import type { CaptchaPicture } from './captcha-picture.ts';
import { createHands, unlessAborted } from './hands.ts';
import { openPage, type OpenResult } from './open.ts';
import type { BrowserDriverOptions } from './options.ts';
import { maskedScreenshot } from './screenshot.ts';
import { createStage } from './stage.ts';

export type { OpenResult } from './open.ts';

/** Works one browser session. Not for concurrent calls: one act after the other. */
export interface BrowserDriver {
  /** Opens a page of the portal in the active tab. */
  open(url: string): Promise<OpenResult>;
  /** Looks, once the page is at rest (at most the action timeout). */
  snapshot(): Promise<Snapshot>;
  /**
   * Real, trusted input; waits for quiet; verifies the effect. Rejects only when aborted or the browser is lost.
   */
  perform(action: Action, terms?: ActTerms): Promise<ActionResult>;
  /** Everything captured so far; asks the provider first where a download has not come by itself. */
  documents(): Promise<CapturedDocument[]>;
  /** Waits for any sign of change, for slow answers; then for quiet. False when none came in `maxMs`. */
  waitForChange(maxMs: number): Promise<boolean>;
  /** JPEG of the active tab with its fields masked; null when the page does not allow one now. */
  screenshot(): Promise<Uint8Array | null>;
  /** The picture beside a CAPTCHA's field of the newest snapshot, and nothing else of the page; null where there is none. */
  captchaPicture(fieldId: string): Promise<CaptchaPicture | null>;
  /** The guard's rules for whoever keeps the session while no run works in it. */
  leftBehindRules(): LeftBehindRules;
  /** `host:port` of third parties that were called before the first value was typed. */
  readonly learnt: readonly string[];
  /** Refusals of the guard so far: scheme and host, never path, query or values. */
  readonly blocked: readonly { url: string; reason: string }[];
  /** Detaches: the guard ends with it, the session lives on. */
  close(): Promise<void>;
}

export async function createBrowserDriver(options: BrowserDriverOptions): Promise<BrowserDriver> {
  const stage = await createStage(options);
  const hands = createHands(stage, options);
  return {
    open: (url) => unlessAborted(openPage(stage, url, options), options.signal),
    snapshot: () => hands.snapshot(),
    perform: async (action, terms) => {
      const result = await hands.perform(action, terms);
      return result.ok ? result : { ...result, detail: options.redact(result.detail) };
    },
    documents: () => hands.documents(),
    waitForChange: (maxMs) => hands.waitForChange(maxMs),
    screenshot: async () => maskedScreenshot((await stage.tabs.active()).page),
    captchaPicture: (fieldId) => hands.captchaPicture(fieldId),
    leftBehindRules: () => leftBehindRules(options.guard, stage.guard.learnt, stage.guard.contentPolicy()),
    get learnt() {
      return stage.guard.learnt;
    },
    get blocked() {
      return stage.guard.blocked;
    },
    close: () => stage.close(),
  };
}
