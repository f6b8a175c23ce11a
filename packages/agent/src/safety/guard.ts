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
  /** Tells that a value from this source is about to be typed into the page. */
  noteTyped(source: string): void;
  /** Whether this address may be opened in a tab. */
  mayOpen(url: string): boolean;
}

/** Targets without a Fetch domain: the requests of dedicated workers are paused in their page's session. */
const NO_FETCH = new Set(['worker', 'worklet', 'auction_worklet', 'browser_ui']);
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
  const answer = (target: Target, event: Paused) =>
    isResponse(event)
      ? answerResponse(target.session, event, knowledge.contentPolicy(), options)
      : answerRequest(target, event, knowledge, options, (refusal) => blocked.push(refusal));

  const onPaused = async (target: Target, event: Paused) => {
    try {
      await answer(target, event);
    } catch {
      // The target is gone, or judging failed: what cannot be judged does not leave.
      await target.session
        .send('Fetch.failRequest', { requestId: event.requestId, errorReason: 'Aborted' })
        .catch(() => undefined);
    }
  };

  return {
    blocked,
    noteTyped: knowledge.noteTyped,
    mayOpen: (url) => {
      const navigation = { method: 'GET', resourceType: 'Document', topLevel: true };
      const facts = { ...navigation, url, serviceWorkerScript: false, referrer: '' };
      return judge(facts, knowledge.state()).allow;
    },
    watch: async (target) => {
      if (NO_FETCH.has(target.type)) return;
      target.session.on('Fetch.requestPaused', (event) => void onPaused(target, event));
      await Promise.all([
        target.session.send('Fetch.enable', { patterns: [{ urlPattern: '*', requestStage: 'Request' }] }),
        ...(target.type === 'page' || target.type === 'iframe' ? documentSettings(target.session) : []),
      ]);
    },
  };
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
  const learnt = new Set<string>();
  const sources = new Set<string>();
  const typed = () => sources.size > 0 || policy.valuesTyped();
  return {
    state: () => ({
      scopes,
      allowedPrivateHosts: policy.allowedPrivateHosts,
      values: policy.values(),
      typed: typed(),
      learnt,
    }),
    learn: (place) => void learnt.add(place),
    noteTyped: (source) => {
      if (source !== 'literal') sources.add(source);
    },
    mayIssue: () =>
      sources.has('profile.rfc') && Array.from(sources).some((source) => source.startsWith('ticket.')),
    contentPolicy: () => contentSecurityPolicy(scopes, typed() ? learnt : null),
  };
}

async function answerRequest(
  target: Target,
  event: Paused,
  knowledge: Knowledge,
  { onHeldRequest }: Pick<GuardOptions, 'onHeldRequest'>,
  refused: (refusal: Refusal) => void,
): Promise<void> {
  const { session } = target;
  const { requestId, resourceType } = event;
  const facts = factsOf(target, event);
  const refuse = async (reason: Refusal['reason']) => {
    refused({ url: originOf(facts.url), reason, topLevel: facts.topLevel });
    // An aborted navigation leaves the page as it is; a blocked one would put the browser's error page in its place.
    const errorReason = resourceType === 'Document' ? 'Aborted' : 'BlockedByClient';
    await session.send('Fetch.failRequest', { requestId, errorReason });
  };
  const verdict = judge(facts, knowledge.state());
  if (!verdict.allow) return refuse(verdict.reason);
  if (verdict.learn !== null) knowledge.learn(verdict.learn);
  const suspect = verdict.portal && knowledge.mayIssue() && !SAFE_METHODS.has(facts.method);
  if (suspect && onHeldRequest !== undefined && (await onHeldRequest(heldRequest(facts))) === 'refuse') {
    return refuse('held_request_refused');
  }
  // Worker scripts come as Other.
  const interceptResponse = resourceType === 'Document' || resourceType === 'Other';
  await session.send('Fetch.continueRequest', { requestId, interceptResponse });
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

function isResponse(event: Paused): boolean {
  return event.responseStatusCode !== undefined || event.responseErrorReason !== undefined;
}

function factsOf(target: Target, { request, resourceType, frameId }: Paused): RequestFacts {
  return {
    url: request.url,
    method: request.method,
    resourceType,
    topLevel: resourceType === 'Document' && target.type === 'page' && frameId === target.id,
    serviceWorkerScript: header(request.headers, 'service-worker') !== '',
    referrer: header(request.headers, 'referer'),
  };
}

function header(headers: Record<string, string>, wanted: string): string {
  return Object.entries(headers).find(([name]) => name.toLowerCase() === wanted)?.[1] ?? '';
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

function heldRequest({ method, url }: RequestFacts): HeldRequest {
  const { host, pathname } = new URL(url);
  return { method, url, host, path: pathname };
}

function originOf(address: string): string {
  const url = parseUrl(address);
  if (url === null) return 'unparsable';
  return url.host === '' ? url.protocol : `${url.protocol}//${url.host}`;
}
