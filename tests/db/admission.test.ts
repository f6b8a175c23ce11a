import { failure, newUuid } from '@cfdi-live/contract';
import type { NewTask, TenantLimits, TenantScope } from '@cfdi-live/domain';
import { Client } from 'pg';
import { beforeEach, expect, test, vi } from 'vitest';
import { asSuperuser, created, PROFILE, useFixture } from './support.ts';

const fixture = useFixture();
const HOUR = 3_600_000;

// Admission looks at all tenants, so what an earlier test left would count.
beforeEach(() => asSuperuser(fixture.test, 'truncate automation_tasks, browser_sessions cascade'));

const admit = (maxSessions: number) => fixture.worker.system.admit({ maxSessions });

async function admitted(maxSessions: number): Promise<string[]> {
  return (await admit(maxSessions)).map(({ taskId }) => taskId);
}

/** A taxpayer of its own for each call, for a profile has limits too. */
let taxpayers = 0;
function anyone(): Partial<NewTask> {
  taxpayers += 1;
  return { profile: { ...PROFILE, rfc: `CACX760510${taxpayers}` } };
}

function make(count: number, overrides: Partial<NewTask> = {}, scope: TenantScope = fixture.scope) {
  return Promise.all(Array.from({ length: count }, () => created(fixture.api, scope, overrides)));
}

test('takes as many as there are browsers, and gives each its next fence', async () => {
  const tasks = await make(5);
  const first = await admit(2);
  expect(first).toHaveLength(2);
  expect(first.every(({ nextFence }) => nextFence === 1)).toBe(true);
  expect(await admit(2)).toEqual([]);
  expect(await admit(4)).toHaveLength(2);
  const all = await asSuperuser<{ status: string }>(fixture.test, 'select status from automation_tasks');
  expect(all.filter(({ status }) => status === 'QUEUED')).toHaveLength(4);
  expect(tasks).toHaveLength(5);
});

test('counts browsers that run, not tasks: one browser of one task is one', async () => {
  const { worker, scope } = fixture;
  const [task] = await make(3);
  const ids = await admitted(1);
  const claim = await worker.system.claim({ taskId: ids[0]!, workerId: 'w', leaseMs: 60_000 });
  const sessionId = newUuid();
  // On its way to a browser, with one, and with one that outlived its task: each time it is one.
  expect(await admit(1)).toEqual([]);
  await worker.withTenant(scope, (tx) => tx.sessions.open(claim!.run, { id: sessionId }));
  expect(await admit(1)).toEqual([]);
  await worker.withTenant(scope, (tx) =>
    tx.tasks.endRun(claim!.run, {
      on: 'reschedule',
      notBefore: new Date(Date.now() + HOUR),
      reason: 'later',
      burnAttempt: false,
    }),
  );
  expect(await admit(1)).toEqual([]);
  await worker.withTenant(scope, (tx) => tx.sessions.terminate(sessionId));
  expect(await admit(1)).toHaveLength(1);
  expect(task).toBeDefined();
});

test('leaves a task alone before its time', async () => {
  await make(1, { notBefore: new Date(Date.now() + HOUR) });
  const [due] = await make(1, { notBefore: new Date(Date.now() - 1000) });
  expect(await admitted(10)).toEqual([due!.id]);
});

test('takes first what is due within 6 hours, then by priority, then by deadline, then by age', async () => {
  const at = (hours: number) => new Date(Date.now() + hours * HOUR);
  const order = [];
  const [old] = await make(1);
  const [lateDeadline] = await make(1, { deadline: at(48) });
  const [important] = await make(1, { priority: 9 });
  const [urgent] = await make(1, { priority: 1, deadline: at(5) });
  const [young] = await make(1);
  for (let sessions = 1; sessions <= 5; sessions++) order.push(...(await admitted(sessions)));
  expect(order).toEqual([urgent, important, lateDeadline, old, young].map((task) => task!.id));
});

test('lets tenants take turns, so one with many waiting does not hold up another’s one', async () => {
  await make(10);
  const other = await fixture.newTenant();
  const [single] = await make(1, {}, other);
  expect(await admitted(2)).toContain(single!.id);
});

async function newTenant(limits: TenantLimits = {}): Promise<TenantScope> {
  const { id } = await fixture.admin.createTenant({ name: 'With limits', limits });
  return { tenantId: id, mode: 'test' };
}

test('keeps a tenant within its running limit', async () => {
  const scope = await newTenant({ running: 2 });
  for (let i = 0; i < 5; i++) await make(1, anyone(), scope);
  expect(await admit(10)).toHaveLength(2);
  expect(await admit(10)).toEqual([]);
  const standard = await newTenant();
  for (let i = 0; i < 25; i++) await make(1, anyone(), standard);
  expect(await admit(100)).toHaveLength(20);
});

test('keeps each profile within its running limit, and lets the tenant’s others pass', async () => {
  const { worker } = fixture;
  const scope = await newTenant();
  const [busy, other] = [anyone(), anyone()];
  const waiting = await make(5, { ...busy, priority: 9 }, scope);
  const [single] = await make(1, other, scope);
  const first = await admitted(10);
  expect(first).toHaveLength(4);
  expect(first).toContain(single!.id);
  expect(await admit(10)).toEqual([]);

  const one = waiting.find(({ id }) => first.includes(id))!;
  const claim = await worker.system.claim({ taskId: one.id, workerId: 'w', leaseMs: 60_000 });
  await worker.withTenant(scope, (tx) =>
    tx.tasks.endRun(claim!.run, { on: 'fail', failure: failure('portal_unknown') }),
  );
  expect(await admit(10)).toHaveLength(1);
  expect(await admit(10)).toEqual([]);
});

test('counts a profile apart in each mode, and takes the limit that its tenant was given', async () => {
  const scope = await newTenant({ profileRunning: 1 });
  const taxpayer = anyone();
  await make(2, taxpayer, scope);
  await make(2, taxpayer, { ...scope, mode: 'live' });
  expect(await admit(10)).toHaveLength(2);
});

test('limits nothing of a tenant whose plan is unlimited', async () => {
  await make(12, anyone());
  expect(await admit(100)).toHaveLength(12);
});

test('goes on without waiting while another admits', async () => {
  await make(1);
  const other = new Client({ connectionString: fixture.test.adminUrl });
  await other.connect();
  try {
    await other.query('begin; select pg_advisory_xact_lock(7220402)');
    expect(await admit(10)).toEqual([]);
  } finally {
    await other.end();
  }
  await vi.waitFor(async () => expect(await admit(10)).toHaveLength(1));
});

test('by ten at once admits no task twice and no more than fit', async () => {
  await make(10);
  const passes = await Promise.all(Array.from({ length: 10 }, () => admit(6)));
  const ids = passes.flat().map(({ taskId }) => taskId);
  expect(ids).toHaveLength(6);
  expect(new Set(ids).size).toBe(6);
});
