/** What the loop needs from the browser. Owned here; `createBrowserDriver` fulfils it. */
import type { Action, ActTerms, ActionResult, CapturedDocument, Snapshot } from '../types.ts';

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
  perform(action: Action, terms?: ActTerms): Promise<ActionResult>;
  /** All documents of the run so far, each once. */
  documents(): Promise<CapturedDocument[]>;
  waitForChange(maxMs: number): Promise<boolean>;
  screenshot(): Promise<Uint8Array | null>;
  /** PNG of the picture beside a CAPTCHA's field, and its name: equal for the same picture only. Null where there is none. */
  captchaPicture(fieldId: string): Promise<{ png: Uint8Array; name: string } | null>;
  /** `host:port` of third parties that were called before the first value was typed. */
  readonly learnt: readonly string[];
}

/** Monotonic milliseconds. */
export interface Clock {
  now(): number;
}

/** A request to a portal host that the network guard holds. `path` may carry a query. */
export interface HeldRequest {
  /** Receptor and ticket are known to the page: it may issue. The others are told for what they mean under a mark. */
  mayIssue: boolean;
  method: string;
  url: string;
  host: string;
  path: string;
}
