import { decodeId, eventListSchema, newUuid } from '@cfdi-live/contract';
import type { StoredEvent } from '@cfdi-live/domain';
import { expect, test, vi } from 'vitest';
import { asSuperuser, claimed, created, newTask, useFixture } from './support.ts';

const fixture = useFixture();

function artifactEvent(taskId: string, size = 1) {
  return { type: 'artifact.created', taskId, data: { artifactId: 'art_x', kind: 'xml', size } } as const;
}

function read(after = 0n, limit = 10_000): Promise<StoredEvent[]> {
  return fixture.api.withTenant(fixture.scope, (tx) => tx.events.after(after, { limit }));
}

test('20 writers at once leave no gap, and whoever follows the cursor misses nothing', async () => {
  const { api, scope } = fixture;
  const tasks = await Promise.all(Array.from({ length: 4 }, () => created(api, scope)));
  let writing = true;
  const followed: bigint[] = [];
  // A reader that looks while they write: an event that committed behind its cursor would be lost to it.
  const follower = (async () => {
    for (;;) {
      const last = !writing;
      for (const { cursor } of await read(followed.at(-1) ?? 0n)) followed.push(cursor);
      if (last) return;
    }
  })();
  await Promise.all(
    Array.from({ length: 20 }, async (_, writer) => {
      for (let i = 0; i < 10; i++) {
        const taskId = tasks[(writer + i) % tasks.length]!.id;
        await api
          .withTenant(scope, async (tx) => {
            await tx.events.append(artifactEvent(taskId, i));
            // A transaction that fails must leave no hole behind.
            if (i % 5 === 4) throw new Error('rolled back');
          })
          .catch(() => undefined);
      }
    }),
  );
  writing = false;
  await follower;

  const events = await read();
  expect(events).toHaveLength(4 + 20 * 8);
  expect(events.map(({ cursor }) => cursor)).toEqual(events.map((_, i) => BigInt(i + 1)));
  expect(followed).toEqual(events.map(({ cursor }) => cursor));
  for (const { id } of tasks) {
    const own = events.filter(({ event }) => decodeId('task', event.taskId!) === id);
    expect(own.map(({ event }) => event.sequence)).toEqual(own.map((_, i) => i + 1));
  }
});

test('events of several tasks in one transaction never make two transactions wait for each other', async () => {
  const { api, scope } = fixture;
  const [a, b] = [await created(api, scope), await created(api, scope)];
  await Promise.all(
    Array.from({ length: 40 }, (_, i) =>
      api.withTenant(scope, async (tx) => {
        const order = i % 2 === 0 ? [a, b] : [b, a];
        for (const task of [...order, ...order]) await tx.events.append(artifactEvent(task.id));
      }),
    ),
  );
  expect(await read()).toHaveLength(2 + 40 * 4);
});

test('an event is appended after everything else, wherever it was noted', async () => {
  const { api, worker, scope } = fixture;
  const task = await created(api, scope);
  const { run } = await claimed(worker, task.id);
  // The first transaction notes its event, then waits; the second must not be kept from appending its own.
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  const slow = worker.withTenant(scope, async (tx) => {
    await tx.events.append(artifactEvent(task.id, 1));
    await held;
    await tx.tickets.issued(run, 'U');
  });
  await worker.withTenant(scope, (tx) => tx.events.append(artifactEvent(task.id, 2)));
  release();
  await slow;
  const sizes = (await read()).flatMap(({ event }) =>
    event.type === 'artifact.created' ? [event.data.size] : [],
  );
  expect(sizes).toEqual([2, 1]);
});

test('an event reads as it goes on the wire', async () => {
  const { api, worker, scope } = fixture;
  const task = await created(api, scope, { externalId: 'order-9' });
  const { run } = await claimed(worker, task.id);
  await worker.withTenant(scope, (tx) =>
    tx.tasks.addStep(run, {
      id: newUuid(),
      index: 1,
      type: 'click',
      summary: 'clicked \0 Facturar \ud800',
      planner: 'form',
      confidence: null,
      durationMs: 3.6,
      tokens: 0,
      costUsd: 0.25,
      screenshotArtifactId: null,
    }),
  );
  const events = await read();
  const data = events.map(({ event }) => event);
  expect(eventListSchema.parse({ data, hasMore: false, nextCursor: null }).data).toEqual(data);
  expect(data.at(-1)).toMatchObject({
    type: 'task.step',
    mode: 'test',
    externalId: 'order-9',
    data: { index: 1, summary: 'clicked  Facturar \ufffd', durationMs: 4 },
  });
  const steps = await api.withTenant(scope, (tx) => tx.tasks.listSteps(task.id, { limit: 10 }));
  expect(steps.rows).toMatchObject([{ type: 'click', costUsd: 0.25, runId: run.runId }]);
});

test('the log is read from a place, by task, and not by the other mode or another tenant', async () => {
  const { api, scope } = fixture;
  const one = await created(api, scope);
  const two = await created(api, scope);
  const events = await read();
  const eventId = decodeId('event', events[0]!.event.id)!;
  const other = await fixture.newTenant();
  expect(await read(1n)).toEqual(events.slice(1));
  expect(await read(0n, 1)).toEqual(events.slice(0, 1));
  await api.withTenant(scope, async (tx) => {
    expect(await tx.events.cursorOf(eventId)).toBe(1n);
    expect(await tx.events.cursorOf(newUuid())).toBeNull();
    expect(await tx.events.after(0n, { taskId: two.id, limit: 10 })).toEqual(events.slice(1));
    expect(one.id).not.toBe(two.id);
  });
  for (const stranger of [other, { ...scope, mode: 'live' as const }]) {
    await api.withTenant(stranger, async (tx) => {
      expect(await tx.events.cursorOf(eventId)).toBeNull();
      expect(await tx.events.after(0n, { limit: 10 })).toEqual([]);
    });
  }
});

test('a listener hears of a tenant’s events after they are committed, and again after its connection was cut', async () => {
  const { api, scope } = fixture;
  const heard: string[] = [];
  const stop = api.onEvents(({ tenantId }) => heard.push(tenantId));
  const listening = () =>
    vi.waitFor(
      async () => {
        const rows = await asSuperuser<{ pid: number }>(
          fixture.test,
          `select pid from pg_stat_activity
            where datname = current_database() and application_name = 'cfdi-live-listen' and query like 'listen%'`,
        );
        expect(rows).toHaveLength(1);
        return rows[0]!.pid;
      },
      { timeout: 10_000, interval: 20 },
    );
  const pid = await listening();
  await created(api, scope);
  await vi.waitFor(() => expect(heard).toEqual([scope.tenantId]));
  await asSuperuser(fixture.test, 'select pg_terminate_backend($1)', [pid]);
  expect(await listening()).not.toBe(pid);
  await created(api, scope);
  await vi.waitFor(() => expect(heard).toEqual([scope.tenantId, scope.tenantId]));
  stop();
  await created(api, scope);
  expect(heard).toHaveLength(2);
});

test('a task that was not created leaves no event', async () => {
  const { api, scope } = fixture;
  const ticketIdentity = 'taken';
  await created(api, scope, { ticketIdentity });
  await api.withTenant(scope, (tx) => tx.tasks.create(newTask({ ticketIdentity })));
  expect(await read()).toHaveLength(1);
});
