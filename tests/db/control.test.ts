import { newUuid } from '@cfdi-live/contract';
import { CONTROL_LEASE_MS } from '@cfdi-live/domain';
import { afterEach, describe, expect, test } from 'vitest';
import { ACTOR, atWork, granted, inHours, leaving, parked, parkingOf, someone } from './parking.ts';
import { asSuperuser, eventTypes, useFixture } from './support.ts';

const fixture = useFixture();
const {
  endPaused,
  endSilent,
  get,
  later,
  nextRun,
  release,
  renew,
  resume,
  sessionStatus,
  spare,
  stale,
  take,
  ticketOf,
} = parkingOf(fixture);
afterEach(() => later(0));

describe('control', () => {
  test('is one person’s, however many ask at once', async () => {
    const { task, sessionId } = await parked(fixture);
    const results = await Promise.all(Array.from({ length: 10 }, () => take(task.id, someone())));
    expect(results.filter((result) => result?.kind === 'granted')).toHaveLength(1);
    expect(results.filter((result) => result?.kind === 'held')).toHaveLength(9);
    expect(await sessionStatus(task.id)).toBe('user_controlled');
    const { control } = (await get(task.id))!;
    expect(control).toMatchObject({ actor: ACTOR, since: expect.any(Date) });
    expect(await resume(task.id, someone())).toMatchObject({ kind: 'held' });
    const rows = await asSuperuser<{ row: string }>(
      fixture.test,
      `select row_to_json(t)::text as row from automation_tasks t
       union all select row_to_json(e)::text from task_events e
       union all select row_to_json(a)::text from audit_log a`,
    );
    expect(rows.map(({ row }) => row).join('\n')).not.toContain(ACTOR.label);
    const audit = await asSuperuser<{ actor: string; details: unknown }>(
      fixture.test,
      `select actor, details from audit_log where action = 'takeover.started' and subject_id = $1`,
      [task.id],
    );
    expect(audit).toEqual([{ actor: control?.holder, details: { sessionId } }]);
  });

  test('is renewed by its holder under its epoch, and by nobody once it is handed back', async () => {
    const { task, sessionId } = await parked(fixture);
    const holder = someone();
    const { epoch } = granted(await take(task.id, holder));
    expect(await renew(sessionId, holder, epoch)).toBe(true);
    expect(await renew(sessionId, holder, epoch - 1)).toBe(false);
    expect(await renew(sessionId, someone(), epoch)).toBe(false);
    expect(granted(await take(task.id, holder))).toMatchObject({ kind: 'renewed', epoch });
    expect(await resume(task.id, holder)).toMatchObject({ kind: 'resumed', task: { control: null } });
    expect(await renew(sessionId, holder, epoch)).toBe(false);
    const steps = await fixture.api.withTenant(fixture.scope, (tx) =>
      tx.tasks.listSteps(task.id, { limit: 10 }),
    );
    expect(steps.rows).toMatchObject([{ type: 'user_intervention', planner: 'person', index: 1 }]);
    expect((await eventTypes(fixture, task.id)).slice(-3)).toEqual([
      'task.takeover_started',
      'task.step',
      'task.takeover_ended',
    ]);
  });

  test('lets no run begin before what its holder sent can have arrived', async () => {
    const { task } = await parked(fixture);
    const holder = someone();
    await take(task.id, holder);
    await resume(task.id, holder);
    const claim = () => fixture.worker.system.claim({ taskId: task.id, workerId: 'w2', leaseMs: 60_000 });
    expect(await claim()).toBeNull();
    await later(CONTROL_LEASE_MS + 100);
    expect(await stale()).toEqual([['due', task.id]]);
    expect(await claim()).not.toBeNull();
    expect(await stale()).toEqual([]);
  });

  test('passes to the same person’s next token, and the epoch of the first is over', async () => {
    const { task, sessionId } = await parked(fixture);
    const [first, second] = [`live_token:${newUuid()}`, `live_token:${newUuid()}`];
    const before = granted(await take(task.id, first));
    expect(await take(task.id, second)).toMatchObject({ kind: 'held' });
    const after = granted(await take(task.id, second, first));
    expect(after.epoch).toBe(before.epoch + 1);
    expect(await renew(sessionId, first, before.epoch)).toBe(false);
    expect(await renew(sessionId, second, after.epoch)).toBe(true);
    expect(await eventTypes(fixture, task.id)).not.toContain('task.takeover_ended');
  });

  test('that is silent for a minute ends, and the task goes on waiting', async () => {
    const { task, sessionId } = await parked(fixture);
    const holder = someone();
    const { epoch } = granted(await take(task.id, holder));
    await later(50_000);
    expect(await stale()).toEqual([]);
    expect(await endSilent(task.id)).toBe(false);
    expect(await renew(sessionId, holder, epoch)).toBe(true);
    await later(100_000);
    expect(await stale()).toEqual([]);
    await later(111_000);
    expect(await stale()).toEqual([['silent', task.id]]);
    expect(await endSilent(task.id)).toBe(true);
    expect(await endSilent(task.id)).toBe(false);
    expect(await get(task.id)).toMatchObject({ status: 'INTERVENTION_NEEDED', control: null });
    expect(await renew(sessionId, holder, epoch)).toBe(false);
    expect((await eventTypes(fixture, task.id)).at(-1)).toBe('task.takeover_ended');
    expect(granted(await take(task.id, someone())).epoch).toBeGreaterThan(epoch + 1);
  });

  test('is let go by its holder alone', async () => {
    const { task } = await parked(fixture);
    const holder = someone();
    await take(task.id, holder);
    expect(await release(task.id, someone())).toBe(false);
    expect(await release(task.id, holder)).toBe(true);
    expect(await release(task.id, holder)).toBe(false);
    expect(await get(task.id)).toMatchObject({ status: 'INTERVENTION_NEEDED', control: null });
  });

  test('of a task at work comes with its next safe point', async () => {
    const { taskId, run, sessionId } = await atWork(fixture);
    const holder = someone();
    expect(await take(taskId, holder)).toMatchObject({ kind: 'wanted', task: { status: 'RUNNING' } });
    expect(await take(taskId, someone())).toMatchObject({ kind: 'held' });
    expect(await fixture.worker.system.renewLease(run, 60_000)).toMatchObject({ pauseRequested: true });
    await endPaused({ taskId, run, sessionId });
    expect((await get(taskId))?.control).toMatchObject({ holder, since: expect.any(Date) });
    expect((await eventTypes(fixture, taskId)).slice(-2)).toEqual(['task.paused', 'task.takeover_started']);
  });

  test('of a cold task comes when another browser is at the obstacle again', async () => {
    const { task } = await parked(fixture, { sessionId: null });
    const holder = someone();
    expect(await take(task.id, holder)).toMatchObject({ kind: 'readmitted', task: { status: 'PENDING' } });
    expect(await take(task.id, holder)).toMatchObject({ kind: 'wanted' });
    const run = await nextRun(task.id);
    // An obstacle stops it by itself: nothing is paused before.
    expect(await fixture.worker.system.renewLease(run, 60_000)).toMatchObject({ pauseRequested: false });
    const sessionId = newUuid();
    await fixture.worker.withTenant(fixture.scope, async (tx) => {
      await tx.sessions.open(run, { id: sessionId });
      await tx.sessions.activate(sessionId, 'bb-again');
      await tx.tasks.endRun(run, {
        on: 'need_person',
        reason: 'captcha',
        until: inHours(1),
        parking: leaving(sessionId),
      });
    });
    expect((await get(task.id))?.control).toMatchObject({ holder, since: expect.any(Date) });
  });

  test('that was waited for with a token that is over is nobody’s', async () => {
    const { taskId, run, sessionId } = await atWork(fixture);
    expect(await take(taskId, `live_token:${newUuid()}`)).toMatchObject({ kind: 'wanted' });
    const holder = someone();
    expect(await take(taskId, holder)).toMatchObject({ kind: 'wanted' });
    await take(taskId, `live_token:${newUuid()}`, holder);
    await endPaused({ taskId, run, sessionId });
    expect(await get(taskId)).toMatchObject({ status: 'PAUSED', control: null });
    expect((await ticketOf(taskId))?.state).toBe('none');
  });
});

describe('the ticket of a task that a person had control of', () => {
  test('is in doubt from the start of it, and free again where nothing was sent', async () => {
    const { task } = await parked(fixture);
    const holder = someone();
    await take(task.id, holder);
    expect(await ticketOf(task.id)).toMatchObject({ state: 'in_doubt', takenOver: true });
    // Not while they have it.
    expect(await spare(task.id, null)).toBeNull();
    await resume(task.id, holder);
    expect(await spare(task.id, null)).toBeNull();
    await later(CONTROL_LEASE_MS + 100);
    const run = await nextRun(task.id);
    expect(await spare(task.id, { ...run, fence: run.fence - 1 })).toBeNull();
    expect(await spare(task.id, run)).toMatchObject({ state: 'none', takenOver: false, doubtSince: null });
    expect(await spare(task.id, run)).toBeNull();
    const mark = await fixture.worker.withTenant(fixture.scope, (tx) =>
      tx.tickets.mark(run, { sessionId: newUuid(), minLeaseMs: 0 }),
    );
    expect(mark).toBe('marked');
  });

  test('that was in doubt before stays so, whatever was counted', async () => {
    const { taskId, run, sessionId } = await atWork(fixture);
    await fixture.worker.withTenant(fixture.scope, async (tx) => {
      await tx.tickets.mark(run, { sessionId, minLeaseMs: 0 });
      await tx.tickets.settle(run, { state: 'in_doubt' });
      await tx.tasks.endRun(run, {
        on: 'need_person',
        reason: 'captcha',
        until: inHours(1),
        parking: leaving(sessionId),
      });
    });
    const holder = someone();
    await take(taskId, holder);
    await resume(taskId, holder);
    await later(CONTROL_LEASE_MS + 100);
    const next = await nextRun(taskId);
    expect(await ticketOf(taskId)).toMatchObject({ state: 'in_doubt', takenOver: false });
    expect(await spare(taskId, next)).toBeNull();
  });

  test('counts its doubt from the end of control, for a person may have sent until then', async () => {
    const { task } = await parked(fixture);
    const holder = someone();
    await take(task.id, holder);
    const { submittedAt: before } = (await ticketOf(task.id))!;
    await later(30_000);
    await resume(task.id, holder);
    const { submittedAt: after } = (await ticketOf(task.id))!;
    expect(after!.getTime() - before!.getTime()).toBeGreaterThanOrEqual(29_000);
  });

  test('never ends by the person’s absence: the portal is asked', async () => {
    const { task, sessionId } = await parked(fixture);
    const holder = someone();
    const { epoch } = granted(await take(task.id, holder));
    await later(25 * 3_600_000);
    await renew(sessionId, holder, epoch);
    await fixture.worker.system.failOverdue();
    expect(await get(task.id)).toMatchObject({
      status: expect.stringMatching(/QUEUED|PENDING/),
      control: null,
    });
  });
});
