/** Opening a portal, and what its silence means. */
import type { BrowserDriverOptions } from './options.ts';
import { waitForQuiet } from './quiet.ts';
import type { Stage } from './stage.ts';

export type OpenResult =
  | { ok: true; httpStatus: number | null }
  | { ok: false; reason: 'portal_down' | 'network_error' | 'navigation_blocked' | 'timeout'; detail: string };

/** A first page may take longer than an act. */
const OPEN_FACTOR = 3;
/** Faults of our own way out, rather than of the portal. */
const OUR_NETWORK =
  /ERR_(INTERNET_DISCONNECTED|PROXY_\w+|TUNNEL_\w+|NETWORK_CHANGED|NETWORK_ACCESS_DENIED|NO_SUPPORTED_PROXIES)/;

export async function openPage(
  stage: Stage,
  url: string,
  options: Pick<BrowserDriverOptions, 'actionTimeoutMs' | 'redact' | 'signal'>,
): Promise<OpenResult> {
  options.signal.throwIfAborted();
  if (!stage.guard.mayOpen(url)) {
    return { ok: false, reason: 'navigation_blocked', detail: 'the address is not one of the portal' };
  }
  const tab = await stage.tabs.active();
  const refusals = stage.guard.blocked.length;
  const downloads = stage.downloads.begun;
  const timeout = options.actionTimeoutMs * OPEN_FACTOR;
  const until = performance.now() + timeout;
  try {
    const answer = await tab.page.goto(url, { waitUntil: 'commit', timeout });
    await waitForQuiet(stage, tab.target, { calmMs: 100, until });
    return { ok: true, httpStatus: answer?.status() ?? null };
  } catch (error) {
    options.signal.throwIfAborted();
    const text = error instanceof Error ? error.message : '';
    const code = /net::(\w+)/.exec(text)?.[1] ?? '';
    if (stage.guard.blocked.slice(refusals).some((refusal) => refusal.topLevel)) {
      return { ok: false, reason: 'navigation_blocked', detail: 'the portal led away from its own hosts' };
    }
    // The address is a file: it is being captured, and there is no page to show.
    if (stage.downloads.begun > downloads) return { ok: true, httpStatus: null };
    if (/Timeout/i.test(text))
      return { ok: false, reason: 'timeout', detail: 'the portal did not answer in time' };
    if (code === '') throw error;
    return {
      ok: false,
      reason: OUR_NETWORK.test(code) ? 'network_error' : 'portal_down',
      detail: options.redact(code),
    };
  }
}
