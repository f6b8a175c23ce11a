/**
 * The guard's first two layers over CDP: every request of every target is judged before it leaves, issue-suspect ones
 * are held, and every document and worker gets the Content-Security-Policy.
 */
import type { Protocol } from 'devtools-protocol';
import type { CdpSession } from '../browser/cdp.ts';
import type { Target } from '../browser/targets.ts';
import { contentSecurityPolicy } from './csp.ts';
import { parseUrl, portalScope, type PortalScope } from './hosts.ts';
import { judge, type GuardPolicy, type GuardState, type RefusalReason, type RequestFacts } from './policy.ts';

type Paused = Protocol.Fetch.RequestPausedEvent;

/** A non-GET request to the portal. */
export interface HeldRequest {
  /** Both the RFC and a ticket value were given before, or an account that knows its RFC was opened: it may issue by itself. */
  mayIssue: boolean;
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
}

/** One refused request: where it would have gone, without path or query. */
export interface Refusal {
  url: string;
  reason: RefusalReason | 'held_request_refused';
  topLevel: boolean;
}

export interface Guard {
  readonly blocked: readonly Refusal[];
  /** `host:port` of third parties that were called before the first value was typed. */
  readonly learnt: readonly string[];
  /** What every document gets as its policy from here on. */
  contentPolicy(): string;
  /**
   * Puts the whole browser under guard: every request of every target there is and will be, from its first on.
   * `isPage` tells whether a frame is the main one of a tab.
   */
  start(browser: CdpSession, isPage: (frameId: string) => boolean): Promise<void>;
  /** Sends a page's or frame's own settings. To be called while the browser still holds the target. */
  watch(target: Target): Promise<void>;
  /** Tells that a value from this source is about to be typed or chosen in the page. */
  noteTyped(source: string): void;
  /** Whether this address may be opened in a tab. */
  mayOpen(url: string): boolean;
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Takes away what speaks to the network out of sight of CDP and CSP, and opens closed shadow roots to the observer. */
const IN_EVERY_DOCUMENT = `(() => {
  for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection', 'WebTransport']) delete globalThis[name];
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (init) { return attach.call(this, { ...init, mode: 'open' }); };
})()`;

export function createGuard(options: GuardOptions): Guard {
  const knowledge = createKnowledge(options.policy);
  const blocked: Refusal[] = [];
  const known = { isPage: (_frameId: string) => false };

  const onPaused = async (browser: CdpSession, event: Paused) => {
    try {
      if (isResponse(event)) await answerResponse(browser, event, knowledge.contentPolicy(), options);
      else await answerRequest(browser, event, factsOf(event, known.isPage), context);
    } catch {
      // The request is gone, or judging failed: what cannot be judged does not leave.
      const { requestId } = event;
      await browser.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' }).catch(() => undefined);
    }
  };
  const context: Judging = {
    knowledge,
    onHeldRequest: options.onHeldRequest ?? null,
    refused: (refusal) => blocked.push(refusal),
  };

  return {
    blocked,
    get learnt() {
      return [...knowledge.state().learnt];
    },
    contentPolicy: knowledge.contentPolicy,
    noteTyped: knowledge.noteTyped,
    mayOpen: (url) => {
      const navigation = { method: 'GET', resourceType: 'Document', topLevel: true };
      const facts = { ...navigation, url, serviceWorkerScript: false, referrer: '' };
      return judge(facts, knowledge.state()).allow;
    },
    start: async (browser, isPage) => {
      known.isPage = isPage;
      browser.on('Fetch.requestPaused', (event) => void onPaused(browser, event));
      // On the browser, not on each target: a new tab's first navigation may begin before its own session could
      // forbid it anything (another client of the session lets it run).
      await browser.send('Fetch.enable', { patterns: [{ urlPattern: '*', requestStage: 'Request' }] });
    },
    watch: async (target) => {
      if (target.type === 'page' || target.type === 'iframe') await settings(target.session);
    },
  };
}

interface Judging {
  knowledge: Knowledge;
  onHeldRequest: ((request: HeldRequest) => Promise<'allow' | 'refuse'>) | null;
  refused(refusal: Refusal): void;
}

interface Knowledge {
  state(): GuardState;
  learn(place: string): void;
  noteTyped(source: string): void;
  /** From here on a request that changes something at the portal may issue an invoice. */
  mayIssue(): boolean;
  contentPolicy(): string;
}

/** What the guard learns while the run goes on: third parties called early, and what was typed. */
function createKnowledge(policy: GuardPolicy): Knowledge {
  const scopes: readonly PortalScope[] = [policy.portalUrl, ...(policy.alsoPortals ?? [])].map(portalScope);
  const learnt = new Set(policy.learnt);
  const sources = new Set<string>();
  const typed = () => sources.size > 0 || policy.valuesTyped();
  return {
    state: () => ({
      scopes,
      allowedPrivateHosts: policy.allowedPrivateHosts,
      onlyHosts: policy.onlyHosts ?? null,
      values: policy.values(),
      typed: typed(),
      learnt,
    }),
    learn: (place) => void learnt.add(place),
    noteTyped: (source) => {
      if (source !== 'literal') sources.add(source);
    },
    // What an earlier run or a person typed in this session is not known one by one.
    mayIssue: () => {
      const given = (prefix: string) => Array.from(sources).some((source) => source.startsWith(prefix));
      const receptor = sources.has('profile.rfc') || given('credential.');
      return policy.valuesTyped() || (receptor && given('ticket.'));
    },
    contentPolicy: () => contentSecurityPolicy(scopes, typed() ? learnt : null),
  };
}

async function answerRequest(
  browser: CdpSession,
  { requestId, request }: Paused,
  facts: RequestFacts,
  { knowledge, onHeldRequest, refused }: Judging,
): Promise<void> {
  const isDocument = facts.resourceType === 'Document';
  const refuse = async (reason: Refusal['reason']) => {
    refused({ url: originOf(facts.url), reason, topLevel: facts.topLevel });
    // An aborted navigation leaves the page as it is; a blocked one would put the browser's error page in its place.
    const errorReason = isDocument ? 'Aborted' : 'BlockedByClient';
    await browser.send('Fetch.failRequest', { requestId, errorReason });
  };
  const verdict = judge(facts, knowledge.state());
  if (!verdict.allow) return refuse(verdict.reason);
  if (verdict.learn !== null) knowledge.learn(verdict.learn);
  if (verdict.portal && !SAFE_METHODS.has(facts.method) && onHeldRequest !== null) {
    const held = heldRequest(facts, knowledge.mayIssue());
    if ((await onHeldRequest(held)) === 'refuse') return refuse('held_request_refused');
  }
  // Worker scripts come as Other.
  const interceptResponse = isDocument || facts.resourceType === 'Other';
  const changes = verdict.portal ? { headers: onOwnConnection(request.headers) } : {};
  await browser.send('Fetch.continueRequest', { requestId, interceptResponse, ...changes });
}

/**
 * Documents and worker scripts are given to the browser anew, with the policy among their headers: Chromium reads
 * policies before `continueResponse` can add one, and would not enforce it.
 */
async function answerResponse(
  session: CdpSession,
  event: Paused,
  contentPolicy: string,
  { onDocumentResponse }: Pick<GuardOptions, 'onDocumentResponse'>,
): Promise<void> {
  const { requestId, responseStatusCode = 0, responseHeaders = [] } = event;
  const bodiless = responseStatusCode < 200 || responseStatusCode === 204 || isRedirect(responseStatusCode);
  if (event.responseErrorReason !== undefined || bodiless) {
    await session.send('Fetch.continueResponse', { requestId });
    return;
  }
  if (event.resourceType === 'Document') await onDocumentResponse(session, event);
  if (!runsScripts(event)) {
    await session.send('Fetch.continueResponse', { requestId });
    return;
  }
  const { body, base64Encoded } = await session.send('Fetch.getResponseBody', { requestId });
  await session.send('Fetch.fulfillRequest', {
    requestId,
    responseCode: responseStatusCode,
    responseHeaders: [
      // The body comes decoded.
      ...responseHeaders.filter(({ name }) => !/^content-(encoding|length)$/i.test(name)),
      { name: 'Content-Security-Policy', value: contentPolicy },
    ],
    body: base64Encoded ? body : Buffer.from(body).toString('base64'),
  });
}

function isRedirect(status: number): boolean {
  return status >= 300 && status < 400;
}

/** Pages of any markup, and what workers are made of; not files to download, pictures, or what a viewer shows. */
function runsScripts({ resourceType, responseHeaders = [] }: Paused): boolean {
  const headers = Object.fromEntries(responseHeaders.map(({ name, value }) => [name, value]));
  if (/^\s*attachment/i.test(header(headers, 'content-disposition'))) return false;
  const type = header(headers, 'content-type');
  if (resourceType === 'Document') return type === '' || /html|xml|text\/plain/i.test(type);
  return /script|json|text\/plain/i.test(type);
}

/**
 * Chromium sends a request again, a POST too, and out of sight of the guard, when a connection that was used before
 * dies without an answer. So that no invoice is asked for twice, no connection to the portal is used twice. (HTTP/2
 * has no such header and no such rule: there a server says what it did not touch.) What this cannot help: a full
 * Chromium, unlike a headless shell, opens up to two connections in advance when a navigation begins, and counts them
 * as used.
 */
function onOwnConnection(headers: Record<string, string>): Protocol.Fetch.HeaderEntry[] {
  const kept = Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'connection');
  return [...kept.map(([name, value]) => ({ name, value })), { name: 'Connection', value: 'close' }];
}

function isResponse(event: Paused): boolean {
  return event.responseStatusCode !== undefined || event.responseErrorReason !== undefined;
}

function factsOf(
  { request, resourceType, frameId }: Paused,
  isPage: (frameId: string) => boolean,
): RequestFacts {
  return {
    url: request.url,
    method: request.method,
    resourceType,
    topLevel: resourceType === 'Document' && isPage(frameId),
    serviceWorkerScript: header(request.headers, 'service-worker') !== '',
    referrer: header(request.headers, 'referer'),
  };
}

function header(headers: Record<string, string>, wanted: string): string {
  return Object.entries(headers).find(([name]) => name.toLowerCase() === wanted)?.[1] ?? '';
}

async function settings(session: CdpSession): Promise<void> {
  await Promise.all([
    session.send('Network.enable', {}),
    session.send('Network.setBypassServiceWorker', { bypass: true }),
    session.send('Page.enable'),
    // Pauses nothing, but makes documents that were loaded before the guard came send their requests by its way.
    session.send('Fetch.enable', { patterns: [{ urlPattern: 'http://nothing.invalid/*' }] }),
    session.send('Page.addScriptToEvaluateOnNewDocument', {
      source: IN_EVERY_DOCUMENT,
      runImmediately: true,
    }),
  ]);
}

function heldRequest({ method, url }: RequestFacts, mayIssue: boolean): HeldRequest {
  const { host, pathname } = new URL(url);
  return { mayIssue, method, url, host, path: pathname };
}

function originOf(address: string): string {
  const url = parseUrl(address);
  if (url === null) return 'unparsable';
  return url.host === '' ? url.protocol : `${url.protocol}//${url.host}`;
}
