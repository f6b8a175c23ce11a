import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import {
  AbortedError,
  AuthenticationError,
  CfdiLive,
  ConflictError,
  ConnectionError,
  InvalidRequestError,
  ServerError,
  TimeoutError,
} from '@cfdi-live/sdk';

interface Seen {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
}
type Answer = (seen: Seen, response: ServerResponse, nth: number) => void;

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function api(answer: Answer, options: { numRetries?: number; timeoutMs?: number } = {}) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const one = { method: request.method ?? '', url: request.url ?? '', headers: request.headers };
    seen.push(one);
    request.resume().on('end', () => answer(one, response, seen.length));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { seen, client: new CfdiLive({ apiKey: 'cl_test_x', baseUrl, ...options }) };
}

function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

const problem = (status: number, code: string, more = {}) => ({
  type: 'about:blank',
  title: code,
  status,
  detail: `about ${code}`,
  code,
  requestId: 'req_1',
  errors: [],
  ...more,
});

describe('errors', () => {
  it('have a class a status, with code, request id and the values at fault', async () => {
    const errors = [{ path: 'ticketData.amount', code: 'too_small', message: 'must be above 0' }];
    const { client } = await api((_seen, response) =>
      json(response, 422, problem(422, 'ticket_invalid', { errors })),
    );
    const error = await client.tasks.get('task_1').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InvalidRequestError);
    expect(error).toMatchObject({ status: 422, code: 'ticket_invalid', requestId: 'req_1', errors });
  });

  it('name the task that a duplicate ticket belongs to', async () => {
    const { client } = await api((_seen, response) =>
      json(response, 409, problem(409, 'duplicate_ticket', { taskId: 'task_1' })),
    );
    const error = await client.profiles.get('prof_1').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConflictError);
    expect(error).toMatchObject({ taskId: 'task_1' });
  });

  it('of a proxy are understood too', async () => {
    const { client } = await api(
      (_seen, response) => response.writeHead(502).end('<html>Bad gateway</html>'),
      { numRetries: 0 },
    );
    await expect(client.tasks.get('task_1')).rejects.toMatchObject({
      name: 'ServerError',
      status: 502,
      code: 'unknown',
    });
  });
});

describe('retries', () => {
  it('repeat a POST with the same Idempotency-Key until it works', async () => {
    const { client, seen } = await api((_seen, response, nth) =>
      nth < 3
        ? json(response, 503, problem(503, 'temporarily_unavailable'), { 'retry-after': '0' })
        : json(response, 201, { id: 'prof_1' }),
    );
    const profile = {
      rfc: 'CACX7605101P8',
      fullName: 'X',
      fiscalRegime: '612',
      postalCode: '36257',
      email: 'a@b.mx',
    };
    await expect(client.profiles.create(profile)).resolves.toEqual({ id: 'prof_1' });
    const keys = new Set(seen.map(({ headers }) => headers['idempotency-key']));
    expect(seen).toHaveLength(3);
    expect(keys.size).toBe(1);
    expect(Array.from(keys)[0]).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('do not happen for what will not get better, nor against the server’s wish', async () => {
    const { client, seen } = await api((_seen, response) =>
      json(response, 401, problem(401, 'unauthenticated')),
    );
    await expect(client.tasks.get('task_1')).rejects.toBeInstanceOf(AuthenticationError);
    expect(seen).toHaveLength(1);
    const quota = await api((_seen, response) =>
      json(response, 429, problem(429, 'quota_exceeded'), { 'x-should-retry': 'false' }),
    );
    await expect(quota.client.tasks.get('task_1')).rejects.toMatchObject({ code: 'quota_exceeded' });
    expect(quota.seen).toHaveLength(1);
  });

  it('can be switched off', async () => {
    const { client, seen } = await api((_seen, response) => json(response, 500, problem(500, 'internal')));
    await expect(client.tasks.get('task_1', { numRetries: 0 })).rejects.toBeInstanceOf(ServerError);
    expect(seen).toHaveLength(1);
  });

  it('end with a connection error, a time-out or an abort, each its own class', async () => {
    const hanging = await api(() => undefined, { timeoutMs: 50, numRetries: 0 });
    await expect(hanging.client.tasks.get('task_1')).rejects.toBeInstanceOf(TimeoutError);
    const controller = new AbortController();
    const waiting = hanging.client.tasks.get('task_1', { signal: controller.signal, timeoutMs: 10_000 });
    controller.abort();
    await expect(waiting).rejects.toBeInstanceOf(AbortedError);
    const nobody = new CfdiLive({ apiKey: 'cl_test_x', baseUrl: 'http://127.0.0.1:9', numRetries: 0 });
    await expect(nobody.tasks.get('task_1')).rejects.toBeInstanceOf(ConnectionError);
  });
});

describe('paths', () => {
  it('cannot be left by an id', async () => {
    const { client, seen } = await api((_seen, response) => json(response, 200, {}));
    await client.tasks.get('../api-keys?x=1');
    expect(seen[0]?.url).toBe('/v1/tasks/..%2Fapi-keys%3Fx%3D1');
    expect(() => client.tasks.get('..')).toThrow(TypeError);
    expect(() => client.tasks.get('')).toThrow(TypeError);
  });
});

describe('lists', () => {
  it('are awaited for a page and iterated for everything', async () => {
    const { client, seen } = await api(({ url }, response) => {
      const after = new URL(url, 'http://x').searchParams.get('after');
      json(
        response,
        200,
        after === null
          ? { data: [{ id: 'a' }, { id: 'b' }], hasMore: true, nextCursor: 'c1' }
          : { data: [{ id: 'c' }], hasMore: false, nextCursor: null },
      );
    });
    const page = await client.tasks.list({ status: 'RUNNING' });
    expect(page.data).toHaveLength(2);
    const ids: string[] = [];
    for await (const task of client.tasks.list({ limit: 2 })) ids.push(task.id);
    expect(ids).toEqual(['a', 'b', 'c']);
    expect(seen[0]?.url).toBe('/v1/tasks?status=RUNNING');
  });
});

describe('event streams', () => {
  const frame = (id: string, type: string) =>
    `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify({ id, type, data: {} })}\n\n`;

  it('go on after a broken connection with what came next, each event once', async () => {
    const { client, seen } = await api((_seen, response, nth) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      if (nth === 1) {
        response.write(
          `retry: 1\n\n${frame('evt_1', 'task.created')}${frame('evt_2', 'task.running').slice(0, 20)}`,
          () => response.destroy(),
        );
      } else response.end(frame('evt_2', 'task.running') + frame('evt_3', 'task.completed'));
    });
    const types: string[] = [];
    for await (const event of client.tasks.events('task_1')) types.push(event.type);
    expect(types).toEqual(['task.created', 'task.running', 'task.completed']);
    expect(seen.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, 'evt_1']);
  });

  it('tell an error that will stay', async () => {
    const { client } = await api((_seen, response) => json(response, 404, problem(404, 'not_found')));
    await expect(client.tasks.events('task_1').next()).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('the key', () => {
  it('is sent, and must not be empty', async () => {
    const { client, seen } = await api((_seen, response) => json(response, 200, {}));
    await client.tasks.get('task_1');
    expect(seen[0]?.headers.authorization).toBe('Bearer cl_test_x');
    expect(() => new CfdiLive({ apiKey: '' })).toThrow('apiKey is missing');
  });
});
