import { newUuid } from '@cfdi-live/contract';
import { shiftDatabaseClock } from '@cfdi-live/db';
import type { RunEnd, RunRef } from '@cfdi-live/domain';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { asLogin, asSuperuser, claimed, created, inDoubt, useFixture } from './support.ts';

const fixture = useFixture();
const HOUR = 3_600_000;

beforeEach(() => asSuperuser(fixture.test, 'truncate automation_tasks, browser_sessions cascade'));
afterEach(() => shiftDatabaseClock(fixture.test.ownerUrl, 0));

const inHours = (hours: number) => new Date(Date.now() + hours * HOUR);

async function ended(end: RunEnd): Promise<string> {
  const task = await created(fixture.api, fixture.scope);
  const { run } = await claimed(fixture.worker, task.id);
  await fixture.worker.withTenant(fixture.scope, (tx) => tx.tasks.endRun(run, end));
  return task.id;
}

function get(taskId: string) {
  return fixture.api.withTenant(fixture.scope, (tx) => tx.tasks.get(taskId));
}

describe('what waited too long', () => {
  test('fails with the code of its state, when its time has come', async () => {
    const mail = await ended({ on: 'await_delivery', reason: 'mail', until: inHours(72) });
    const sat = await ended({ on: 'await_delivery', reason: 'sat_pending', until: inHours(72) });
    const person = await ended({ on: 'need_person', reason: 'captcha', until: inHours(24) });
    const pending = (await created(fixture.api, fixture.scope, { deadline: inHours(10) })).id;
    const patient = (await created(fixture.api, fixture.scope)).id;
    await asSuperuser(fixture.test, `update ticket_issuances set cfdi_uuid = 'UUID-1' where task_id = $1`, [
      sat,
    ]);

    expect(await fixture.worker.system.failOverdue()).toBe(0);
    await shiftDatabaseClock(fixture.test.ownerUrl, 73 * HOUR);
    expect(await fixture.worker.system.failOverdue()).toBe(4);
    expect(await fixture.worker.system.failOverdue()).toBe(0);

    expect(await get(mail)).toMatchObject({ status: 'FAILED', failure: { code: 'delivery_timeout' } });
    expect(await get(sat)).toMatchObject({
      status: 'FAILED',
      failure: { code: 'cfdi_unverified', details: { uuid: 'UUID-1' }, message: { es: expect.any(String) } },
    });
    expect(await get(person)).toMatchObject({ status: 'FAILED', failure: { code: 'intervention_timeout' } });
    expect(await get(pending)).toMatchObject({ status: 'FAILED', failure: { code: 'timeout' } });
    expect((await get(patient))?.status).toBe('PENDING');
    const events = await fixture.api.withTenant(fixture.scope, (tx) =>
      tx.events.after(0n, { taskId: mail, limit: 20 }),
    );
    expect(events.at(-1)?.event).toMatchObject({
      type: 'task.failed',
      data: { status: 'FAILED', failure: { code: 'delivery_timeout', whoMustAct: 'vendor' } },
    });
  });

  test.each([
    { on: 'await_delivery', reason: 'mail', until: inHours(72) },
    { on: 'need_person', reason: 'captcha', until: inHours(24) },
  ] as const)('asks the portal instead, where the invoice may exist ($on)', async (end) => {
    const { taskId, run } = await inDoubt(fixture);
    await fixture.worker.withTenant(fixture.scope, (tx) => tx.tasks.endRun(run, end));
    await shiftDatabaseClock(fixture.test.ownerUrl, 73 * HOUR);
    expect(await fixture.worker.system.failOverdue()).toBe(0);
    expect(await get(taskId)).toMatchObject({ status: 'QUEUED', failure: null });
  });

  test('fails by its own deadline too while it waits for a turn or a person, and says which that was', async () => {
    const deadline = inHours(2);
    const parked = async (end: RunEnd) => {
      const taskId = await ended(end);
      await asSuperuser(fixture.test, 'update automation_tasks set deadline = $2 where id = $1', [
        taskId,
        deadline,
      ]);
      return taskId;
    };
    const person = await parked({ on: 'need_person', reason: 'captcha', until: inHours(24) });
    const mail = await parked({ on: 'await_delivery', reason: 'mail', until: inHours(72) });
    const again = await parked({
      on: 'reschedule',
      notBefore: inHours(5),
      reason: 'portal_down',
      burnAttempt: true,
    });
    await shiftDatabaseClock(fixture.test.ownerUrl, 3 * HOUR);
    expect(await fixture.worker.system.failOverdue()).toBe(2);
    const details = { deadline: deadline.toISOString() };
    expect(await get(person)).toMatchObject({ failure: { code: 'intervention_timeout', details } });
    expect(await get(again)).toMatchObject({ failure: { code: 'timeout', details } });
    // The invoice is on its way: whoever has no more use for it will have to take it.
    expect((await get(mail))?.status).toBe('AWAITING_DELIVERY');
  });

  test('never ends by its deadline what may have been invoiced', async () => {
    const { taskId, run } = await inDoubt(fixture);
    await asSuperuser(fixture.test, `update automation_tasks set deadline = now() + interval '1 hour'`);
    await fixture.worker.withTenant(fixture.scope, (tx) =>
      tx.tasks.endRun(run, { on: 'need_person', reason: 'captcha', until: inHours(24) }),
    );
    await shiftDatabaseClock(fixture.test.ownerUrl, 2 * HOUR);
    expect(await fixture.worker.system.failOverdue()).toBe(0);
    expect((await get(taskId))?.status).toBe('INTERVENTION_NEEDED');
  });

  test('never fails a pending task in doubt', async () => {
    const { taskId, run } = await inDoubt(fixture);
    await asSuperuser(fixture.test, `update automation_tasks set deadline = now() + interval '1 hour'`);
    await fixture.worker.withTenant(fixture.scope, (tx) =>
      tx.tasks.endRun(run, {
        on: 'reschedule',
        notBefore: inHours(2),
        reason: 'in_doubt',
        burnAttempt: false,
      }),
    );
    await shiftDatabaseClock(fixture.test.ownerUrl, 3 * HOUR);
    expect(await fixture.worker.system.failOverdue()).toBe(0);
    expect((await get(taskId))?.status).toBe('PENDING');
  });
});

describe('a session', () => {
  const open = (run: RunRef, id: string) =>
    fixture.worker.withTenant(fixture.scope, (tx) => tx.sessions.open(run, { id }));
  const orphans = async () => (await fixture.worker.system.listOrphanSessions()).map(({ id }) => id);

  test('goes from starting to active to terminated, and tells of it once', async () => {
    const task = await created(fixture.api, fixture.scope);
    const { run } = await claimed(fixture.worker, task.id);
    const [id, never] = [newUuid(), newUuid()];
    await open(run, id);
    await open(run, never);
    const listed = await fixture.worker.withTenant(fixture.scope, async (tx) => {
      await tx.sessions.activate(id, 'bb-1');
      await tx.sessions.terminate(never);
      const list = await tx.sessions.listOpen(task.id);
      await tx.sessions.terminate(id);
      await tx.sessions.terminate(id);
      await tx.sessions.activate(id, 'bb-2');
      return list;
    });
    expect(listed).toMatchObject([{ id, runId: run.runId, status: 'active', providerSessionId: 'bb-1' }]);
    const events = await fixture.api.withTenant(fixture.scope, (tx) => tx.events.after(3n, { limit: 10 }));
    expect(events.map(({ event }) => event.type)).toEqual(['session.started', 'session.ended']);
    const maybeRunning = async () =>
      (await fixture.worker.withTenant(fixture.scope, (tx) => tx.sessions.listMaybeRunning(task.id))).length;
    expect(await maybeRunning()).toBe(2);
    await asSuperuser(fixture.test, `update browser_sessions set terminated_at = now() - interval '2 min'`);
    expect(await maybeRunning()).toBe(0);
  });

  test('is an orphan once its run is over, whoever comes after', async () => {
    const task = await created(fixture.api, fixture.scope);
    const { run } = await claimed(fixture.worker, task.id);
    const id = newUuid();
    await open(run, id);
    expect(await orphans()).toEqual([]);
    await asSuperuser(fixture.test, `update automation_tasks set lease_until = now() - interval '1 s'`);
    await fixture.worker.system.claim({ taskId: task.id, workerId: 'w2', leaseMs: 60_000 });
    expect(await fixture.worker.system.listOrphanSessions()).toMatchObject([
      { id, taskId: task.id, status: 'starting', providerSessionId: null, ...fixture.scope },
    ]);
    await fixture.worker.withTenant(fixture.scope, (tx) => tx.sessions.terminate(id));
    expect(await orphans()).toEqual([]);
  });
});

test('only the owner moves the clock', async () => {
  for (const url of [fixture.test.apiUrl, fixture.test.workerUrl]) {
    await expect(shiftDatabaseClock(url, HOUR)).rejects.toThrow(/permission denied|must be owner/);
  }
  await shiftDatabaseClock(fixture.test.ownerUrl, 48 * HOUR);
  const [row] = await asLogin<{ hours: number }>(
    fixture.test.adminUrl,
    `select round(extract(epoch from app.now() - clock_timestamp()) / 3600)::int as hours`,
  );
  expect(row?.hours).toBe(48);
});
