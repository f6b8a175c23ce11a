import { newUuid } from '@cfdi-live/contract';
import { WARM_MS } from '@cfdi-live/domain';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { atWork, inHours, leaving, manyAtWork, park, parked, parkingOf, someone } from './parking.ts';
import { asSuperuser, created, eventTypes, useFixture } from './support.ts';

const fixture = useFixture();
const {
  adopt,
  cool,
  endPaused,
  get,
  later,
  letGo,
  nextRun,
  orphans,
  pause,
  resume,
  sessionStatus,
  stale,
  take,
  takeUp,
} = parkingOf(fixture);
afterEach(() => later(0));

describe('a run that needs a person', () => {
  // They are counted over all tenants, so what an earlier test left would count.
  beforeEach(() => asSuperuser(fixture.test, 'truncate automation_tasks, browser_sessions cascade'));

  test('parks its task with its browser, where there is a warm place', async () => {
    const { task, sessionId } = await parked(fixture);
    expect(task).toMatchObject({
      status: 'INTERVENTION_NEEDED',
      intervention: { reason: 'captcha', park: 'warm', answerable: true, since: expect.any(Date) },
      control: null,
    });
    expect(await sessionStatus(task.id)).toBe('paused');
    expect(await orphans()).not.toContain(sessionId);
    expect(await eventTypes(fixture, task.id)).toContain('task.intervention_needed');
  });

  test('parks it without, where the pool or the tenant has enough of them', async () => {
    expect((await parked(fixture, { mostWarm: 1 })).task.intervention?.park).toBe('warm');
    const second = await parked(fixture, { mostWarm: 1 });
    expect(second.task.intervention?.park).toBe('cold');
    // The run releases what it may not keep; should it die before, the reaper does.
    expect(await orphans()).toContain(second.sessionId);

    await asSuperuser(
      fixture.test,
      `update tenants set plan = 'standard', limits = '{"maxParked": 2, "running": 50, "profileRunning": 50}'
        where id = $1`,
      [fixture.scope.tenantId],
    );
    expect((await parked(fixture)).task.intervention?.park).toBe('warm');
    expect((await parked(fixture)).task.intervention?.park).toBe('cold');
  });

  test('that lost its fence parks nothing', async () => {
    const { taskId, run, sessionId } = await atWork(fixture);
    await asSuperuser(fixture.test, `update automation_tasks set lease_until = now() - interval '1 s'`);
    await fixture.worker.system.claim({ taskId, workerId: 'w2', leaseMs: 60_000 });
    const end = {
      on: 'need_person',
      reason: 'captcha',
      until: inHours(1),
      parking: leaving(sessionId),
    } as const;
    expect(await fixture.worker.withTenant(fixture.scope, (tx) => tx.tasks.endRun(run, end))).toEqual({
      kind: 'lost',
    });
    expect(await get(taskId)).toMatchObject({ status: 'RUNNING', intervention: null });
    expect(await takeUp(run)).toEqual({ kind: 'lost' });
    expect(await adopt(run, sessionId)).toBe(false);
  });
});

describe('warm places', () => {
  // They are counted over all tenants, so what an earlier test left would count.
  beforeEach(() => asSuperuser(fixture.test, 'truncate automation_tasks, browser_sessions cascade'));

  test('are given out one by one, however many ask at once', async () => {
    const runs = await manyAtWork(fixture, 12);
    const ends = await Promise.all(runs.map((run) => park(fixture, run, { mostWarm: 5 })));
    const parks = ends.map(({ task }) => task.intervention?.park);
    expect(parks.filter((park) => park === 'warm')).toHaveLength(5);
    expect(parks.filter((park) => park === 'cold')).toHaveLength(7);
  });

  test('of a task that nobody looks at go to a person who waits', async () => {
    const idle = await parked(fixture, { mostWarm: 1 });
    const { taskId, run, sessionId } = await atWork(fixture);
    expect(await take(taskId, someone())).toMatchObject({ kind: 'wanted' });
    await endPaused({ taskId, run, sessionId }, { mostWarm: 1 });
    expect((await get(taskId))?.control?.since).toBeInstanceOf(Date);
    // One too many now: the one that nobody looks at gives way.
    expect(await stale(1)).toEqual([['surplus', idle.task.id]]);
    expect(await cool(idle.task.id)).toBe(false);
    expect(await cool(idle.task.id, true)).toBe(true);
    expect((await get(idle.task.id))?.intervention?.park).toBe('cold');
  });

  test('are for 15 minutes; then the task is cold, and its browser goes', async () => {
    const { task, sessionId } = await parked(fixture);
    await later(WARM_MS - 5_000);
    expect(await stale()).toEqual([]);
    expect(await cool(task.id)).toBe(false);
    await later(WARM_MS + 1_000);
    expect(await stale()).toEqual([['warm', task.id]]);
    expect(await cool(task.id)).toBe(true);
    expect(await get(task.id)).toMatchObject({
      status: 'INTERVENTION_NEEDED',
      intervention: { park: 'cold' },
    });
    expect(await stale()).toEqual([['left', task.id]]);
    expect(await letGo(task.id, sessionId)).toBe(true);
    expect(await letGo(task.id, sessionId)).toBe(false);
    expect(await stale()).toEqual([]);
    expect(await orphans()).toContain(sessionId);
  });

  test('a hundred parked tasks leave the pool to those that can work', async () => {
    const runs = await manyAtWork(fixture, 100);
    const waiting = await Promise.all(runs.map((run) => park(fixture, run, { mostWarm: 3 })));
    await fixture.worker.withTenant(fixture.scope, async (tx) => {
      for (const { task, sessionId } of waiting)
        if (task.intervention?.park === 'cold') await tx.sessions.terminate(sessionId);
    });
    const tasks = await Promise.all(Array.from({ length: 10 }, () => created(fixture.api, fixture.scope)));
    // Of ten browsers three are kept for people; the other seven work.
    const admitted = await fixture.worker.system.admit({ maxSessions: 10 });
    const ids = new Set(tasks.map(({ id }) => id));
    expect(admitted.filter(({ taskId }) => ids.has(taskId))).toHaveLength(7);
    expect(admitted).toHaveLength(7);
  });
});

describe('sending a task on', () => {
  test('warm, hands browser, state and answer to the next run, once', async () => {
    const { task, sessionId } = await parked(fixture);
    expect(await resume(task.id, someone(), 'Q7 secret')).toMatchObject({
      kind: 'resumed',
      task: { status: 'QUEUED', intervention: null },
    });
    const [row] = await asSuperuser<{ row: string }>(
      fixture.test,
      'select row_to_json(t)::text as row from automation_tasks t',
    );
    expect(row?.row).not.toContain('Q7 secret');
    const run = await nextRun(task.id);
    const taken = await takeUp(run);
    expect(taken).toMatchObject({
      kind: 'ok',
      value: {
        session: { id: sessionId, providerSessionId: `bb-${sessionId}` },
        agentState: { version: 1, steps: 3 },
        answer: 'Q7 secret',
        waitMs: 0,
      },
    });
    expect(await takeUp(run)).toMatchObject({ kind: 'ok', value: { answer: null } });
    expect(await orphans()).toEqual([]);
    expect(await adopt(run, sessionId)).toBe(true);
    expect(await sessionStatus(task.id)).toBe('active');
    // From here on it is like any browser of a run.
    expect(await orphans()).toEqual([]);
    await asSuperuser(fixture.test, `update automation_tasks set lease_until = now() - interval '1 s'`);
    await fixture.worker.system.claim({ taskId: task.id, workerId: 'w3', leaseMs: 60_000 });
    expect(await orphans()).toEqual([sessionId]);
  });

  test('cold, puts it before the others, and forgets an answer to what is gone', async () => {
    await asSuperuser(fixture.test, 'truncate automation_tasks, browser_sessions cascade');
    const { task } = await parked(fixture, { sessionId: null });
    const other = await created(fixture.api, fixture.scope, { priority: 10 });
    expect(await resume(task.id, someone(), 'stale')).toMatchObject({
      kind: 'resumed',
      task: { status: 'PENDING' },
    });
    await fixture.worker.withTenant(fixture.scope, async (tx) => {
      for (const session of await tx.sessions.listOpen(task.id)) await tx.sessions.terminate(session.id);
    });
    const admitted = await fixture.worker.system.admit({ maxSessions: 1 });
    expect(admitted.map(({ taskId }) => taskId)).toEqual([task.id]);
    expect((await get(other.id))?.status).toBe('PENDING');
    const claim = await fixture.worker.system.claim({ taskId: task.id, workerId: 'w', leaseMs: 60_000 });
    expect(await takeUp(claim!.run)).toMatchObject({
      kind: 'ok',
      value: { session: null, agentState: { version: 1 }, answer: null },
    });
  });

  test('wins or loses against the end of its warm time, and nothing is lost either way', async () => {
    for (let round = 0; round < 6; round += 1) {
      await later(0);
      const { task, sessionId } = await parked(fixture);
      await later(WARM_MS + 1_000);
      const [resumed, cooled] = await Promise.all([resume(task.id, someone()), cool(task.id)]);
      expect(resumed?.kind).toBe('resumed');
      const freed = await letGo(task.id, sessionId);
      // Either the browser goes with the task, or it is let go: never both.
      expect(resumed?.task.status).toBe(cooled ? 'PENDING' : 'QUEUED');
      expect(freed).toBe(cooled);
    }
  });

  test('is refused where no text helps, and where nothing is parked', async () => {
    const { task } = await parked(fixture, { answerable: false });
    expect(await resume(task.id, someone(), 'x')).toMatchObject({ kind: 'unanswerable' });
    const { taskId } = await atWork(fixture);
    expect(await resume(taskId, someone())).toMatchObject({ kind: 'conflict' });
    expect(await resume(taskId, someone(), 'x')).toMatchObject({ kind: 'conflict' });
    expect(await resume(newUuid(), someone())).toBeNull();
  });
});

describe('a pause', () => {
  test('reaches the run by its renewals, and parks the task', async () => {
    const { taskId, run, sessionId } = await atWork(fixture);
    expect(await pause(taskId)).toMatchObject({ kind: 'requested' });
    expect(await pause(taskId)).toMatchObject({ kind: 'requested_again' });
    expect(await fixture.worker.system.renewLease(run, 5_000)).toEqual({
      cancelRequested: false,
      pauseRequested: true,
    });
    await endPaused({ taskId, run, sessionId });
    expect(await get(taskId)).toMatchObject({
      status: 'PAUSED',
      pauseRequestedAt: null,
      intervention: { reason: 'paused', park: 'warm' },
    });
    expect(await pause(taskId)).toMatchObject({ kind: 'parked' });
    expect(await eventTypes(fixture, taskId)).toContain('task.paused');
  });

  test('that was taken back parks nothing, even if the run has stopped for it', async () => {
    const { taskId, run, sessionId } = await atWork(fixture);
    await pause(taskId);
    expect(await resume(taskId, someone())).toMatchObject({ kind: 'withdrawn', task: { status: 'RUNNING' } });
    const ended = await endPaused({ taskId, run, sessionId });
    expect(ended).toMatchObject({ kind: 'ok', value: { status: 'QUEUED' } });
    expect(await takeUp(await nextRun(taskId))).toMatchObject({
      value: { session: { id: sessionId }, agentState: { version: 1 } },
    });
  });

  test('has nothing to do with a task that waits', async () => {
    const { id } = await created(fixture.api, fixture.scope);
    expect(await pause(id)).toMatchObject({ kind: 'conflict' });
    expect(await pause(newUuid())).toBeNull();
  });
});

describe('the end of a parked task', () => {
  const cancel = (taskId: string) =>
    fixture.api.withTenant(fixture.scope, (tx) =>
      tx.tasks.cancel(taskId, {
        code: 'cancelled_by_user',
        retryable: false,
        whoMustAct: 'nobody',
        message: { es: '', en: '' },
        vendorMessage: null,
        evidenceArtifactId: null,
        details: {},
      }),
    );

  test('by a cancel frees its browser with the next sweep', async () => {
    const { task, sessionId } = await parked(fixture);
    expect(await cancel(task.id)).toMatchObject({ kind: 'cancelled', task: { intervention: null } });
    expect(await stale()).toEqual([['left', task.id]]);
    expect(await orphans()).toEqual([sessionId]);
  });

  test('by nobody’s coming frees it as well', async () => {
    const { task } = await parked(fixture);
    await later(25 * 3_600_000);
    await fixture.worker.system.failOverdue();
    expect(await get(task.id)).toMatchObject({
      failure: { code: 'intervention_timeout' },
      intervention: null,
    });
    expect(await stale()).toEqual([['left', task.id]]);
  });
});
