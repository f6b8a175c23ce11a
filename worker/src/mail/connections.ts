/** The sockets of a mail server: none lasts longer than it may, and one can be hung up on. */
import type { Socket } from 'node:net';
import type { SMTPServerSession } from 'smtp-server';

export interface Connections {
  watch(socket: Socket): void;
  hangUp(session: Pick<SMTPServerSession, 'remoteAddress' | 'remotePort'>): void;
}

export function watchConnections(maxMs: number): Connections {
  const sockets = new Map<string, Socket>();
  return {
    watch(socket) {
      const peer = peerOf(socket);
      // However busy: a sender that writes a letter a second is never idle.
      const timer = setTimeout(() => socket.destroy(), maxMs);
      sockets.set(peer, socket);
      socket.once('close', () => {
        clearTimeout(timer);
        sockets.delete(peer);
      });
    },
    hangUp: (session) => void sockets.get(peerOf(session))?.destroy(),
  };
}

/** smtp-server writes IPv4 addresses plainly, sockets of `::` do not. */
function peerOf({
  remoteAddress,
  remotePort,
}: {
  remoteAddress?: string | undefined;
  remotePort?: number | undefined;
}): string {
  return `${(remoteAddress ?? '').replace(/^::ffff:/i, '')} ${remotePort ?? 0}`;
}
