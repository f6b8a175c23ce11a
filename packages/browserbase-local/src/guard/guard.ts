/**
 * Watches over a browser while no client does: every request of every target is judged before it leaves, documents get a
 * policy that refuses what CDP does not see, and what left for the portal is counted. Holds a CDP connection of its own,
 * and is in force exactly as long as that.
 */
import { type CdpConnection, connectCdp } from '../cdp/connection.ts';
import { type PendingDialog, createDialogs } from './dialogs.ts';
import { answerResponse } from './responses.ts';
import { type GuardRules, judge } from './rules.ts';

/** What left for the portal's hosts by another method than GET, HEAD and OPTIONS, or over a WebSocket. */
export type GuardCounts = {
  /** ISO 8601. */
  readonly since: string;
  readonly requests: number;
  /** By `host:port`, or `host` where the port is the scheme's; WebSocket messages are under `websocket`. */
  readonly byHost: Readonly<Record<string, number>>;
};

export type Guard = {
  readonly counts: () => GuardCounts;
  /** The native dialog that a page waits on. */
  readonly dialogOf: (targetId: string) => PendingDialog | undefined;
  /** Answers it (`Page.handleJavaScriptDialog`); false where none is known. */
  readonly answerDialog: (targetId: string, answer: Readonly<Record<string, unknown>>) => boolean;
  /** Closes every dialog without agreeing to anything: one that is open would hang the next client. */
  readonly closeDialogs: () => Promise<void>;
  /** Lets go. */
  readonly close: () => void;
};

type Params = Record<string, unknown>;

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** What speaks to the network out of sight of CDP and CSP is taken away. */
const IN_EVERY_DOCUMENT = `for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection', 'WebTransport']) delete globalThis[name];`;

/** Resolves once the guard is in force in every target that there is. `now`: for the counts. */
export const startGuard = async (browserUrl: string, rules: GuardRules, now: number): Promise<Guard> => {
  const connection = await connectCdp(browserUrl);
  const byHost: Record<string, number> = {};
  const count = (host: string): void => {
    byHost[host] = (byHost[host] ?? 0) + 1;
  };
  const dialogs = createDialogs(connection);
  connection.on('Network.webSocketFrameSent', () => count('websocket'));
  connection.on('Fetch.requestPaused', (event) => void answer(connection, event, rules, count));
  try {
    // On the browser and not on each target: so a new tab's first request is seen too.
    await connection.send('Fetch.enable', { patterns: [{ urlPattern: '*', requestStage: 'Request' }] });
    await followTargets(connection, dialogs.watch);
  } catch (error) {
    connection.close();
    throw error;
  }
  return {
    counts: () => ({
      since: new Date(now).toISOString(),
      requests: Object.values(byHost).reduce((sum, requests) => sum + requests, 0),
      byHost: { ...byHost },
    }),
    dialogOf: dialogs.of,
    answerDialog: dialogs.answer,
    closeDialogs: dialogs.closeAll,
    close: () => connection.close(),
  };
};

const answer = async (
  connection: CdpConnection,
  event: Params,
  rules: GuardRules,
  count: (host: string) => void,
): Promise<void> => {
  const { requestId } = event;
  try {
    const isResponse =
      event['responseStatusCode'] !== undefined || event['responseErrorReason'] !== undefined;
    if (isResponse) await answerResponse(connection, event, rules.contentSecurityPolicy);
    else await answerRequest(connection, event, rules, count);
  } catch {
    // Gone by itself, or not to be judged: then it does not leave.
    await connection.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' }).catch(() => ({}));
  }
};

const answerRequest = async (
  connection: CdpConnection,
  event: Params,
  rules: GuardRules,
  count: (host: string) => void,
): Promise<void> => {
  const { requestId } = event;
  const { url, method, headers } = event['request'] as {
    url: string;
    method: string;
    headers: Record<string, string>;
  };
  const resourceType = String(event['resourceType']);
  const named = (wanted: string): string =>
    Object.entries(headers).find(([name]) => name.toLowerCase() === wanted)?.[1] ?? '';
  const request = { url, method, resourceType, referrer: named('referer') };
  const verdict = judge({ ...request, serviceWorker: named('service-worker') !== '' }, rules);
  if (verdict === 'refused') {
    // An aborted navigation leaves the page as it is; a blocked one puts an error page in its place.
    const errorReason = resourceType === 'Document' ? 'Aborted' : 'BlockedByClient';
    await connection.send('Fetch.failRequest', { requestId, errorReason });
    return;
  }
  // Before it leaves: one too many costs a question, one too few a second invoice.
  if (verdict === 'portal' && !SAFE_METHODS.has(method)) count(new URL(url).host);
  const runsScripts = resourceType === 'Document' || resourceType === 'Other';
  await connection.send('Fetch.continueRequest', {
    requestId,
    ...(rules.contentSecurityPolicy !== null && { interceptResponse: runsScripts }),
    ...(verdict === 'portal' && { headers: onOwnConnection(headers) }),
  });
};

/** Chromium sends a request again, unseen, when a connection that was used before dies without an answer: none is. */
const onOwnConnection = (headers: Record<string, string>): { name: string; value: string }[] => [
  ...Object.entries(headers)
    .filter(([name]) => name.toLowerCase() !== 'connection')
    .map(([name, value]) => ({ name, value })),
  { name: 'Connection', value: 'close' },
];

const AUTO_ATTACH = { autoAttach: true, waitForDebuggerOnStart: true, flatten: true };

/** Attaches to every target there is and to each new one. Resolves when those there are have been prepared. */
const followTargets = async (
  connection: CdpConnection,
  watch: (targetId: string, sessionId: string) => void,
): Promise<void> => {
  const preparing = new Set<Promise<void>>();
  connection.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
    const { targetId, type } = targetInfo as { targetId: string; type: string };
    const session = String(sessionId);
    if (type === 'page') watch(targetId, session);
    const ready = prepare(connection, session, type).catch(async () => {
      // What cannot be prepared may not run.
      await connection.send('Target.closeTarget', { targetId }).catch(() => ({}));
    });
    preparing.add(ready);
    void ready.finally(() => preparing.delete(ready));
  });
  await connection.send('Target.setAutoAttach', {
    ...AUTO_ATTACH,
    filter: [{ type: 'browser', exclude: true }, { type: 'tab', exclude: true }, {}],
  });
  while (preparing.size > 0) await Promise.all(preparing);
};

const prepare = async (connection: CdpConnection, session: string, type: string): Promise<void> => {
  const send = (method: string, params: Params = {}) => connection.send(method, params, session);
  // Answered in order, so all of them are in force before the target runs.
  const settings = type === 'page' || type === 'iframe' ? documentSettings(send) : [];
  const children = send('Target.setAutoAttach', AUTO_ATTACH);
  const running = send('Runtime.runIfWaitingForDebugger');
  await Promise.all([...settings, children, running]);
};

const documentSettings = (
  send: (method: string, params?: Params) => Promise<unknown>,
): Promise<unknown>[] => [
  send('Network.enable'),
  send('Network.setBypassServiceWorker', { bypass: true }),
  send('Page.enable'),
  // Pauses nothing, but makes documents that were there before send their requests by this guard's way.
  send('Fetch.enable', { patterns: [{ urlPattern: 'http://nothing.invalid/*' }] }),
  send('Page.addScriptToEvaluateOnNewDocument', { source: IN_EVERY_DOCUMENT, runImmediately: true }),
];
