/**
 * The guard's first two layers over CDP: every request of every target is judged before it leaves, issue-suspect ones
 * are held, and every document and worker gets the Content-Security-Policy.
 */
import type { Protocol } from 'devtools-protocol';
import type { CdpSession } from '../browser/cdp.ts';
import type { Target } from '../browser/targets.ts';
import { contentSecurityPolicy } from './csp.ts';
import { parseUrl, portalScope } from './hosts.ts';
import { judge, type GuardPolicy, type GuardState, type RefusalReason } from './policy.ts';

type Paused = Protocol.Fetch.RequestPausedEvent;

/** A non-GET request to the portal after both the RFC and a ticket value were typed: it may issue. */
export interface HeldRequest {
  method: string;
  url: string;
  host: string;
  path: string;
}

export interface GuardOptions {
  policy: GuardPolicy;
  onHeldRequest?: (request: HeldRequest) => Promise<'allow' | 'refuse'>;
  /** Called with a paused document response before it goes on: the one moment its body can be read for sure. */
  onDocumentResponse(session: CdpSession, response: Paused): Promise<void>;
  onRefused?: (refusal: Refusal) => void;
}

/** One refused request: where it would have gone, without path or query. */
export interface Refusal {
  url: string;
  reason: RefusalReason | 'held_request_refused';
  topLevel: boolean;
}

export interface Guard {
  readonly blocked: readonly Refusal[];
  /** Sends the commands that put a target under guard. To be called while the browser still holds the target. */
  watch(target: Target): Promise<void>;
  /** Tells that a value from this source was typed into the page. */
  noteTyped(source: string): void;
  /** Whether this address may be opened in a tab. */
  mayOpen(url: string): boolean;
}

/** Targets that have no Fetch domain of their own: their requests are paused in the page's session. */
const UNGUARDED_BY_THEMSELVES = new Set(['worker', 'worklet', 'browser_ui', 'auction_worklet', 'webview']);
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Takes away what speaks to the network out of sight of CDP and CSP, and opens closed shadow roots to the observer. */
const IN_EVERY_DOCUMENT = `(() => {
  for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection', 'WebTransport']) delete globalThis[name];
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (init) { return attach.call(this, { ...init, mode: 'open' }); };
})()`;

export function createGuard(options: GuardOptions): Guard {
  const { policy } = options;
  const scopes = [policy.portalUrl, ...(policy.alsoPortals ?? [])].map(portalScope);
  const learnt = new Set<string>();
  const typedSources = new Set<string>();
  const blocked: Refusal[] = [];

  const typed = () => typedSources.size > 0 || policy.valuesTyped();
  const state = (): GuardState => ({
    scopes,
    allowedPrivateHosts: policy.allowedPrivateHosts,
    values: policy.values(),
    typed: typed(),
    learnt,
  });
  const mayIssue = () =>
    typedSources.has('profile.rfc') && [...typedSources].some((source) => source.startsWith('ticket.'));

  const refuse = async (session: CdpSession, event: Paused, refusal: Refusal) => {
    blocked.push(refusal);
    options.onRefused?.(refusal);
    await session.send('Fetch.failRequest', { requestId: event.requestId, errorReason: 'BlockedByClient' });
  };

  const onRequest = async (target: Target, event: Paused) => {
    const topLevel =
      event.resourceType === 'Document' && target.type === 'page' && event.frameId === target.id;
    const { url, method, headers } = event.request;
    const verdict = judge(
      {
        url,
        method,
        resourceType: event.resourceType,
        topLevel,
        serviceWorkerScript: isServiceWorkerScript(headers),
      },
      state(),
    );
    const place = originOf(url);
    if (!verdict.allow)
      return refuse(target.session, event, { url: place, reason: verdict.reason, topLevel });
    if (verdict.learn !== null) learnt.add(verdict.learn);
    if (verdict.portal && options.onHeldRequest !== undefined && mayIssue() && !SAFE_METHODS.has(method)) {
      const answer = await options.onHeldRequest(heldRequest(method, url));
      if (answer === 'refuse') {
        return refuse(target.session, event, { url: place, reason: 'held_request_refused', topLevel });
      }
    }
    await target.session.send('Fetch.continueRequest', {
      requestId: event.requestId,
      // Worker scripts come as Other.
      interceptResponse: event.resourceType === 'Document' || event.resourceType === 'Other',
    });
  };

  const onResponse = async (target: Target, event: Paused) => {
    const code = event.responseStatusCode ?? 0;
    if (event.responseErrorReason !== undefined || (code >= 300 && code < 400)) {
      await target.session.send('Fetch.continueResponse', { requestId: event.requestId });
      return;
    }
    if (event.resourceType === 'Document') await options.onDocumentResponse(target.session, event);
    const value = contentSecurityPolicy(scopes, typed() ? learnt : null);
    await target.session.send('Fetch.continueResponse', {
      requestId: event.requestId,
      responseCode: code,
      responseHeaders: [...(event.responseHeaders ?? []), { name: 'Content-Security-Policy', value }],
    });
  };

  const onPaused = async (target: Target, event: Paused) => {
    const answered = event.responseStatusCode !== undefined || event.responseErrorReason !== undefined;
    try {
      await (answered ? onResponse(target, event) : onRequest(target, event));
    } catch {
      // The target is gone, or the rule itself failed: what cannot be judged does not leave.
      await target.session
        .send('Fetch.failRequest', { requestId: event.requestId, errorReason: 'Aborted' })
        .catch(() => undefined);
    }
  };

  return {
    blocked,
    noteTyped: (source) => void (source !== 'literal' && typedSources.add(source)),
    mayOpen: (url) =>
      judge(
        { url, method: 'GET', resourceType: 'Document', topLevel: true, serviceWorkerScript: false },
        state(),
      ).allow,
    watch: async (target) => {
      if (UNGUARDED_BY_THEMSELVES.has(target.type)) return;
      target.session.on('Fetch.requestPaused', (event) => void onPaused(target, event));
      await Promise.all([
        target.session.send('Fetch.enable', { patterns: [{ urlPattern: '*', requestStage: 'Request' }] }),
        ...(isDocumentTarget(target) ? documentSettings(target.session) : []),
      ]);
    },
  };
}

function isDocumentTarget(target: Target): boolean {
  return target.type === 'page' || target.type === 'iframe';
}

function documentSettings(session: CdpSession): Promise<unknown>[] {
  return [
    session.send('Network.enable', {}),
    session.send('Network.setBypassServiceWorker', { bypass: true }),
    session.send('Page.enable'),
    session.send('Page.addScriptToEvaluateOnNewDocument', {
      source: IN_EVERY_DOCUMENT,
      runImmediately: true,
    }),
  ];
}

function isServiceWorkerScript(headers: Record<string, string>): boolean {
  return Object.keys(headers).some((name) => name.toLowerCase() === 'service-worker');
}

function heldRequest(method: string, address: string): HeldRequest {
  const url = new URL(address);
  return { method, url: address, host: url.host, path: url.pathname };
}

function originOf(address: string): string {
  const url = parseUrl(address);
  if (url === null) return 'unparsable';
  return url.host === '' ? url.protocol : `${url.protocol}//${url.host}`;
}
