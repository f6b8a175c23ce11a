/** An app on a port, and how it leaves: requests that run are answered, what never ends is cut off. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';

export interface RunningServer {
  /** `http://host:port`, with the port that was free when 0 was asked for. */
  url: string;
  /** Takes no new request, waits for those that run, at most `graceMs`. */
  close(graceMs: number): Promise<void>;
}

interface Fetching {
  fetch: (request: Request) => Response | Promise<Response>;
}

/** Rejects when the port is taken. */
export async function listen(app: Fetching, options: { port: number; host: string }): Promise<RunningServer> {
  // Asked for nothing else, it is a server of HTTP/1.1.
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  server.listen(options.port, options.host);
  await once(server, 'listening');
  return { url: urlOf(server), close: (graceMs) => close(server, graceMs) };
}

async function close(server: Server, graceMs: number): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(timer);
}

function urlOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}
