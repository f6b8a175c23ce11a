import type { Browser } from 'playwright-core';
import type { HeldRequest } from '../safety/guard.ts';
import type { LoginSecrets } from '../safety/secrets.ts';
import type { GuardPolicy } from '../safety/policy.ts';
import type { SessionDownloads } from '../types.ts';

/** What a driver of one run's browser is given. */
export interface BrowserDriverOptions {
  /** Connected over CDP to the session; the driver uses its default context. */
  browser: Browser;
  /**
   * The same session's CDP endpoint. The guard and the observer work over a connection of their own, which ends with
   * the driver and not before.
   */
  connectUrl: string;
  downloads: SessionDownloads;
  guard: GuardPolicy;
  redact: (text: string) => string;
  /** The login that the portal may be given. */
  login?: LoginSecrets;
  actionTimeoutMs: number;
  signal: AbortSignal;
  /** Asked before a request that may issue leaves (see `HeldRequest`); the request waits for the answer. */
  onHeldRequest?: (request: HeldRequest) => Promise<'allow' | 'refuse'>;
}
