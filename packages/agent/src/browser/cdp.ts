/**
 * A flat-mode Chrome DevTools Protocol connection of our own, beside Playwright's. It exists because the guard must
 * hold every new target (pop-up, frame, worker) before its first request, which Playwright's sessions cannot do.
 */
import { WebSocket } from 'ws';
import type { ProtocolMapping } from 'devtools-protocol/types/protocol-mapping.js';

type Commands = ProtocolMapping.Commands;
type Events = ProtocolMapping.Events;
type Params<M extends keyof Commands> = Commands[M]['paramsType'];
type Listener = (params: unknown) => void;

/** One attached target, or the browser itself. */
export interface CdpSession {
  /** Protocol id; '' for the browser. */
  readonly id: string;
  /** Rejects with `CdpError` when the browser refuses, or when the session is gone. */
  send<M extends keyof Commands>(method: M, ...params: Params<M>): Promise<Commands[M]['returnType']>;
  /** Returns the function that ends the subscription. */
  on<E extends keyof Events>(event: E, listener: (params: Events[E][0]) => void): () => void;
}

export interface CdpConnection {
  readonly browser: CdpSession;
  /** The session with this id; made on first use. */
  session(id: string): CdpSession;
  /** Forgets a session whose target is gone; its pending commands reject. */
  drop(id: string): void;
  readonly closed: boolean;
  onClosed(listener: () => void): void;
  close(): Promise<void>;
}

/** A command that the browser refused, or that nobody can answer any more. */
export class CdpError extends Error {
  readonly gone: boolean;

  constructor(message: string, gone: boolean) {
    super(message);
    this.name = 'CdpError';
    this.gone = gone;
  }
}

interface Pending {
  sessionId: string;
  method: string;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

interface Incoming {
  id?: number;
  method?: string;
  sessionId?: string;
  params?: unknown;
  result?: unknown;
  error?: { message: string };
}

/** Connects to a browser's WebSocket endpoint. Rejects when it does not open. */
export async function connectCdp(url: string, signal: AbortSignal): Promise<CdpConnection> {
  const socket = await openSocket(url, signal);
  const pending = new Map<number, Pending>();
  const listeners = new Map<string, Map<string, Set<Listener>>>();
  const sessions = new Map<string, CdpSession>();
  const closeListeners = new Set<() => void>();
  let lastId = 0;

  const rejectAll = (only: string | null) => {
    for (const [id, command] of pending) {
      if (only !== null && command.sessionId !== only) continue;
      pending.delete(id);
      command.reject(new CdpError(`${command.method}: the session is gone`, true));
    }
  };

  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as Incoming;
    if (message.id !== undefined) settle(pending, message);
    else if (message.method !== undefined) {
      const bound = listeners.get(message.sessionId ?? '')?.get(message.method);
      for (const listener of bound === undefined ? [] : [...bound]) listener(message.params);
    }
  });
  socket.on('error', () => socket.terminate());
  socket.on('close', () => {
    rejectAll(null);
    for (const listener of closeListeners) listener();
  });

  const send = (sessionId: string, method: string, params: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (socket.readyState !== WebSocket.OPEN) {
        reject(new CdpError(`${method}: the connection is closed`, true));
        return;
      }
      const id = ++lastId;
      pending.set(id, { sessionId, method, resolve, reject });
      socket.send(JSON.stringify({ id, method, params, ...(sessionId === '' ? {} : { sessionId }) }));
    });

  const createSession = (id: string): CdpSession => ({
    id,
    send: ((method: string, params?: unknown) => send(id, method, params ?? {})) as CdpSession['send'],
    on: (event, listener) => subscribe(listeners, id, event, listener as Listener),
  });
  const session = (id: string): CdpSession => {
    const known = sessions.get(id);
    if (known !== undefined) return known;
    const made = createSession(id);
    sessions.set(id, made);
    return made;
  };

  return {
    browser: session(''),
    session,
    drop: (id) => {
      sessions.delete(id);
      listeners.delete(id);
      rejectAll(id);
    },
    get closed() {
      return socket.readyState !== WebSocket.OPEN;
    },
    onClosed: (listener) => closeListeners.add(listener),
    close: () => closeSocket(socket),
  };
}

function openSocket(url: string, signal: AbortSignal): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    // No size limit worth the name: a response body of the page comes as one message.
    const socket = new WebSocket(url, { perMessageDeflate: false, maxPayload: 256 * 1024 * 1024 });
    const abort = () => socket.terminate();
    signal.addEventListener('abort', abort, { once: true });
    const done = () => signal.removeEventListener('abort', abort);
    socket.once('open', () => {
      done();
      socket.removeAllListeners('error');
      resolve(socket);
    });
    socket.once('error', (error) => {
      done();
      reject(new CdpError(`cannot connect to the browser: ${error.message}`, true));
    });
  });
}

function closeSocket(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.readyState === WebSocket.CLOSED) {
      resolve();
      return;
    }
    socket.once('close', () => resolve());
    socket.close();
  });
}

function settle(pending: Map<number, Pending>, message: Incoming): void {
  const command = pending.get(message.id ?? -1);
  if (command === undefined) return;
  pending.delete(message.id ?? -1);
  if (message.error === undefined) command.resolve(message.result);
  else command.reject(new CdpError(`${command.method}: ${message.error.message}`, false));
}

function subscribe(
  listeners: Map<string, Map<string, Set<Listener>>>,
  sessionId: string,
  event: string,
  listener: Listener,
): () => void {
  const events = listeners.get(sessionId) ?? new Map<string, Set<Listener>>();
  listeners.set(sessionId, events);
  const bound = events.get(event) ?? new Set<Listener>();
  events.set(event, bound);
  bound.add(listener);
  return () => bound.delete(listener);
}
