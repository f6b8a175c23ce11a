/** What the loop needs from the browser. Owned here; `createBrowserDriver` fulfils it. */
import type { Action, ActionResult, CapturedDocument, Snapshot } from '../types.ts';

export interface AgentBrowser {
  open(url: string): Promise<
    | { ok: true; httpStatus: number | null }
    | {
        ok: false;
        reason: 'portal_down' | 'network_error' | 'navigation_blocked' | 'timeout';
        detail: string;
      }
  >;
  /** Waits for quiet first. */
  snapshot(): Promise<Snapshot>;
  /** `sendWithinMs`: nothing may be sent to the page after it; the act then fails with `timeout`. */
  perform(action: Action, limit?: { sendWithinMs: number }): Promise<ActionResult>;
  /** All documents of the run so far, each once. */
  documents(): Promise<CapturedDocument[]>;
  waitForChange(maxMs: number): Promise<boolean>;
  screenshot(): Promise<Uint8Array | null>;
}

/** Monotonic milliseconds. */
export interface Clock {
  now(): number;
}

/** A request to a portal host that the network guard holds. `path` may carry a query. */
export interface HeldRequest {
  method: string;
  url: string;
  host: string;
  path: string;
}
