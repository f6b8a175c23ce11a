/** The demo's webhook receiver: a plain HTTP server that verifies each webhook with the SDK and dedupes by its id. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { verifyWebhook, type WebhookEvent } from '@cfdi-live/sdk';

export interface Receiver {
  url: string;
  /** `host:port`, for ALLOWED_PRIVATE_HOSTS. */
  host: string;
  /** The endpoint's signing secret, once it is known. Webhooks before that are answered 503 and come again. */
  expect(secret: string): void;
  /** Resolves with the first verified event of that type and task. */
  waitFor(type: WebhookEvent['type'], taskId: string, waitMs: number): Promise<boolean>;
  close(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  let secret: string | null = null;
  const seen = new Map<string, WebhookEvent>();
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (secret === null) {
        response.writeHead(503).end();
        return;
      }
      verifyWebhook(Buffer.concat(chunks), request.headers, secret).then(
        (event) => {
          seen.set(event.id, event);
          response.writeHead(204).end();
          for (const look of waiting) look();
        },
        () => response.writeHead(400).end(),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const has = (type: string, taskId: string) =>
    Array.from(seen.values()).some((event) => event.type === type && event.taskId === taskId);
  return {
    url: `http://${host}/webhooks`,
    host,
    expect: (value) => {
      secret = value;
    },
    waitFor: (type, taskId, waitMs) =>
      new Promise((resolve) => {
        const finish = (found: boolean) => {
          clearTimeout(timer);
          waiting.delete(look);
          resolve(found);
        };
        const timer = setTimeout(() => finish(false), waitMs);
        const look = () => {
          if (has(type, taskId)) finish(true);
        };
        waiting.add(look);
        look();
      }),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
