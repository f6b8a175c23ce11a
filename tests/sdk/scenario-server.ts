/** A server that plays what the client must cope with, one scenario a path, to any origin. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

export interface ScenarioServer {
  origin: string;
  close(): Promise<void>;
}

type Scenario = (request: IncomingMessage, response: ServerResponse) => void;

/** `files`: name → file that is served as a script, for pages. */
export async function startScenarioServer(files: Record<string, string> = {}): Promise<ScenarioServer> {
  const scenarios = createScenarios();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://x');
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('access-control-allow-headers', '*, authorization');
    const [, scenario = ''] = pathname.split('/');
    const file = files[scenario];
    if (request.method === 'OPTIONS') response.writeHead(204).end();
    else if (scenario === '') response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>');
    else if (file !== undefined) void sendScript(file, response);
    else request.resume().on('end', () => (scenarios[scenario] ?? notFound)(request, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function sendScript(file: string, response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/javascript' }).end(await readFile(path.resolve(file)));
}

const notFound: Scenario = (_request, response) => json(response, 404, { code: 'not_found' });

function json(response: ServerResponse, status: number, body: unknown, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

function createScenarios(): Record<string, Scenario> {
  const keys: unknown[] = [];
  let connections = 0;
  return {
    flaky(request, response) {
      keys.push(request.headers['idempotency-key']);
      if (keys.length < 3) json(response, 503, { code: 'temporarily_unavailable' }, { 'retry-after': '0' });
      else json(response, 201, { attempts: keys.length, keys: new Set(keys).size });
      if (keys.length === 3) keys.length = 0;
    },
    conflict: (_request, response) =>
      json(response, 409, { code: 'duplicate_ticket', taskId: 'task_1', requestId: 'req_1' }),
    silent: () => undefined,
    pages(request, response) {
      const query = new URL(request.url ?? '', 'http://x').searchParams;
      const filtered =
        query.getAll('status').join() === 'QUEUED,RUNNING' && query.get('metadata[order]') === '7';
      if (!filtered) json(response, 400, { code: 'invalid_request' });
      else if (query.get('after') === null)
        json(response, 200, { data: [{ id: 'a' }, { id: 'b' }], hasMore: true, nextCursor: 'c1' });
      else json(response, 200, { data: [{ id: 'c' }], hasMore: false, nextCursor: null });
    },
    events(request, response) {
      connections += 1;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const frame = (id: string, type: string) => `id: ${id}\ndata: ${JSON.stringify({ id, type })}\n\n`;
      if (request.headers['last-event-id'] === undefined) {
        response.write(frame('evt_1', 'task.created') + frame('evt_2', 'task.running').slice(0, 12), () =>
          response.destroy(),
        );
      } else if (connections > 1)
        response.end(frame('evt_2', 'task.running') + frame('evt_3', 'task.completed'));
    },
    bytes: (_request, response) =>
      response.writeHead(200, { 'content-type': 'application/xml' }).end(Buffer.from('efbbbf3c00ff', 'hex')),
  };
}
