/** The dispatcher over a real database and real receivers: who waits for whom. */
import { newUuid } from '@cfdi-live/contract';
import { newSigningSecret } from '@cfdi-live/domain';
import { startDispatcher, type WebhookDispatcher } from '@cfdi-live/worker';
import { pino } from 'pino';
import { Webhook } from 'svix';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { asSuperuser, created, useFixture } from '../db/support.ts';
import { createReceivers, type Receiver } from './receivers.ts';

const fixture = useFixture();
const receivers = createReceivers();
const running: WebhookDispatcher[] = [];
let logged: string[] = [];

beforeEach(async () => {
  await asSuperuser(fixture.test, 'truncate webhook_endpoints cascade');
  logged = [];
});
afterEach(async () => {
  // First the receivers: what hangs on them ends, and nobody waits for its 15 seconds.
  await receivers.close();
  await Promise.all(running.splice(0).map((dispatcher) => dispatcher.stop()));
});

function start(): void {
  const dispatcher = startDispatcher(
    {
      database: fixture.worker,
      clock: { now: () => new Date() },
      dispatch: { allowedPrivateHosts: ['127.0.0.1'], resolveHost: async () => [] },
      log: pino({}, { write: (line: string) => void logged.push(line) }),
    },
    {
      everyMs: 50,
      onError: (error) => {
        throw error;
      },
    },
  );
  running.push(dispatcher);
}

async function endpoint(receiver: Receiver, eventTypes?: ['task.created'] | ['task.queued']) {
  const input = { id: newUuid(), url: `${receiver.url}?token=hush`, secret: newSigningSecret() };
  await fixture.api.withTenant(fixture.scope, (tx) =>
    tx.webhooks.createEndpoint({ ...input, ...(eventTypes === undefined ? {} : { eventTypes }) }),
  );
  return input;
}

function someTasks(count: number): Promise<unknown> {
  return Promise.all(Array.from({ length: count }, () => created(fixture.api, fixture.scope)));
}

test('an endpoint that hangs, with 300 events waiting, delays nobody', { timeout: 30_000 }, async () => {
  const hanging = await receivers.start(() => undefined);
  const quick = await receivers.start();
  await endpoint(hanging, ['task.queued']);
  const { secret } = await endpoint(quick, ['task.created']);
  const task = await created(fixture.api, fixture.scope);
  await fixture.api.withTenant(fixture.scope, async (tx) => {
    for (let i = 0; i < 300; i++) {
      await tx.events.append({ type: 'task.queued', taskId: task.id, data: { status: 'QUEUED' } });
    }
  });
  start();
  start();
  await vi.waitFor(() => expect(hanging.received.length).toBe(4), 5_000);

  const before = Date.now();
  await someTasks(10);
  await vi.waitFor(() => expect(quick.received.length).toBe(11), 5_000);
  // A hanging receiver is given 15 s; whoever waited for it would wait that long.
  expect(Date.now() - before).toBeLessThan(4_000);
  expect(hanging.received).toHaveLength(4);
  expect(hanging.mostAtOnce()).toBe(4);
  for (const { headers, body } of quick.received) new Webhook(secret).verify(body, headers);
});

test('a receiver that answers gets all that waits, a few at a time', async () => {
  const receiver = await receivers.start((response) => setTimeout(() => response.end(), 5));
  await endpoint(receiver, ['task.created']);
  await someTasks(60);
  start();
  start();
  await vi.waitFor(() => expect(receiver.received.length).toBe(60), 10_000);
  expect(receiver.mostAtOnce()).toBeLessThanOrEqual(4);
  const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
  expect(new Set(ids).size).toBe(60);
});

test('what is logged names the endpoint, and nothing of its URL or secret', async () => {
  const receiver = await receivers.start((response) => response.writeHead(503).end());
  const { id, secret } = await endpoint(receiver);
  await someTasks(1);
  start();
  await vi.waitFor(() => expect(logged).toHaveLength(1), 5_000);
  expect(JSON.parse(logged[0]!)).toMatchObject({
    action: 'webhook.attempt',
    endpoint: id,
    type: 'task.created',
    tries: 1,
    status: 503,
    state: 'pending',
  });
  for (const hidden of ['hush', '127.0.0.1', secret]) expect(logged[0]).not.toContain(hidden);
});

test('a stop waits for the attempt on its way, and its answer is kept', async () => {
  let finish = (): void => undefined;
  const receiver = await receivers.start((response) => {
    finish = () => void response.writeHead(204).end();
  });
  const { id } = await endpoint(receiver, ['task.created']);
  await someTasks(1);
  start();
  await vi.waitFor(() => expect(receiver.received.length).toBe(1), 5_000);
  const stopped = running.pop()!.stop();
  finish();
  await stopped;
  const { rows } = await fixture.api.withTenant(fixture.scope, (tx) =>
    tx.webhooks.listDeliveries(id, { limit: 10 }),
  );
  expect(rows).toMatchObject([{ status: 'delivered', attempts: 1, lastStatus: 204 }]);
});
