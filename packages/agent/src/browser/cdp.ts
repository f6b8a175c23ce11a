/**
 * A flat-mode Chrome DevTools Protocol connection of our own, beside Playwright's: the guard and the observer need a
 * session for every target (pop-up, frame of another process, worker) as soon as it exists.
 */
import type { ProtocolMapping } from 'devtools-protocol/types/protocol-mapping.js';
import { WebSocket, type RawData } from 'ws';

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
  close(): Promise<void>;
}

/** A command that the browser refused, or (`gone`) that nobody can answer any more. */
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

/** A response body of the page comes as one message. */
const MAX_MESSAGE_BYTES = 256 * 1024 * 1024;

/** Connects to a browser's WebSocket endpoint. Rejects with `CdpError` when it does not open. */
export async function connectCdp(url: string, signal: AbortSignal): Promise<CdpConnection> {
  const socket = await openSocket(url, signal);
  const commands = createCommands(socket);
  const events = createEvents();
  const sessions = new Map<string, CdpSession>();

  socket.on('message', (data) => {
    const message = JSON.parse(textOf(data)) as Incoming;
    if (message.id !== undefined) commands.settle(message.id, message);
    else if (message.method !== undefined)
      events.emit(message.sessionId ?? '', message.method, message.params);
  });
  socket.on('error', () => socket.terminate());
  socket.on('close', () => commands.rejectAll(null));

  const session = (id: string): CdpSession => {
    const known = sessions.get(id);
    if (known !== undefined) return known;
    const made: CdpSession = {
      id,
      send: ((method: string, params?: unknown) => commands.send(id, method, params)) as CdpSession['send'],
      on: (event, listener) => events.on(id, event, listener as Listener),
    };
    sessions.set(id, made);
    return made;
  };
  return {
    browser: session(''),
    session,
    drop: (id) => {
      sessions.delete(id);
      events.drop(id);
      commands.rejectAll(id);
    },
    close: () => closeSocket(socket),
  };
}

function createCommands(socket: WebSocket) {
  const pending = new Map<number, Pending>();
  let lastId = 0;
  return {
    send: (sessionId: string, method: string, params: unknown): Promise<unknown> =>
      new Promise((resolve, reject) => {
        if (socket.readyState !== WebSocket.OPEN) {
          reject(new CdpError(`${method}: the connection is closed`, true));
          return;
        }
        lastId += 1;
        pending.set(lastId, { sessionId, method, resolve, reject });
        const address = sessionId === '' ? {} : { sessionId };
        socket.send(JSON.stringify({ id: lastId, method, params: params ?? {}, ...address }));
      }),
    settle: (id: number, { result, error }: Incoming): void => {
      const command = pending.get(id);
      pending.delete(id);
      if (error === undefined) command?.resolve(result);
      else command?.reject(new CdpError(`${command.method}: ${error.message}`, false));
    },
    /** Of one session, or of all. */
    rejectAll: (sessionId: string | null): void => {
      for (const [id, command] of pending) {
        if (sessionId !== null && command.sessionId !== sessionId) continue;
        pending.delete(id);
        command.reject(new CdpError(`${command.method}: the session is gone`, true));
      }
    },
  };
}

function createEvents() {
  const bySession = new Map<string, Map<string, Set<Listener>>>();
  return {
    on: (sessionId: string, event: string, listener: Listener): (() => void) => {
      const events = bySession.get(sessionId) ?? new Map<string, Set<Listener>>();
      bySession.set(sessionId, events);
      const listeners = events.get(event) ?? new Set<Listener>();
      events.set(event, listeners);
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    emit: (sessionId: string, event: string, params: unknown): void => {
      const listeners = bySession.get(sessionId)?.get(event);
      for (const listener of listeners === undefined ? [] : Array.from(listeners)) listener(params);
    },
    drop: (sessionId: string): void => void bySession.delete(sessionId),
  };
}

/** Messages of the protocol are text, so they arrive as one buffer. */
function textOf(data: RawData): string {
  return Array.isArray(data) ? Buffer.concat(data).toString() : Buffer.from(data as ArrayBuffer).toString();
}

function openSocket(url: string, signal: AbortSignal): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { perMessageDeflate: false, maxPayload: MAX_MESSAGE_BYTES });
    const abort = () => socket.terminate();
    const done = () => signal.removeEventListener('abort', abort);
    signal.addEventListener('abort', abort, { once: true });
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
