import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { encodeId, newUuid, type Event } from '@cfdi-live/contract';
import { newSigningSecret } from '@cfdi-live/domain';
import { judgeAttempt, nextAttempt, prepareAttempt, sendAttempt } from '@cfdi-live/webhooks';

const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function receiver(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function anEvent(): Event {
  return {
    id: encodeId('event', newUuid()),
    type: 'task.cancelled',
    createdAt: new Date().toISOString(),
    mode: 'test',
    taskId: encodeId('task', newUuid()),
    externalId: null,
    sequence: 3,
    data: { status: 'CANCELLED' },
  };
}

function attemptTo(url: string, ...secrets: string[]) {
  const signing = secrets.length === 0 ? [newSigningSecret()] : secrets;
  return prepareAttempt({ url, secrets: signing, event: anEvent() }, new Date());
}

const loopback = { allowedPrivateHosts: ['127.0.0.1'], resolveHost: async () => [] };

describe('a signed attempt', () => {
  it('verifies with svix and with standardwebhooks, unchanged', async () => {
    const secret = newSigningSecret();
    let seen: { headers: Record<string, string>; body: string } | undefined;
    const url = await receiver((request, response) => {
      void bodyOf(request).then((body) => {
        seen = { headers: request.headers as Record<string, string>, body };
        response.end('ok');
      });
    });
    const sent = await sendAttempt(attemptTo(url, secret), loopback);
    expect(sent).toMatchObject({ status: 200, error: null, responseHead: 'ok' });
    if (seen === undefined) throw new Error('nothing arrived');
    const { headers, body } = seen;
    expect(new SvixWebhook(secret).verify(body, headers)).toMatchObject({ type: 'task.cancelled' });
    expect(new StandardWebhook(secret).verify(body, headers)).toMatchObject({ type: 'task.cancelled' });
    expect(() => new SvixWebhook(secret).verify(body.replace('CANCELLED', 'COMPLETED'), headers)).toThrow();
    expect(() => new SvixWebhook(newSigningSecret()).verify(body, headers)).toThrow();
  });

  it('keeps its id over attempts', () => {
    const event = anEvent();
    const secret = newSigningSecret();
    const message = { url: 'https://example.com', secrets: [secret], event };
    const first = prepareAttempt(message, new Date(1_000_000));
    const second = prepareAttempt(message, new Date(2_000_000));
    expect(first.headers['webhook-id']).toBe(second.headers['webhook-id']);
    expect(first.headers['webhook-timestamp']).not.toBe(second.headers['webhook-timestamp']);
  });
});

describe('sending', () => {
  it('does not follow redirects', async () => {
    let hits = 0;
    const target = await receiver((_request, response) => {
      hits += 1;
      response.end();
    });
    const url = await receiver((_request, response) => response.writeHead(301, { location: target }).end());
    expect((await sendAttempt(attemptTo(url), loopback)).status).toBe(301);
    expect(hits).toBe(0);
  });

  it('keeps 2 KB of an endless answer and goes on', async () => {
    const url = await receiver((_request, response) => {
      response.writeHead(500);
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
      };
      response.on('drain', more);
      more();
    });
    const sent = await sendAttempt(attemptTo(url), loopback);
    expect(sent.status).toBe(500);
    expect(sent.responseHead).toHaveLength(2048);
  });

  it.each([
    ['drips on for ever', () => undefined],
    ['breaks off', (response: ServerResponse) => void response.socket?.destroy()],
  ])('takes the status of an answer that %s', async (_name, then) => {
    const url = await receiver((_request, response) => {
      response.writeHead(202);
      response.write('got it', () => then(response));
    });
    const sent = await sendAttempt(attemptTo(url), { ...loopback, totalMs: 300 });
    expect(sent).toMatchObject({ status: 202, responseHead: 'got it', error: null });
  });

  it('survives answers that are none', async () => {
    const header = 'x'.repeat(100_000);
    const tooLong = await receiver((_request, response) => response.writeHead(200, { header }).end());
    expect((await sendAttempt(attemptTo(tooLong), loopback)).error).toBe('no answer (HPE_HEADER_OVERFLOW)');
    const garbage = await receiver(({ socket }) => void socket.end('Hello\r\n\r\n'));
    expect((await sendAttempt(attemptTo(garbage), loopback)).error).toMatch(/^no answer \(HPE_/);
    const switching = await receiver(
      ({ socket }) =>
        void socket.end('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
    );
    expect(await sendAttempt(attemptTo(switching), { ...loopback, totalMs: 500 })).toMatchObject({
      status: null,
    });
  });

  it.each([
    ['120', 120_000],
    [new Date(Date.now() + 3_600_000).toUTCString(), 3_600_000],
    ['-5', null],
    [new Date(0).toUTCString(), null],
    ['soon', null],
    ['9'.repeat(400), null],
  ])('reads Retry-After: %s', async (value, expected) => {
    const url = await receiver((_request, response) =>
      response.writeHead(429, { 'retry-after': value }).end(),
    );
    const { status, retryAfterMs } = await sendAttempt(attemptTo(url), loopback);
    expect(status).toBe(429);
    if (expected === null) expect(retryAfterMs).toBeNull();
    else expect(Math.abs((retryAfterMs ?? 0) - expected)).toBeLessThan(5_000);
  });

  it('asks no proxy of the environment', async () => {
    const proxied: string[] = [];
    const proxy = await receiver((request, response) => {
      proxied.push(request.url ?? '');
      response.end();
    });
    for (const name of ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'])
      vi.stubEnv(name, proxy);
    vi.stubEnv('NODE_USE_ENV_PROXY', '1');
    const url = await receiver((_request, response) => response.end('direct'));
    expect(await sendAttempt(attemptTo(url), loopback)).toMatchObject({ responseHead: 'direct' });
    expect(proxied).toEqual([]);
    vi.unstubAllEnvs();
  });

  it('waits for a name no longer than for all the rest', async () => {
    const options = { allowedPrivateHosts: [], resolveHost: () => new Promise<never>(() => undefined) };
    const sent = await sendAttempt(attemptTo('http://slow.example/'), { ...options, totalMs: 200 });
    expect(sent).toMatchObject({ status: null, error: 'timed out' });
  });

  it('tells a name that nobody knows', async () => {
    const sent = await sendAttempt(attemptTo('http://nowhere.example/'), loopback);
    expect(sent.error).toBe('no answer (ENOTFOUND)');
  });

  it('gives up on a receiver that never answers', async () => {
    const url = await receiver(() => undefined);
    const sent = await sendAttempt(attemptTo(url), { ...loopback, totalMs: 200 });
    expect(sent).toMatchObject({ status: null, error: 'timed out' });
  });

  it('tells a refused connection', async () => {
    const url = await receiver(() => undefined);
    const server = servers.pop();
    server?.closeAllConnections();
    await new Promise((resolve) => server?.close(resolve));
    expect((await sendAttempt(attemptTo(url), loopback)).error).toBe('no answer (ECONNREFUSED)');
  });
});

describe('private addresses', () => {
  it.each([
    'http://127.0.0.1:9/',
    'http://[::1]:9/',
    'http://2130706433:9/',
    'http://0x7f.1:9/',
    'http://169.254.169.254/',
  ])('are refused as the literal %s', async (url) => {
    const sent = await sendAttempt(attemptTo(url), { allowedPrivateHosts: [], resolveHost: async () => [] });
    expect(sent).toMatchObject({ status: null, error: 'the address is private' });
  });

  it('are refused when a name resolves to them at connect, even beside a public one', async () => {
    let hits = 0;
    const url = new URL(
      await receiver((_request, response) => {
        hits += 1;
        response.end();
      }),
    );
    url.hostname = 'rebinding.example';
    const sent = await sendAttempt(attemptTo(url.href), {
      allowedPrivateHosts: [],
      resolveHost: async () => ['8.8.8.8', '127.0.0.1'],
    });
    expect(sent.error).toBe('the name resolves to a private address');
    expect(hits).toBe(0);
  });

  it('are reached where the operator listed the host', async () => {
    const url = new URL(await receiver((_request, response) => response.end()));
    url.hostname = 'receiver.test';
    const sent = await sendAttempt(attemptTo(url.href), {
      allowedPrivateHosts: [`receiver.test:${url.port}`],
      resolveHost: async () => ['127.0.0.1'],
    });
    expect(sent.status).toBe(200);
  });
});

describe('judging', () => {
  const sent = { stage: 'sent' as const, durationMs: 1, responseHead: '', retryAfterMs: null, error: null };

  it('delivers on 2xx only', () => {
    expect(judgeAttempt({ ...sent, status: 204 }, { tries: 1, jitter: 0.5 })).toEqual({
      state: 'delivered',
    });
    expect(judgeAttempt({ ...sent, status: 301 }, { tries: 1, jitter: 0.5 })).toMatchObject({
      state: 'pending',
    });
  });

  it('takes 410 as a wish to be left alone', () => {
    expect(judgeAttempt({ ...sent, status: 410 }, { tries: 1, jitter: 0.5 })).toEqual({
      state: 'gone',
    });
  });

  it('waits by the schedule, longer when the receiver asks, and fails after eight attempts', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 8].map((tries) =>
      nextAttempt({ tries, jitter: 0.5, retryAfterMs: null }),
    );
    expect(waits.slice(0, 3)).toEqual([
      { state: 'pending', delayMs: 5_000 },
      { state: 'pending', delayMs: 300_000 },
      { state: 'pending', delayMs: 1_800_000 },
    ]);
    expect(waits[7]).toEqual({ state: 'failed' });
    // At most the schedule's longest wait: a receiver may not put its events off for ever.
    expect(nextAttempt({ tries: 1, jitter: 0, retryAfterMs: 10 ** 12 })).toEqual({
      state: 'pending',
      delayMs: 36_000_000,
    });
    expect(nextAttempt({ tries: 1, jitter: 0, retryAfterMs: 60_000 })).toEqual({
      state: 'pending',
      delayMs: 60_000,
    });
    expect(nextAttempt({ tries: 1, jitter: 0, retryAfterMs: null })).toEqual({
      state: 'pending',
      delayMs: 4_000,
    });
  });
});
