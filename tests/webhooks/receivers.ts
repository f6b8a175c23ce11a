/** Receivers of webhooks on loopback, and what they were sent. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { lookAtWebhook } from '../helpers/described-answers.ts';

export interface Received {
  headers: Record<string, string>;
  body: string;
  /** Milliseconds since the epoch. */
  at: number;
}

export interface Receiver {
  url: string;
  received: Received[];
  /** Most requests that were open at once. */
  mostAtOnce(): number;
}

export interface Receivers {
  /** `answer` may leave the response open: it is closed at the end. */
  start(answer?: (response: ServerResponse, received: Received) => void): Promise<Receiver>;
  close(): Promise<void>;
}

export function createReceivers(): Receivers {
  const servers: Server[] = [];
  return {
    async start(answer = (response) => response.writeHead(204).end()) {
      const received: Received[] = [];
      let open = 0;
      let most = 0;
      const server = createServer((request, response) => {
        open += 1;
        most = Math.max(most, open);
        response.on('close', () => {
          open -= 1;
        });
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
          const one: Received = {
            headers: request.headers as Record<string, string>,
            body: Buffer.concat(chunks).toString('utf8'),
            at: Date.now(),
          };
          received.push(one);
          lookAtWebhook(one.body);
          answer(response, one);
        });
      });
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      return { url: `http://127.0.0.1:${port}/hook`, received, mostAtOnce: () => most };
    },
    async close() {
      for (const server of servers.splice(0)) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}
