/** Webhook endpoints by the API, with receivers that are really called. */
import type {
  Problem,
  WebhookDelivery,
  WebhookDeliveryDetail,
  WebhookEndpoint,
  WebhookRecovery,
  WebhookTestResult,
} from '@cfdi-live/contract';
import { CfdiLive, verifyWebhook } from '@cfdi-live/sdk';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asSuperuser } from '../db/support.ts';
import { createReceivers, type Received } from '../webhooks/receivers.ts';
import { openWorld, type Answer, type Caller, type List, type World } from './world.ts';

const receivers = createReceivers();
let world: World;
let caller: Caller;
beforeAll(async () => {
  world = await openWorld((deps) => ({
    ...deps,
    config: { ...deps.config, allowedPrivateHosts: ['127.0.0.1'] },
  }));
  caller = await world.newCaller();
});
afterAll(async () => {
  await receivers.close();
  await world.close();
});

function post<Body>(path: string, body?: unknown, by = caller): Promise<Answer<Body>> {
  return world.call('POST', path, { key: by.key, body });
}

async function makeEndpoint(input: Record<string, unknown>, by = caller): Promise<WebhookEndpoint> {
  const { status, body } = await post<WebhookEndpoint>('/v1/webhook-endpoints', input, by);
  if (status !== 201) throw new Error(`no endpoint: ${status}`);
  return body;
}

function change(id: string, body: unknown, by = caller): Promise<Answer<WebhookEndpoint & Problem>> {
  return world.call('PATCH', `/v1/webhook-endpoints/${id}`, { key: by.key, body });
}

async function deliveriesOf(id: string, by: Caller, query = ''): Promise<WebhookDelivery[]> {
  const path = `/v1/webhook-endpoints/${id}/deliveries${query}`;
  return (await world.call<List<WebhookDelivery>>('GET', path, { key: by.key })).body.data;
}

/** By both public libraries, unchanged, and by our own. */
async function verified({ body, headers }: Received, secret: string): Promise<unknown> {
  const byUs = await verifyWebhook(body, headers, secret);
  for (const Verifier of [SvixWebhook, StandardWebhook]) {
    expect(new Verifier(secret).verify(body, headers)).toEqual(byUs);
  }
  return byUs;
}

describe('changing an endpoint', () => {
  it('answers it as it is now, keeps the rest, and is noted in the audit without the URL', async () => {
    const made = await makeEndpoint({ url: 'https://hooks.example.com/in?token=hush', description: 'One' });
    const disabled = await change(made.id, { disabled: true, eventTypes: ['task.failed'] });
    expect(disabled.status).toBe(200);
    expect(disabled.body).toMatchObject({
      url: made.url,
      description: 'One',
      eventTypes: ['task.failed'],
      disabledReason: 'manual',
    });
    const moved = await change(made.id, { url: 'https://hooks.example.com/out?token=hush', disabled: false });
    expect(moved.body).toMatchObject({ disabledAt: null, disabledReason: null, description: 'One' });
    expect((await change(made.id, {})).body).toEqual(moved.body);
    const audit = await asSuperuser<{ action: string; details: unknown }>(
      world.test,
      `select action, details from audit_log where tenant_id = $1 and subject_type = 'webhook_endpoint' order by id`,
      [caller.tenantId],
    );
    expect(audit).toEqual([
      { action: 'webhook_endpoint.created', details: {} },
      { action: 'webhook_endpoint.changed', details: { fields: ['eventTypes'], disabled: true } },
      { action: 'webhook_endpoint.changed', details: { fields: ['url'], disabled: false } },
      { action: 'webhook_endpoint.changed', details: { fields: [] } },
    ]);
  });

  it.each([
    ['http://169.254.169.254/latest/meta-data', 'private_address'],
    ['http://[::ffff:10.0.0.1]/', 'private_address'],
    ['http://2130706434/', 'private_address'],
    ['https://inside.example.com/', 'private_address'],
    ['https://user:pass@hooks.example.com/', 'login_in_url'],
    ['https://hooks.example.com:25/', 'port_not_allowed'],
    ['http://localhost./', 'private_name'],
  ])('refuses the address %s', async (url, code) => {
    const { id } = await makeEndpoint({ url: 'https://hooks.example.com/in' });
    const answer = await change(id, { url });
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ code: 'url_not_allowed', errors: [{ path: 'url', code }] });
  });

  it('takes no secret, mode or id from the request', async () => {
    const { id } = await makeEndpoint({ url: 'https://hooks.example.com/in' });
    for (const extra of [{ secret: 'whsec_bWluZQ==' }, { mode: 'test' }, { id }, { failingSince: null }]) {
      expect((await change(id, extra)).status).toBe(400);
    }
  });
});

describe('a test', () => {
  it('sends a signed event now, and answers what came back', async () => {
    const receiver = await receivers.start((response) => response.writeHead(202).end('x'.repeat(5_000)));
    const { id, secret } = await makeEndpoint({ url: receiver.url });
    const { status, body } = await post<WebhookTestResult>(`/v1/webhook-endpoints/${id}/test`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ delivered: true, status: 202, responseHead: 'x'.repeat(2048), error: null });
    const [received] = receiver.received;
    expect(await verified(received!, secret!)).toMatchObject({
      id: body.eventId,
      type: 'webhook.test',
      mode: 'live',
      taskId: null,
      sequence: null,
      data: { endpointId: id },
    });
    expect(received!.headers['webhook-id']).toBe(body.eventId);
    expect(await deliveriesOf(id, caller)).toEqual([]);
  });

  it('tells a receiver that refuses, or is not there, and changes nothing', async () => {
    const gone = await receivers.start((response) => response.writeHead(410).end('gone'));
    const first = await makeEndpoint({ url: gone.url });
    const refused = await post<WebhookTestResult>(`/v1/webhook-endpoints/${first.id}/test`);
    expect(refused.body).toMatchObject({ delivered: false, status: 410, responseHead: 'gone' });
    const second = await makeEndpoint({ url: 'http://127.0.0.1:9/' });
    const absent = await post<WebhookTestResult>(`/v1/webhook-endpoints/${second.id}/test`);
    expect(absent.body).toMatchObject({ delivered: false, status: null, error: 'no answer (ECONNREFUSED)' });
    const read = await world.call<WebhookEndpoint>('GET', `/v1/webhook-endpoints/${first.id}`, {
      key: caller.key,
    });
    expect(read.body).toMatchObject({ disabledAt: null, failingSince: null });
  });
});

describe('a rotation', () => {
  it('tells the new secret once, and what is sent verifies with either', async () => {
    const receiver = await receivers.start();
    const made = await makeEndpoint({ url: receiver.url });
    const path = `/v1/webhook-endpoints/${made.id}`;
    const rotated = await post<WebhookEndpoint>(`${path}/rotate-secret`);
    expect(rotated.status).toBe(200);
    const { secret, previousSecretUntil } = rotated.body;
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(secret).not.toBe(made.secret);
    const left = Date.parse(previousSecretUntil!) - Date.now();
    expect(Math.abs(left - 86_400_000)).toBeLessThan(60_000);
    const read = await world.call<WebhookEndpoint>('GET', path, { key: caller.key });
    expect(read.body.secret).toBeUndefined();

    await post(`${path}/test`);
    const [received] = receiver.received;
    expect(received!.headers['webhook-signature']?.split(' ')).toHaveLength(2);
    await verified(received!, secret!);
    await verified(received!, made.secret!);
    await post(`${path}/rotate-secret`);
    await post(`${path}/test`);
    await verified(receiver.received[1]!, secret!);
    await expect(
      verifyWebhook(receiver.received[1]!.body, receiver.received[1]!.headers, made.secret!),
    ).rejects.toThrow();
  });
});

describe('with an Idempotency-Key', () => {
  it('a rotation happens once, and its secret is told once', async () => {
    const { id } = await makeEndpoint({ url: 'https://hooks.example.com/in' });
    const rotate = () =>
      world.call<WebhookEndpoint>('POST', `/v1/webhook-endpoints/${id}/rotate-secret`, {
        key: caller.key,
        headers: { 'idempotency-key': 'rotate-1' },
      });
    const first = await rotate();
    const { secret, ...rest } = first.body;
    expect(secret).toMatch(/^whsec_/);
    expect((await rotate()).body).toEqual(rest);
  });

  it('a test and a redelivery are sent once, however often they are asked for', async () => {
    const by = await world.newCaller();
    const receiver = await receivers.start();
    const { id } = await makeEndpoint({ url: receiver.url }, by);
    await world.createTask(by);
    const [delivery] = await deliveriesOf(id, by);
    const paths = [`/v1/webhook-endpoints/${id}/test`, `/v1/deliveries/${delivery!.id}/redeliver`];
    for (const path of paths) {
      const ask = () => world.call('POST', path, { key: by.key, headers: { 'idempotency-key': 'once' } });
      const first = await ask();
      expect(first.status).toBe(200);
      expect((await ask()).body).toEqual(first.body);
    }
    expect(receiver.received).toHaveLength(2);
  });
});

describe('deliveries', () => {
  it('are listed by status, told with their attempts, and sent again under the same id', async () => {
    const by = await world.newCaller();
    let status = 503;
    const receiver = await receivers.start((response) => response.writeHead(status).end('not now'));
    const { id, secret } = await makeEndpoint({ url: receiver.url, eventTypes: ['task.created'] }, by);
    const task = await world.createTask(by);
    const [pending] = await deliveriesOf(id, by, '?status=pending');
    expect(pending).toMatchObject({ eventType: 'task.created', status: 'pending', attempts: 0 });
    expect(await deliveriesOf(id, by, '?status=delivered')).toEqual([]);

    const again = () => post<WebhookDeliveryDetail>(`/v1/deliveries/${pending!.id}/redeliver`, undefined, by);
    const first = await again();
    expect(first.status).toBe(200);
    expect(first.body).toMatchObject({
      status: 'pending',
      nextAttemptAt: pending!.nextAttemptAt,
      lastStatus: 503,
      log: [{ number: 1, manual: true, status: 503, responseHead: 'not now', error: null }],
    });
    status = 204;
    const second = await again();
    expect(second.body).toMatchObject({ status: 'delivered', attempts: 2, nextAttemptAt: null });
    expect(second.body.log.map(({ number }) => number)).toEqual([2, 1]);
    const read = await world.call('GET', `/v1/deliveries/${pending!.id}`, { key: by.key });
    expect(read.body).toEqual(second.body);

    for (const received of receiver.received) {
      expect(await verified(received, secret!)).toMatchObject({ type: 'task.created', taskId: task.id });
      expect(received.headers['webhook-id']).toBe(pending!.eventId);
      const age = received.at / 1000 - Number(received.headers['webhook-timestamp']);
      expect(age).toBeLessThan(3);
    }
    // What was delivered stays so, whatever a later look at it answers.
    status = 500;
    expect((await again()).body).toMatchObject({ status: 'delivered', lastStatus: 500 });
  });

  it('that are sent again to a receiver that is gone disable it', async () => {
    const by = await world.newCaller();
    const receiver = await receivers.start((response) => response.writeHead(410).end());
    const { id } = await makeEndpoint({ url: receiver.url }, by);
    await world.createTask(by);
    const [delivery] = await deliveriesOf(id, by);
    await post(`/v1/deliveries/${delivery!.id}/redeliver`, undefined, by);
    const read = await world.call<WebhookEndpoint>('GET', `/v1/webhook-endpoints/${id}`, { key: by.key });
    expect(read.body).toMatchObject({ disabledReason: 'gone' });
    const events = await world.call<List<unknown>>('GET', '/v1/events', { key: by.key });
    expect(events.body.data.at(-1)).toMatchObject({
      type: 'webhook_endpoint.disabled',
      taskId: null,
      sequence: null,
      data: { endpointId: id, reason: 'gone', failingSince: null },
    });
  });

  it('that an endpoint missed are queued again, for two weeks', async () => {
    const by = await world.newCaller();
    await world.createTask(by);
    const { id } = await makeEndpoint({ url: 'https://hooks.example.com/in' }, by);
    const recover = (since: Date) =>
      post<WebhookRecovery>(`/v1/webhook-endpoints/${id}/recover`, { since: since.toISOString() }, by);
    const hourAgo = new Date(Date.now() - 3_600_000);
    expect((await recover(hourAgo)).body).toEqual({ queued: 1, hasMore: false });
    expect((await recover(hourAgo)).body).toEqual({ queued: 0, hasMore: false });
    expect(await deliveriesOf(id, by, '?status=pending')).toHaveLength(1);
    const tooOld = await recover(new Date(Date.now() - 15 * 86_400_000));
    expect(tooOld.status).toBe(400);
    expect(tooOld.body as unknown).toMatchObject({ code: 'invalid_request', errors: [{ path: 'since' }] });
    expect((await post(`/v1/webhook-endpoints/${id}/recover`, {}, by)).status).toBe(400);
  });

  it('can all be had by the SDK', async () => {
    const by = await world.newCaller();
    const { webhookEndpoints } = new CfdiLive({ apiKey: by.key, baseUrl: world.url });
    const receiver = await receivers.start();
    const { id, secret } = await webhookEndpoints.create({ url: receiver.url });
    await world.createTask(by);
    expect(await webhookEndpoints.test(id)).toMatchObject({ delivered: true });
    expect((await webhookEndpoints.rotateSecret(id)).secret).not.toBe(secret);
    expect(await webhookEndpoints.update(id, { disabled: true })).toMatchObject({ disabledReason: 'manual' });
    const since = new Date(Date.now() - 3_600_000).toISOString();
    expect(await webhookEndpoints.recover(id, { since })).toEqual({ queued: 1, hasMore: false });
    for await (const { id: deliveryId } of webhookEndpoints.deliveries(id, { status: 'pending' })) {
      expect(await webhookEndpoints.redeliver(deliveryId)).toMatchObject({ status: 'delivered' });
      expect((await webhookEndpoints.delivery(deliveryId)).log).toHaveLength(1);
    }
    expect(receiver.received).toHaveLength(2);
  });

  it('and endpoints of another mode or tenant are not found', async () => {
    const owner = await world.newCaller();
    const { id } = await makeEndpoint({ url: 'https://hooks.example.com/in' }, owner);
    await world.createTask(owner);
    const [delivery] = await deliveriesOf(id, owner);
    const strangers = [await world.newCaller({ mode: 'test', tenantId: owner.tenantId }), caller];
    const requests: [string, string, unknown][] = [
      ['PATCH', `/v1/webhook-endpoints/${id}`, { disabled: true }],
      ['POST', `/v1/webhook-endpoints/${id}/rotate-secret`, undefined],
      ['POST', `/v1/webhook-endpoints/${id}/test`, undefined],
      ['POST', `/v1/webhook-endpoints/${id}/recover`, { since: new Date().toISOString() }],
      ['GET', `/v1/webhook-endpoints/${id}/deliveries`, undefined],
      ['GET', `/v1/deliveries/${delivery!.id}`, undefined],
      ['POST', `/v1/deliveries/${delivery!.id}/redeliver`, undefined],
    ];
    for (const { key } of strangers) {
      for (const [method, path, body] of requests) {
        expect((await world.call(method, path, { key, body })).status, `${method} ${path}`).toBe(404);
      }
    }
  });
});
