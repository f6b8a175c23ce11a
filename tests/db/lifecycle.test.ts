import { failure, newUuid, TASK_STATUSES } from '@cfdi-live/contract';
import { allowedPairs } from '@cfdi-live/domain';
import { describe, expect, test } from 'vitest';
import { taskCfdi } from '../helpers/invoice.ts';
import { asSuperuser, claimed, created, eventTypes, inDoubt, useFixture } from './support.ts';

const fixture = useFixture();

const CANCELLED = failure('cancelled_by_user');

function expireLease(taskId: string): Promise<object[]> {
  return asSuperuser(
    fixture.test,
    `update automation_tasks set lease_until = now() - interval '1 second' where id = $1`,
    [taskId],
  );
}

describe('the transition table', () => {
  test('is the same in the database', async () => {
    const pairs = await asSuperuser<{ from: string; to: string }>(
      fixture.test,
      `select f::text as from, t::text as to
         from unnest(enum_range(null::task_status)) f, unnest(enum_range(null::task_status)) t
        where app.may_become(f, t)`,
    );
    const inOrder = (list: { from: string; to: string }[]) =>
      list.map(({ from, to }) => `${from}→${to}`).sort();
    expect(inOrder(pairs)).toEqual(inOrder(allowedPairs()));
    const statuses = await asSuperuser<{ s: string }>(
      fixture.test,
      'select unnest(enum_range(null::task_status))::text as s',
    );
    expect(statuses.map(({ s }) => s)).toEqual(TASK_STATUSES);
  });

  test('holds even against direct SQL', async () => {
    const task = await created(fixture.api, fixture.scope);
    await expect(
      asSuperuser(
        fixture.test,
        `update automation_tasks set status = 'RUNNING', run_id = gen_random_uuid(), lease_until = now() where id = $1`,
        [task.id],
      ),
    ).rejects.toThrow('a task never goes from PENDING to RUNNING');
  });
});

describe('claiming', () => {
  test('by 20 workers at once gives the task to one', async () => {
    const task = await created(fixture.api, fixture.scope);
    await fixture.worker.system.admit({ maxSessions: 1000 });
    const claims = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        fixture.worker.system.claim({ taskId: task.id, workerId: `w${i}`, leaseMs: 5000 }),
      ),
    );
    const won = claims.filter((claim) => claim !== null);
    expect(won).toHaveLength(1);
    expect(won[0]).toMatchObject({
      run: { taskId: task.id, fence: 1 },
      task: { status: 'RUNNING', fence: 1, profile: task.profile },
      ticket: { state: 'none', taskId: task.id },
    });
    expect(await eventTypes(fixture, task.id)).toEqual(['task.created', 'task.queued', 'task.running']);
  });

  test('again after the lease raises the fence, and the first run can write no more', async () => {
    const task = await created(fixture.api, fixture.scope);
    const { run: old } = await claimed(fixture.worker, task.id);
    expect(await fixture.worker.system.claim({ taskId: task.id, workerId: 'w2', leaseMs: 5000 })).toBeNull();
    await expireLease(task.id);
    const next = await fixture.worker.system.claim({ taskId: task.id, workerId: 'w2', leaseMs: 5000 });
    expect(next?.run.fence).toBe(2);

    expect(await fixture.worker.system.renewLease(old, 5000)).toBeNull();
    await fixture.worker.withTenant(fixture.scope, async (tx) => {
      expect(await tx.tickets.mark(old, { sessionId: newUuid(), minLeaseMs: 0 })).toBe('lost_lease');
      expect(await tx.tickets.submitted(old)).toEqual({ kind: 'lost' });
      expect(await tx.tickets.settle(old, { state: 'none' })).toEqual({ kind: 'lost' });
      expect(await tx.tickets.issued(old, 'U')).toEqual({ kind: 'lost' });
      expect(await tx.tickets.stillOffered(old)).toEqual({ kind: 'lost' });
      expect(await tx.tickets.notInvoiced(old)).toEqual({ kind: 'lost' });
      expect(await tx.tickets.reconciled(old)).toEqual({ kind: 'lost' });
      expect(await tx.sessions.open(old, { id: newUuid() })).toEqual({ kind: 'lost' });
      expect(await tx.tasks.endRun(old, { on: 'release' })).toEqual({ kind: 'lost' });
    });
    expect(await eventTypes(fixture, task.id)).toHaveLength(4);
  });

  test('turns the mark of a run that died into a doubt', async () => {
    const task = await created(fixture.api, fixture.scope);
    const { run } = await claimed(fixture.worker, task.id);
    await fixture.worker.withTenant(fixture.scope, (tx) =>
      tx.tickets.mark(run, { sessionId: newUuid(), minLeaseMs: 3000 }),
    );
    await expireLease(task.id);
    const next = await fixture.worker.system.claim({ taskId: task.id, workerId: 'w2', leaseMs: 5000 });
    expect(next?.ticket.state).toBe('in_doubt');
    expect(next?.ticket.doubtSince).toEqual(next?.ticket.submittedAt);
  });

  test('is what a stranded task waits for', async () => {
    const lost = await created(fixture.api, fixture.scope);
    const dead = await created(fixture.api, fixture.scope);
    await fixture.worker.system.admit({ maxSessions: 1000 });
    await fixture.worker.system.claim({ taskId: dead.id, workerId: 'w1', leaseMs: 60_000 });
    await expireLease(dead.id);
    const before = await fixture.worker.system.listStranded({ queuedForMs: 10_000, limit: 100 });
    expect(before).toContainEqual({ taskId: dead.id, nextFence: 2 });
    expect(before.map(({ taskId }) => taskId)).not.toContain(lost.id);
    await asSuperuser(
      fixture.test,
      `update automation_tasks set queued_at = now() - interval '11 s' where id = $1`,
      [lost.id],
    );
    const stranded = await fixture.worker.system.listStranded({ queuedForMs: 10_000, limit: 100 });
    expect(stranded).toContainEqual({ taskId: lost.id, nextFence: 1 });
  });
});

describe('the end of a run', () => {
  test.each([
    [{ on: 'fail', failure: failure('portal_unknown') }, 'FAILED', 'task.failed', 1],
    [{ on: 'cancel', failure: CANCELLED }, 'CANCELLED', 'task.cancelled', 0],
    [
      { on: 'reschedule', notBefore: new Date('2027-01-01'), reason: 'in_doubt', burnAttempt: true },
      'PENDING',
      'task.rescheduled',
      1,
    ],
    [{ on: 'release' }, 'QUEUED', 'task.queued', 0],
    [
      { on: 'await_delivery', reason: 'mail', until: new Date('2027-01-01') },
      'AWAITING_DELIVERY',
      'task.awaiting_delivery',
      0,
    ],
    [
      { on: 'need_person', reason: 'captcha', until: new Date('2027-01-01') },
      'INTERVENTION_NEEDED',
      'task.intervention_needed',
      0,
    ],
  ] as const)('%o makes it %s', async (end, status, type, attempt) => {
    const task = await created(fixture.api, fixture.scope);
    const { run } = await claimed(fixture.worker, task.id);
    const ended = await fixture.worker.withTenant(fixture.scope, (tx) => tx.tasks.endRun(run, end));
    expect(ended).toMatchObject({ kind: 'ok', value: { status, attempt } });
    expect(await eventTypes(fixture, task.id)).toEqual(['task.created', 'task.queued', 'task.running', type]);
  });

  test('with an invoice keeps it, and tells nothing of the receptor', async () => {
    const task = await created(fixture.api, fixture.scope);
    const { run } = await claimed(fixture.worker, task.id);
    const cfdi = taskCfdi();
    const ended = await fixture.worker.withTenant(fixture.scope, async (tx) => {
      await tx.tickets.issued(run, cfdi.uuid);
      return tx.tasks.endRun(run, { on: 'complete', cfdi });
    });
    expect(ended).toMatchObject({ kind: 'ok', value: { status: 'COMPLETED', cfdi } });
    const [last] = await fixture.api.withTenant(fixture.scope, (tx) => tx.events.after(3n, { limit: 1 }));
    expect(last?.event).toMatchObject({ type: 'task.completed', sequence: 4, data: { status: 'COMPLETED' } });
    expect(JSON.stringify(last?.event)).not.toContain(task.profile.rfc);
  });
});

describe('cancelling', () => {
  const cancel = (taskId: string) =>
    fixture.api.withTenant(fixture.scope, (tx) => tx.tasks.cancel(taskId, CANCELLED));

  test('ends a waiting task at once, and a terminal one stays', async () => {
    const task = await created(fixture.api, fixture.scope);
    expect(await cancel(task.id)).toMatchObject({
      kind: 'cancelled',
      task: { status: 'CANCELLED', failure: { code: 'cancelled_by_user' } },
    });
    expect(await cancel(task.id)).toMatchObject({ kind: 'terminal' });
    expect(await cancel(newUuid())).toBeNull();
    expect(await eventTypes(fixture, task.id)).toEqual(['task.created', 'task.cancelled']);
    // A job that still lies in the queue finds nothing to claim.
    expect(await fixture.worker.system.claim({ taskId: task.id, workerId: 'w1', leaseMs: 5000 })).toBeNull();
  });

  test('asks a running task once, and its worker hears of it with the next renewal', async () => {
    const task = await created(fixture.api, fixture.scope);
    const { run } = await claimed(fixture.worker, task.id);
    expect(await fixture.worker.system.renewLease(run, 5000)).toMatchObject({ cancelRequested: false });
    expect(await cancel(task.id)).toMatchObject({ kind: 'requested', task: { status: 'RUNNING' } });
    expect(await cancel(task.id)).toMatchObject({ kind: 'requested' });
    expect(await fixture.worker.system.renewLease(run, 5000)).toMatchObject({ cancelRequested: true });
    const types = await eventTypes(fixture, task.id);
    expect(types.filter((type) => type === 'task.cancel_requested')).toHaveLength(1);
  });

  test('never ends a waiting task whose invoice may exist', async () => {
    const { taskId, run } = await inDoubt(fixture);
    await fixture.worker.withTenant(fixture.scope, (tx) =>
      tx.tasks.endRun(run, {
        on: 'reschedule',
        notBefore: new Date(),
        reason: 'in_doubt',
        burnAttempt: false,
      }),
    );
    expect(await cancel(taskId)).toMatchObject({ kind: 'requested', task: { status: 'PENDING' } });
    expect((await claimed(fixture.worker, taskId)).task.cancelRequestedAt).toBeInstanceOf(Date);
  });
});
