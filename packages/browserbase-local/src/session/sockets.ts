import type { WebSocket } from 'ws';

/** A client drives the browser, and may end the session by leaving; a viewer does neither. */
export type SocketRole = 'client' | 'viewer';

/** The sockets that must not outlive a session. */
export type SessionSockets = {
  readonly attach: (socket: WebSocket, role: SocketRole) => void;
  readonly hasClients: () => boolean;
  readonly closeAll: () => void;
};

const NORMAL_CLOSURE = 1000;

/** Starts with none; `onLastClientGone` is called each time the last client has left. */
export const createSessionSockets = (onLastClientGone: () => void): SessionSockets => {
  const clients = new Set<WebSocket>();
  const viewers = new Set<WebSocket>();
  return {
    attach: (socket: WebSocket, role: SocketRole): void => {
      const group = role === 'client' ? clients : viewers;
      group.add(socket);
      socket.once('close', () => {
        group.delete(socket);
        if (role === 'client' && clients.size === 0) onLastClientGone();
      });
    },
    hasClients: (): boolean => clients.size > 0,
    closeAll: (): void => {
      for (const socket of [...clients, ...viewers]) socket.close(NORMAL_CLOSURE, 'session ended');
    },
  };
};
