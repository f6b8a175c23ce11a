import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { translateCommand } from '../cdp/client-commands.ts';
import { MAX_CDP_MESSAGE_BYTES, openChromiumSocket } from '../cdp/connection.ts';
import { pipeSockets } from '../cdp/pipe.ts';
import type { Clock } from '../clock.ts';
import type { Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import { type LiveTokens, sameSecret } from './live-tokens.ts';
import { ERROR_TITLES, type ErrorStatus } from './reply.ts';
import { requestUrl } from './request-url.ts';

export type SocketDeps = {
  readonly sessions: Sessions;
  readonly liveTokens: LiveTokens;
  readonly apiKey: string;
  readonly clock: Clock;
};

export type Sockets = {
  /** Serves a request to become a WebSocket, or refuses it with an HTTP error. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => Promise<void>;
  /** Cuts every connection that is still there. */
  readonly close: () => void;
};

/** What an address asks for, if its token is right. */
type Admission =
  | { readonly kind: 'refused'; readonly status: ErrorStatus }
  | { readonly kind: 'client'; readonly session: Session }
  | { readonly kind: 'viewer'; readonly session: Session; readonly targetId: string };

const refused = (status: ErrorStatus): Admission => ({ kind: 'refused', status });

const admitClient = (url: URL, { sessions, apiKey }: SocketDeps): Admission => {
  const session = sessions.get(url.searchParams.get('sessionId') ?? '');
  if (session === undefined) return refused(404);
  const isAllowed =
    sameSecret(url.searchParams.get('signingKey') ?? '', session.signingKey) ||
    sameSecret(url.searchParams.get('apiKey') ?? '', apiKey);
  return isAllowed ? { kind: 'client', session } : refused(401);
};

const admitViewer = (url: URL, { sessions, liveTokens, clock }: SocketDeps): Admission => {
  const [, sessionId = '', targetId = ''] =
    /^\/debug\/([^/]+)\/devtools\/page\/([0-9A-F]+)$/.exec(url.pathname) ?? [];
  const session = sessions.get(sessionId);
  if (session === undefined) return refused(404);
  const isAllowed = liveTokens.accepts(url.searchParams.get('token') ?? '', sessionId, clock.now());
  return isAllowed ? { kind: 'viewer', session, targetId } : refused(401);
};

const admit = (url: URL | undefined, deps: SocketDeps): Admission => {
  if (url === undefined) return refused(400);
  const admission = url.pathname.startsWith('/debug/') ? admitViewer(url, deps) : admitClient(url, deps);
  if (admission.kind === 'refused') return admission;
  return admission.session.browser() === undefined ? refused(410) : admission;
};

const refuse = (socket: Duplex, status: ErrorStatus): void => {
  socket.end(`HTTP/1.1 ${status} ${ERROR_TITLES[status]}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
};

const pageUrl = (browserUrl: string, targetId: string): string =>
  new URL(`/devtools/page/${targetId}`, browserUrl).toString();

/** Opens the way to Chromium; undefined when it is gone, or has no such page. */
const openUpstream = async (
  admission: Exclude<Admission, { kind: 'refused' }>,
): Promise<WebSocket | undefined> => {
  const browser = admission.session.browser();
  if (browser === undefined) return undefined;
  try {
    if (admission.kind === 'viewer')
      return await openChromiumSocket(pageUrl(browser.url, admission.targetId));
    await browser.keeper.prepareForClient(admission.session.hasClients());
    return await openChromiumSocket(browser.url);
  } catch {
    return undefined;
  }
};

/** Joins who was let in to Chromium, for as long as both are there. */
const join = (
  client: WebSocket,
  upstream: WebSocket,
  admission: Exclude<Admission, { kind: 'refused' }>,
): void => {
  const { session } = admission;
  session.attach(client, admission.kind);
  if (admission.kind === 'client') {
    upstream.once('close', () => {
      // Chromium may be gone, and with it the settings; then there is nothing to restore.
      void session
        .browser()
        ?.keeper.restoreSettings()
        .catch(() => undefined);
    });
  }
  if (admission.kind === 'viewer') {
    // Chromium tells of a dialog once, when it opens; whoever comes later would see a page that does not answer.
    const dialog = session.browser()?.keeper.dialogOf(admission.targetId);
    if (dialog !== undefined)
      client.send(JSON.stringify({ method: 'Page.javascriptDialogOpening', params: dialog }));
  }
  pipeSockets(client, upstream, (text) => {
    const { command, text: translated } = translateCommand(text, session.folders);
    if (admission.kind === 'client') {
      if (command !== undefined) session.commandLog.note(command);
    } else if (command?.method === 'Page.handleJavaScriptDialog') {
      // Chromium hears the answer only from who was there when the dialog opened: the guard, if there is one.
      if (session.browser()?.keeper.answerDialog(admission.targetId, command.params) === true)
        return undefined;
    }
    return translated;
  });
};

/** The two WebSockets of a session: `/connect`, the whole browser for its client, and `/debug/…`, one page for a live view. */
export const createSockets = (deps: SocketDeps): Sockets => {
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_CDP_MESSAGE_BYTES,
  });

  return {
    upgrade: async (request, socket, head) => {
      socket.on('error', () => socket.destroy());
      const admission = admit(requestUrl(request), deps);
      if (admission.kind === 'refused') {
        refuse(socket, admission.status);
        return;
      }
      const upstream = await openUpstream(admission);
      if (upstream === undefined) {
        refuse(socket, 502);
        return;
      }
      if (socket.destroyed) {
        upstream.close();
        return;
      }
      // Also when the handshake comes to nothing, for which there is no other sign.
      socket.once('close', () => upstream.close());
      server.handleUpgrade(request, socket, head, (client) => {
        join(client, upstream, admission);
      });
    },
    close: () => {
      for (const client of server.clients) client.terminate();
    },
  };
};
