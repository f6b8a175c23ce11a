import { newUuid, type CreateWebhookEndpoint } from '@cfdi-live/contract';
import type { DueDelivery } from '@cfdi-live/domain';
import { beforeEach, expect, test } from 'vitest';
import { asSuperuser, claimed, created, useFixture } from './support.ts';

const fixture = useFixture();
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

beforeEach(() => asSuperuser(fixture.test, 'truncate webhook_endpoints cascade'));

async function endpoint(input: Partial<CreateWebhookEndpoint> = {}, scope = fixture.scope): Promise<string> {
  const id = newUuid();
  await fixture.api.withTenant(scope, (tx) =>
    tx.webhooks.createEndpoint({ id, url: `https://example.com/${id}`, secret: SECRET, ...input }),
  );
  return id;
}

function claimDue(lockMs = 60_000): Promise<DueDelivery[]> {
  return fixture.worker.system.claimDeliveries({ limit: 100, lockMs, perEndpoint: 100 });
}

function settle(delivery: DueDelivery, next: Parameters<typeof fixture.worker.system.settleDelivery>[2]) {
  return fixture.worker.system.settleDelivery(
    delivery,
    { status: next.state === 'delivered' ? 204 : 500, durationMs: 7.2, responseHead: 'a\0b', error: null },
    next,
  );
}

function deliveriesOf(endpointId: string) {
  return fixture.api.withTenant(fixture.scope, async (tx) => {
    const page = await tx.webhooks.listDeliveries(endpointId, { limit: 50 });
    return page.rows;
  });
}

test('a delivery is made with its event: to whom the type matters, and to nobody of another mode or tenant', async () => {
  const everything = await endpoint();
  const steps = await endpoint({ eventTypes: ['task.step', 'task.running'] });
  const none = await endpoint({ eventTypes: [] });
  const live = await endpoint({}, { ...fixture.scope, mode: 'live' });
  const foreign = await endpoint({}, await fixture.newTenant());
  const task = await created(fixture.api, fixture.scope);
  const { run } = await claimed(fixture.worker, task.id);
  await fixture.worker.withTenant(fixture.scope, (tx) =>
    tx.tasks.addStep(run, {
      id: newUuid(),
      index: 1,
      type: 'click',
      summary: 'x',
      planner: 'form',
      confidence: null,
      durationMs: 1,
      tokens: 0,
      costUsd: 0,
      screenshotArtifactId: null,
    }),
  );
  const due = await claimDue();
  const typesTo = (id: string) => due.filter((d) => d.endpointId === id).map((d) => d.event.type);
  expect(typesTo(everything)).toEqual(['task.created', 'task.queued', 'task.running']);
  expect(typesTo(steps)).toEqual(['task.running', 'task.step']);
  for (const id of [none, live, foreign]) expect(typesTo(id)).toEqual([]);
  expect(due[0]).toMatchObject({ ...fixture.scope, secrets: [SECRET], tries: 0 });
});

test('an event that is rolled back leaves no delivery', async () => {
  await endpoint();
  const task = await created(fixture.api, fixture.scope);
  await claimDue();
  const event = { type: 'artifact.created', data: { artifactId: 'art_1', kind: 'xml', size: 1 } } as const;
  const failing = fixture.api.withTenant(fixture.scope, async (tx) => {
    await tx.events.append({ ...event, taskId: task.id });
    // By the time that this one is refused, the first has its delivery.
    await tx.events.append({ ...event, taskId: newUuid() });
  });
  await expect(failing).rejects.toThrow();
  expect(await claimDue()).toEqual([]);
});

test('ten dispatchers share what is due, none sends twice, and a lock that passes gives it back', async () => {
  const id = await endpoint();
  await Promise.all(Array.from({ length: 20 }, () => created(fixture.api, fixture.scope)));
  const claims = await Promise.all(
    Array.from({ length: 10 }, () =>
      fixture.worker.system.claimDeliveries({ limit: 5, lockMs: 60_000, perEndpoint: 100 }),
    ),
  );
  const ids = claims.flat().map((delivery) => delivery.id);
  expect(ids).toHaveLength(20);
  expect(new Set(ids).size).toBe(20);
  expect(await claimDue()).toEqual([]);
  await asSuperuser(
    fixture.test,
    `update webhook_deliveries set locked_until = now() where endpoint_id = $1`,
    [id],
  );
  expect(await claimDue()).toHaveLength(20);
});

test('an attempt is logged, and says what comes next', async () => {
  const id = await endpoint();
  await created(fixture.api, fixture.scope);
  const [first] = await claimDue();
  await settle(first!, { state: 'pending', delayMs: 3_600_000 });
  expect(await claimDue()).toEqual([]);
  expect(await deliveriesOf(id)).toMatchObject([{ status: 'pending', attempts: 1, lastStatus: 500 }]);
  await asSuperuser(
    fixture.test,
    `update webhook_deliveries set next_attempt_at = now() where endpoint_id = $1`,
    [id],
  );
  const [second] = await claimDue();
  expect(second?.tries).toBe(1);
  await settle(second!, { state: 'delivered' });
  // A slower dispatcher that held it before comes too late to undo that.
  await settle(second!, { state: 'pending', delayMs: 0 });
  expect(await deliveriesOf(id)).toMatchObject([{ status: 'delivered', attempts: 3, nextAttemptAt: null }]);
  const attempts = await asSuperuser<{ number: number; status: number; response_head: string }>(
    fixture.test,
    'select number, status, response_head from webhook_attempts where delivery_id = $1 order by number',
    [first!.id],
  );
  expect(attempts).toEqual([
    { number: 1, status: 500, response_head: 'ab' },
    { number: 2, status: 204, response_head: 'ab' },
    { number: 3, status: 500, response_head: 'ab' },
  ]);
});

test('a deleted endpoint takes its deliveries along, and a late answer finds nothing', async () => {
  const id = await endpoint();
  await created(fixture.api, fixture.scope);
  const [delivery] = await claimDue();
  await fixture.api.withTenant(fixture.scope, async (tx) => {
    expect(await tx.webhooks.deleteEndpoint(id)).toBe(true);
    expect(await tx.webhooks.deleteEndpoint(id)).toBe(false);
    expect(await tx.webhooks.getEndpoint(id)).toBeNull();
  });
  await expect(settle(delivery!, { state: 'delivered' })).resolves.toBeUndefined();
});

test('one secret that does not open does not keep the others from being sent', async () => {
  const broken = await endpoint();
  const whole = await endpoint();
  await asSuperuser(fixture.test, `update webhook_endpoints set secret = '\\x00' where id = $1`, [broken]);
  await created(fixture.api, fixture.scope);
  expect((await claimDue()).map(({ endpointId }) => endpointId)).toEqual([whole]);
});
