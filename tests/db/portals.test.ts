/** Portals that do not answer, and portals that take few at once: their tasks wait without a browser, the others' go on. */
import { failure } from '@cfdi-live/contract';
import { shiftDatabaseClock } from '@cfdi-live/db';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { admitted, claim, emptyLine, make, runTo } from './queue.ts';
import { asSuperuser, eventTypes, inDoubt, useFixture } from './support.ts';

const fixture = useFixture();
const MINUTE = 60_000;
const HOST = 'down.example.com.mx';
const FAILED = { on: 'fail', failure: failure('portal_unknown') } as const;

beforeEach(() => emptyLine(fixture));
afterEach(() => shiftDatabaseClock(fixture.test.ownerUrl, 0));

const report = (taskId: string, answered: boolean) => fixture.worker.system.reportPortal(taskId, answered);
const passMinutes = (minutes: number) => shiftDatabaseClock(fixture.test.ownerUrl, minutes * MINUTE + 1000);

async function portal(): Promise<Record<string, unknown>> {
  const [row] = await asSuperuser<Record<string, unknown>>(
    fixture.test,
    'select breaker, failures, openings, probe_task_id, max_sessions from portal_states where host = $1',
    [HOST],
  );
  if (row === undefined) throw new Error('nothing is known of the portal');
  return row;
}

async function held(): Promise<string[]> {
  const rows = await asSuperuser<{ id: string }>(
    fixture.test,
    `select id from automation_tasks where held_for = 'portal' order by id`,
  );
  return rows.map(({ id }) => id);
}

/** Opens the breaker by tasks that found nobody, and returns their ids; they stay queued. */
async function openBreaker(): Promise<string[]> {
  const tasks = await make(fixture, 5, { vendorHost: HOST });
  await admitted(fixture, 5);
  for (const { id } of tasks) await report(id, false);
  expect(await portal()).toMatchObject({ breaker: 'open', failures: 5 });
  return tasks.map(({ id }) => id);
}

describe('a portal that does not answer', () => {
  test('is given up by five tasks in a row; one that answers begins the count anew', async () => {
    const [first, ...tasks] = await make(fixture, 5, { vendorHost: HOST });
    for (const { id } of tasks) expect(await report(id, false)).toMatchObject({ breaker: 'closed' });
    expect(await report(first!.id, true)).toEqual({
      host: HOST,
      breaker: 'closed',
      retryAt: null,
      changed: false,
    });
    for (const { id } of tasks) await report(id, false);
    const opened = await report(first!.id, false);
    expect(opened).toMatchObject({ host: HOST, breaker: 'open', changed: true });
    expect(opened.retryAt!.getTime()).toBeGreaterThan(Date.now() + 50_000);
    // What was under way already tells nothing new.
    expect(await report(first!.id, false)).toMatchObject({ retryAt: opened.retryAt, changed: false });
  });

  test('is not given up for one task that fails again and again', async () => {
    const [task] = await make(fixture, 1, { vendorHost: HOST });
    for (let i = 0; i < 6; i++) expect(await report(task!.id, false)).toMatchObject({ breaker: 'closed' });
  });

  test('costs no browser: queued tasks step back and new ones wait, while others’ go on', async () => {
    const [queued] = await openBreaker();
    expect(await claim(fixture, queued!)).toBeNull();
    const [waits] = await make(fixture, 1, { vendorHost: HOST, priority: 10 });
    const [goes] = await make(fixture, 1);
    expect(await admitted(fixture, 20)).toEqual([goes!.id]);
    expect(new Set(await held())).toEqual(new Set([queued, waits!.id]));
    expect((await eventTypes(fixture, waits!.id)).at(-1)).toBe('task.rescheduled');
    const [attempts] = await asSuperuser<{ n: number }>(
      fixture.test,
      'select max(attempt)::int as n from automation_tasks',
    );
    expect(attempts?.n).toBe(0);
    // Looked at once: another pass holds nobody anew, and tells nobody again.
    await admitted(fixture, 20);
    expect(await eventTypes(fixture, waits!.id)).toHaveLength(2);
  });

  test('is tried by one task alone, later each time; when that one gets through, all come', async () => {
    const queued = await openBreaker();
    for (const id of queued) expect(await claim(fixture, id)).toBeNull();
    expect(await admitted(fixture, 20)).toEqual([]);

    await passMinutes(1);
    const [probe, ...more] = await admitted(fixture, 20);
    expect(more).toEqual([]);
    expect(await portal()).toMatchObject({ breaker: 'half_open', probe_task_id: probe });
    expect(await admitted(fixture, 20)).toEqual([]);
    expect(await claim(fixture, probe!)).not.toBeNull();
    const again = await report(probe!, false);
    expect(again).toMatchObject({ breaker: 'open', changed: false });
    await asSuperuser(fixture.test, `update automation_tasks set status = 'PENDING' where id = $1`, [probe]);

    await passMinutes(2);
    expect(await admitted(fixture, 20)).toEqual([]);
    await passMinutes(4);
    const [second] = await admitted(fixture, 20);
    expect(await claim(fixture, second!)).not.toBeNull();
    expect(await report(second!, true)).toMatchObject({ breaker: 'closed', changed: true });
    expect(await admitted(fixture, 20)).toHaveLength(4);
    expect(await held()).toEqual([]);
  });

  test.each(['is cancelled', 'ends without a word of the portal'])(
    'is tried by the next one where the probe %s',
    async (why) => {
      const queued = await openBreaker();
      for (const id of queued) await claim(fixture, id);
      await passMinutes(1);
      const [probe] = await admitted(fixture, 20);
      if (why === 'is cancelled') {
        await fixture.api.withTenant(fixture.scope, (tx) =>
          tx.tasks.cancel(probe!, failure('cancelled_by_user')),
        );
      } else await runTo(fixture, probe!, FAILED);
      const [next] = await admitted(fixture, 20);
      expect(next).not.toBe(probe);
      expect(await portal()).toMatchObject({ breaker: 'half_open', probe_task_id: next });
    },
  );

  test('stays half-open with the worker that takes a dead one’s probe', async () => {
    const queued = await openBreaker();
    for (const id of queued) await claim(fixture, id);
    await passMinutes(1);
    const [probe] = await admitted(fixture, 20);
    await claim(fixture, probe!);
    await asSuperuser(
      fixture.test,
      `update automation_tasks set lease_until = now() - interval '1 h'
      where status = 'RUNNING'`,
    );
    expect(await admitted(fixture, 20)).toEqual([]);
    expect(await claim(fixture, probe!)).not.toBeNull();
    expect(await portal()).toMatchObject({ breaker: 'half_open', probe_task_id: probe });
  });

  test('is asked all the same about a ticket in doubt', async () => {
    await openBreaker();
    const { taskId, run } = await inDoubt(fixture);
    await fixture.worker.withTenant(fixture.scope, (tx) =>
      tx.tasks.endRun(run, {
        on: 'reschedule',
        notBefore: new Date(),
        reason: 'in_doubt',
        burnAttempt: false,
      }),
    );
    await asSuperuser(fixture.test, 'update automation_tasks set vendor_host = $1', [HOST]);
    await expect.poll(() => admitted(fixture, 20)).toEqual([taskId]);
    expect(await claim(fixture, taskId)).not.toBeNull();
  });

  test('keeps nobody waiting for more than three days', async () => {
    const [queued] = await openBreaker();
    await claim(fixture, queued!);
    expect(await fixture.worker.system.failUnreachable()).toBe(0);
    await passMinutes(72 * 60);
    expect(await fixture.worker.system.failUnreachable()).toBe(1);
    const task = await fixture.api.withTenant(fixture.scope, (tx) => tx.tasks.get(queued!));
    expect(task).toMatchObject({ status: 'FAILED', failure: { code: 'portal_down' } });
    expect((await eventTypes(fixture, queued!)).at(-1)).toBe('task.failed');
  });
});

describe('a portal that takes two at once', () => {
  beforeEach(() =>
    asSuperuser(fixture.test, 'insert into portal_states (host, max_sessions) values ($1, 2)', [HOST]),
  );

  test('gets no more, and the next of each tenant in turn', async () => {
    const other = await fixture.newTenant();
    await make(fixture, 4, { vendorHost: HOST });
    await admitted(fixture, 20);
    await make({ api: fixture.api, scope: other }, 1, { vendorHost: HOST });
    const [elsewhere] = await make(fixture, 1);
    expect(await admitted(fixture, 20)).toEqual([elsewhere!.id]);
    expect(await held()).toHaveLength(3);

    const running = await asSuperuser<{ id: string }>(
      fixture.test,
      `select id from automation_tasks where status = 'QUEUED' and vendor_host = $1`,
      [HOST],
    );
    expect(running).toHaveLength(2);
    for (const { id } of running) await runTo(fixture, id, FAILED);
    const next = await admitted(fixture, 20);
    const tenants = await asSuperuser<{ tenant_id: string }>(
      fixture.test,
      'select tenant_id from automation_tasks where id = any ($1)',
      [next],
    );
    expect(new Set(tenants.map(({ tenant_id }) => tenant_id)).size).toBe(2);
  });

  test('gets no more by those that came past admission', async () => {
    const tasks = await make(fixture, 5, { vendorHost: HOST });
    await asSuperuser(fixture.test, `update automation_tasks set status = 'QUEUED', queued_at = now()`);
    const claims = await Promise.all(tasks.map(({ id }) => claim(fixture, id)));
    expect(claims.filter((one) => one !== null)).toHaveLength(2);
    expect(await held()).toHaveLength(3);
  });
});

test('several admitters at once let one task try a portal, and admit nobody twice', async () => {
  const queued = await openBreaker();
  for (const id of queued) await claim(fixture, id);
  await make(fixture, 6);
  await passMinutes(1);
  const passes = await Promise.all(Array.from({ length: 10 }, () => admitted(fixture, 20)));
  const rest = await admitted(fixture, 20);
  const ids = [...passes.flat(), ...rest];
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toHaveLength(7);
  expect(ids.filter((id) => queued.includes(id))).toHaveLength(1);
});
