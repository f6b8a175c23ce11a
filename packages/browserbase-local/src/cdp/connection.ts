import { WebSocket } from 'ws';

/** One message of the protocol as it comes; `params` and `result` are the domain's own. */
type Incoming = {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
  readonly sessionId?: string;
};

/** A CDP connection of our own to a browser, as small as this server needs. */
export type CdpConnection = {
  /**
   * Sends a command to the browser, or to the attached target whose session is named; rejects when Chromium refuses it, or
   * the connection is lost before the answer.
   */
  readonly send: (
    method: string,
    params?: Record<string, unknown>,
    sessionId?: string,
  ) => Promise<Record<string, unknown>>;
  /** Calls `handle` for each event of that name, in order; `sessionId` is '' for the browser's own. */
  readonly on: (method: string, handle: (params: Record<string, unknown>, sessionId: string) => void) => void;
  readonly close: () => void;
};

/** Large enough for a screenshot of a long page, or a document's snapshot. */
export const MAX_CDP_MESSAGE_BYTES = 256 * 1024 * 1024;

/** Opens a WebSocket to Chromium and waits for it. @throws when it cannot be opened. */
export const openChromiumSocket = (url: string): Promise<WebSocket> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { perMessageDeflate: false, maxPayload: MAX_CDP_MESSAGE_BYTES });
    socket.once('open', () => {
      socket.off('error', reject);
      // From here on an error is always followed by `close`, which is what its users look at.
      socket.on('error', () => undefined);
      resolve(socket);
    });
    socket.once('error', reject);
  });

type Waiting = {
  readonly resolve: (result: Record<string, unknown>) => void;
  readonly reject: (error: Error) => void;
};

/** Connects to a browser's endpoint. @throws when it does not answer. */
export const connectCdp = async (url: string): Promise<CdpConnection> => {
  const socket = await openChromiumSocket(url);
  const waiting = new Map<number, Waiting>();
  const handlers = new Map<string, (params: Record<string, unknown>, sessionId: string) => void>();
  let lastId = 0;
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString('utf8')) as Incoming;
    if (message.id === undefined) {
      handlers.get(message.method ?? '')?.(message.params ?? {}, message.sessionId ?? '');
      return;
    }
    const waiter = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error === undefined) waiter?.resolve(message.result ?? {});
    else waiter?.reject(new Error(`CDP: ${message.error.message}`));
  });
  socket.on('close', () => {
    for (const waiter of waiting.values()) waiter.reject(new Error('CDP: the connection was closed'));
    waiting.clear();
  });
  return {
    send: (method, params = {}, sessionId) =>
      new Promise((resolve, reject) => {
        if (socket.readyState !== WebSocket.OPEN) {
          reject(new Error('CDP: the connection is closed'));
          return;
        }
        lastId += 1;
        waiting.set(lastId, { resolve, reject });
        socket.send(JSON.stringify({ id: lastId, method, params, sessionId }));
      }),
    on: (method, handle) => void handlers.set(method, handle),
    close: () => socket.close(),
  };
};
