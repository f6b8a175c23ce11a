/** The life of an endpoint: changed, failing, disabled, given a new secret, made up for what it missed. */
import { encodeId, newUuid, type CreateWebhookEndpoint, type Event } from '@cfdi-live/contract';
import { shiftDatabaseClock } from '@cfdi-live/db';
import type { DueDelivery, WebhookEndpointRow, WebhookStore } from '@cfdi-live/domain';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { asSuperuser, created, useFixture } from './support.ts';

const fixture = useFixture();
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const DAY = 86_400_000;

beforeEach(() => asSuperuser(fixture.test, 'truncate webhook_endpoints cascade'));
afterEach(() => shiftDatabaseClock(fixture.test.ownerUrl, 0));

function webhooks<T>(work: (store: WebhookStore) => Promise<T>, scope = fixture.scope): Promise<T> {
  return fixture.api.withTenant(scope, (tx) => work(tx.webhooks));
}

async function endpoint(input: Partial<CreateWebhookEndpoint> = {}): Promise<string> {
  const id = newUuid();
  await webhooks((store) =>
    store.createEndpoint({ id, url: `https://example.com/${id}`, secret: SECRET, ...input }),
  );
  return id;
}

async function read(id: string): Promise<WebhookEndpointRow> {
  const row = await webhooks((store) => store.getEndpoint(id));
  if (row === null) throw new Error('no endpoint');
  return row;
}

function claimDue(perEndpoint = 100): Promise<DueDelivery[]> {
  return fixture.worker.system.claimDeliveries({ limit: 100, lockMs: 60_000, perEndpoint });
}

function settle(delivery: DueDelivery, state: 'delivered' | 'pending' | 'failed' | 'gone'): Promise<void> {
  return fixture.worker.system.settleDelivery(
    delivery,
    { status: state === 'delivered' ? 204 : 500, durationMs: 7, responseHead: '', error: null },
    state === 'pending' ? { state, delayMs: 5_000 } : { state },
  );
}

async function statesOf(endpointId: string): Promise<string[]> {
  const { rows } = await webhooks((store) => store.listDeliveries(endpointId, { limit: 100 }));
  return rows.map(({ eventType, status }) => `${eventType} ${status}`);
}

async function newestEvent(): Promise<Event | undefined> {
  const events = await fixture.api.withTenant(fixture.scope, (tx) => tx.events.after(0n, { limit: 100 }));
  return events.at(-1)?.event;
}

describe('an endpoint that fails', () => {
  test('is disabled after five days without a success, which the log and the other endpoints tell', async () => {
    const failing = await endpoint();
    const other = await endpoint();
    const disabledOnly = await endpoint({ eventTypes: ['webhook_endpoint.disabled'] });
    await created(fixture.api, fixture.scope);
    const first = (await claimDue()).find(({ endpointId }) => endpointId === failing)!;
    await settle(first, 'pending');
    const since = (await read(failing)).failingSince;
    expect(since).toBeInstanceOf(Date);

    await shiftDatabaseClock(fixture.test.ownerUrl, 5 * DAY - 60_000);
    const second = (await claimDue()).find(({ endpointId }) => endpointId === failing)!;
    await settle(second, 'pending');
    expect(await read(failing)).toMatchObject({ disabledAt: null, failingSince: since });

    await shiftDatabaseClock(fixture.test.ownerUrl, 5 * DAY + 60_000);
    await created(fixture.api, fixture.scope);
    const due = (await claimDue()).filter(({ endpointId }) => endpointId === failing);
    await settle(
      due.find(({ id }) => id === first.id)!,
      'pending',
    );
    expect(await read(failing)).toMatchObject({ disabledReason: 'failing' });
    expect(await statesOf(failing)).toEqual(['task.created failed', 'task.created failed']);
    expect(await newestEvent()).toMatchObject({
      type: 'webhook_endpoint.disabled',
      mode: 'test',
      taskId: null,
      externalId: null,
      sequence: null,
      data: {
        endpointId: encodeId('webhookEndpoint', failing),
        reason: 'failing',
        failingSince: since?.toISOString(),
      },
    });
    const told = 'webhook_endpoint.disabled pending';
    expect((await statesOf(other))[0]).toBe(told);
    expect(await statesOf(disabledOnly)).toEqual([told]);
    const event = (await claimDue()).find(({ endpointId }) => endpointId === disabledOnly)?.event;
    expect(event).toEqual(await newestEvent());
  });

  test('is not disabled by a first try, nor after a success in between', async () => {
    const id = await endpoint();
    await created(fixture.api, fixture.scope);
    const [first] = await claimDue();
    await settle(first!, 'failed');
    await shiftDatabaseClock(fixture.test.ownerUrl, 6 * DAY);
    await created(fixture.api, fixture.scope);
    const [second] = await claimDue();
    await settle(second!, 'pending');
    expect((await read(id)).disabledAt).toBeNull();
    await shiftDatabaseClock(fixture.test.ownerUrl, 6 * DAY + 60_000);
    const [again] = await claimDue();
    await settle(again!, 'delivered');
    expect((await read(id)).failingSince).toBeNull();
  });

  test('gets nothing more at once when it answers that it is gone', async () => {
    const id = await endpoint();
    await created(fixture.api, fixture.scope);
    await created(fixture.api, fixture.scope);
    const [first, second] = await claimDue();
    await settle(first!, 'gone');
    await created(fixture.api, fixture.scope);
    expect(await statesOf(id)).toEqual(['task.created failed', 'task.created failed']);
    expect(await read(id)).toMatchObject({ disabledReason: 'gone' });
    expect(await newestEvent()).toMatchObject({ type: 'task.created' });
    // Its other answer was on its way, and says the truth.
    await settle(second!, 'delivered');
    expect(await statesOf(id)).toEqual(['task.created delivered', 'task.created failed']);
  });

  test('that many dispatchers see at once is disabled once, without a deadlock', async () => {
    const id = await endpoint();
    await Promise.all(Array.from({ length: 20 }, () => created(fixture.api, fixture.scope)));
    const due = await claimDue();
    await Promise.all([
      ...due.slice(0, 10).map((delivery) => settle(delivery, 'gone')),
      ...due.slice(10).map((delivery) => settle(delivery, 'pending')),
      ...Array.from({ length: 5 }, () => created(fixture.api, fixture.scope)),
      webhooks((store) => store.updateEndpoint(id, { description: 'changed meanwhile' })),
    ]);
    const events = await fixture.api.withTenant(fixture.scope, (tx) => tx.events.after(0n, { limit: 100 }));
    const told = events.filter(({ event }) => event.type === 'webhook_endpoint.disabled');
    expect(told).toHaveLength(1);
    expect(await claimDue()).toEqual([]);
  });
});

describe('a change', () => {
  test('keeps what it leaves out, and its filter holds from the next event on', async () => {
    const id = await endpoint({ description: 'Back office' });
    await created(fixture.api, fixture.scope);
    const changed = await webhooks((store) => store.updateEndpoint(id, { eventTypes: ['task.queued'] }));
    expect(changed).toMatchObject({ description: 'Back office', eventTypes: ['task.queued'] });
    await created(fixture.api, fixture.scope);
    expect(await statesOf(id)).toEqual(['task.created pending']);
    await webhooks((store) => store.updateEndpoint(id, { eventTypes: null, description: null }));
    await created(fixture.api, fixture.scope);
    expect(await statesOf(id)).toHaveLength(2);
    expect(await read(id)).toMatchObject({ description: null, eventTypes: null });
  });

  test('disables: what waits ends, what comes is not kept; enabled again, it starts unblemished', async () => {
    const id = await endpoint();
    await created(fixture.api, fixture.scope);
    const [first] = await claimDue();
    await settle(first!, 'pending');
    await webhooks((store) => store.updateEndpoint(id, { disabled: true }));
    expect(await read(id)).toMatchObject({ disabledReason: 'manual' });
    await created(fixture.api, fixture.scope);
    expect(await statesOf(id)).toEqual(['task.created failed']);
    await webhooks((store) => store.updateEndpoint(id, { disabled: false }));
    expect(await read(id)).toMatchObject({ disabledAt: null, disabledReason: null, failingSince: null });
    await created(fixture.api, fixture.scope);
    expect(await claimDue()).toHaveLength(1);
  });

  test('of another tenant or mode reaches nothing', async () => {
    const id = await endpoint();
    await created(fixture.api, fixture.scope);
    const [delivery] = (await webhooks((store) => store.listDeliveries(id, { limit: 1 }))).rows;
    const others = [await fixture.newTenant(), { ...fixture.scope, mode: 'live' as const }];
    for (const scope of others) {
      await webhooks(async (store) => {
        expect(await store.updateEndpoint(id, { disabled: true })).toBeNull();
        expect(await store.rotateSecret(id, { secret: SECRET, overlapMs: DAY })).toBeNull();
        expect(await store.recover(id, { since: new Date(0), limit: 10 })).toBeNull();
        expect(await store.addressOf(id)).toBeNull();
        expect(await store.messageOf(delivery!.id)).toBeNull();
        expect(await store.getDelivery(delivery!.id)).toBeNull();
      }, scope);
    }
    expect(await read(id)).toMatchObject({ disabledAt: null, previousSecretUntil: null });
  });
});

describe('a rotated secret', () => {
  const next = 'whsec_bmV4dG5leHRuZXh0bmV4dG5leHRuZXh0';
  const last = 'whsec_bGFzdGxhc3RsYXN0bGFzdGxhc3RsYXN0';
  const rotate = (id: string, secret: string) =>
    webhooks((store) => store.rotateSecret(id, { secret, overlapMs: DAY }));
  const secretsOf = async (id: string) => (await webhooks((store) => store.addressOf(id)))?.secrets;

  test('signs beside the one before it for a day, and a second rotation ends the oldest', async () => {
    const id = await endpoint();
    expect((await rotate(id, next))?.previousSecretUntil).toBeInstanceOf(Date);
    await created(fixture.api, fixture.scope);
    const [due] = await claimDue();
    expect(due?.secrets).toEqual([next, SECRET]);
    await rotate(id, last);
    expect(await secretsOf(id)).toEqual([last, next]);
    await shiftDatabaseClock(fixture.test.ownerUrl, DAY + 60_000);
    expect(await secretsOf(id)).toEqual([last]);
    expect((await read(id)).previousSecretUntil).toBeNull();
  });

  test('is never in clear in the database, nor is the one before', async () => {
    const id = await endpoint();
    await rotate(id, next);
    const [row] = await asSuperuser<{ text: string }>(
      fixture.test,
      `select encode(secret || previous_secret, 'escape') || e::text as text from webhook_endpoints e where id = $1`,
      [id],
    );
    for (const secret of [SECRET, next]) expect(row?.text).not.toContain(secret.slice(6));
  });
});

describe('recovery', () => {
  const recover = (id: string, since: Date, limit = 100) =>
    webhooks((store) => store.recover(id, { since, limit }));

  test('queues what failed and what was never made, of its filter, and nothing twice', async () => {
    const before = new Date(Date.now() - 60_000);
    await created(fixture.api, fixture.scope);
    const id = await endpoint({ eventTypes: ['task.created'] });
    await created(fixture.api, fixture.scope);
    await created(fixture.api, fixture.scope);
    const [first, second] = await claimDue();
    await settle(first!, 'delivered');
    await settle(second!, 'failed');
    await webhooks((store) => store.updateEndpoint(id, { disabled: true }));
    const task = await created(fixture.api, fixture.scope);
    await fixture.api.withTenant(fixture.scope, (tx) =>
      tx.events.append({ type: 'session.ended', taskId: task.id, data: { sessionId: 'ses_1' } }),
    );
    await webhooks((store) => store.updateEndpoint(id, { disabled: false }));

    expect(await recover(id, before)).toBe(3);
    expect(await recover(id, before)).toBe(0);
    const states = await statesOf(id);
    expect(states.filter((state) => state === 'task.created pending')).toHaveLength(3);
    expect(states).toHaveLength(4);
    const due = await claimDue();
    expect(due.map(({ tries }) => tries)).toEqual([0, 0, 0]);
    expect(due.map(({ id: delivery }) => delivery)).toContain(second!.id);
  });

  test('takes the oldest first, as many as it may, and what is older than asked for not at all', async () => {
    await shiftDatabaseClock(fixture.test.ownerUrl, -2 * DAY);
    const old = await created(fixture.api, fixture.scope);
    await shiftDatabaseClock(fixture.test.ownerUrl, -DAY);
    const middle = await created(fixture.api, fixture.scope);
    await shiftDatabaseClock(fixture.test.ownerUrl, 0);
    await created(fixture.api, fixture.scope);
    const id = await endpoint();
    expect(await recover(id, new Date(Date.now() - 1.5 * DAY), 1)).toBe(1);
    const [due] = await claimDue();
    expect(due?.event.taskId).toBe(encodeId('task', middle.id));
    expect(await recover(id, new Date(Date.now() - 1.5 * DAY))).toBe(1);
    expect(await recover(id, new Date(Date.now() - 3 * DAY))).toBe(1);
    const tasks = (await claimDue()).map(({ event }) => event.taskId);
    expect(tasks).toContain(encodeId('task', old.id));
  });

  test('of a disabled endpoint waits until it is enabled', async () => {
    const id = await endpoint();
    await created(fixture.api, fixture.scope);
    await webhooks((store) => store.updateEndpoint(id, { disabled: true }));
    expect(await recover(id, new Date(Date.now() - 60_000))).toBe(1);
    expect(await claimDue()).toEqual([]);
    await webhooks((store) => store.updateEndpoint(id, { disabled: false }));
    expect(await claimDue()).toHaveLength(1);
  });
});

describe('claiming', () => {
  test('takes a few of each endpoint over all dispatchers, however many are due', async () => {
    const busy = await endpoint();
    const quiet = await endpoint({ eventTypes: ['task.queued'] });
    const tasks = await Promise.all(Array.from({ length: 30 }, () => created(fixture.api, fixture.scope)));
    await fixture.worker.withTenant(fixture.scope, (tx) =>
      tx.events.append({ type: 'task.queued', taskId: tasks[0]!.id, data: { status: 'QUEUED' } }),
    );
    const claims = await Promise.all(Array.from({ length: 5 }, () => claimDue(4)));
    const endpoints = claims.flat().map(({ endpointId }) => endpointId);
    expect(endpoints.filter((id) => id === busy)).toHaveLength(4);
    expect(endpoints.filter((id) => id === quiet)).toHaveLength(1);
    await settle(
      claims.flat().find(({ endpointId }) => endpointId === busy)!,
      'delivered',
    );
    expect((await claimDue(4)).map(({ endpointId }) => endpointId)).toEqual([busy]);
  });

  test('asks one that fails with one delivery at a time, and all of it again after a success', async () => {
    await endpoint();
    await Promise.all(Array.from({ length: 6 }, () => created(fixture.api, fixture.scope)));
    const [first] = await claimDue(1);
    await settle(first!, 'pending');
    const [second, ...none] = await claimDue(4);
    expect(none).toEqual([]);
    await settle(second!, 'delivered');
    expect(await claimDue(4)).toHaveLength(4);
  });

  test('gives the places to those first that have the fewest', async () => {
    const ids = await Promise.all(Array.from({ length: 5 }, () => endpoint()));
    await Promise.all(Array.from({ length: 3 }, () => created(fixture.api, fixture.scope)));
    const due = await fixture.worker.system.claimDeliveries({ limit: 5, lockMs: 60_000, perEndpoint: 4 });
    expect(new Set(due.map(({ endpointId }) => endpointId))).toEqual(new Set(ids));
  });
});
