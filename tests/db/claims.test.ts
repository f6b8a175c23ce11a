/** What a claim asks for once more: a browser, its portal, and that nobody's input can still arrive. */
import { failure } from '@cfdi-live/contract';
import { shiftDatabaseClock } from '@cfdi-live/db';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { admitted, claim, emptyLine, make, openSession, runTo } from './queue.ts';
import { asSuperuser, eventTypes, useFixture } from './support.ts';

const fixture = useFixture();
const MINUTE = 60_000;

beforeEach(() => emptyLine(fixture));
afterEach(() => shiftDatabaseClock(fixture.test.ownerUrl, 0));

interface Row {
  status: string;
  attempt: number;
  first_in_line: boolean;
  lost_runs: number;
}
async function rowOf(taskId: string): Promise<Row> {
  const [row] = await asSuperuser<Row>(
    fixture.test,
    'select status, attempt, first_in_line, lost_runs from automation_tasks where id = $1',
    [taskId],
  );
  if (row === undefined) throw new Error('no such task');
  return row;
}

/** Tasks that came into the queue past admission, as a resumed one does. */
async function queuedAnyway(count: number): Promise<string[]> {
  const tasks = await make(fixture, count);
  const ids = tasks.map(({ id }) => id);
  await asSuperuser(
    fixture.test,
    `update automation_tasks set status = 'QUEUED', queued_at = now() where id = any ($1)`,
    [ids],
  );
  return ids;
}

const WAITING = { status: 'PENDING', attempt: 0, first_in_line: true };

describe('a claim without a browser', () => {
  test('gives the task back, first in line, and burns no attempt', async () => {
    await admitted(fixture, 1);
    const [first, second] = await queuedAnyway(2);
    expect(await claim(fixture, first!)).not.toBeNull();
    expect(await claim(fixture, second!)).toBeNull();
    expect(await rowOf(second!)).toMatchObject(WAITING);
    expect(await eventTypes(fixture, second!)).toEqual(['task.created', 'task.rescheduled']);
    // It goes before what came later with more priority, and is first no longer once it runs.
    const [eager] = await make(fixture, 1, { priority: 10 });
    expect(await admitted(fixture, 2)).toEqual([second]);
    expect(await claim(fixture, second!)).toMatchObject({ task: { status: 'RUNNING', attempt: 0 } });
    expect(await rowOf(second!)).toMatchObject({ first_in_line: false });
    expect(eager).toBeDefined();
  });

  test('is one of twenty at once that is too many', async () => {
    await admitted(fixture, 7);
    const ids = await queuedAnyway(20);
    const claims = await Promise.all(ids.map((id) => claim(fixture, id)));
    expect(claims.filter((one) => one !== null)).toHaveLength(7);
  });

  test('is none where the task was parked with its own', async () => {
    const [task] = await make(fixture, 1);
    await admitted(fixture, 1);
    const first = await claim(fixture, task!.id);
    await openSession(fixture, first!);
    await fixture.worker.withTenant(fixture.scope, (tx) => tx.tasks.endRun(first!.run, { on: 'release' }));
    await fixture.worker.system.pauseAdmission(MINUTE);
    expect(await claim(fixture, task!.id)).not.toBeNull();
  });

  test('is none where the lease of a run was lost: it has its place, and the loss is counted', async () => {
    const [task] = await make(fixture, 1);
    await admitted(fixture, 1);
    await claim(fixture, task!.id);
    expect(await rowOf(task!.id)).toMatchObject({ lost_runs: 0 });
    await asSuperuser(fixture.test, `update automation_tasks set lease_until = now() - interval '1 s'`);
    await fixture.worker.system.pauseAdmission(MINUTE);
    expect(await claim(fixture, task!.id)).toMatchObject({ run: { fence: 2 }, task: { lostRuns: 1 } });
  });
});

describe('the provider', () => {
  test('is asked for no more browsers a minute than it makes', async () => {
    const admit = () => fixture.worker.system.admit({ maxSessions: 10, creationsPerMinute: 2 });
    await make(fixture, 5);
    const first = await admit();
    expect(first).toHaveLength(2);
    for (const { taskId } of first) {
      const claimed = await claim(fixture, taskId);
      const session = await openSession(fixture, claimed!);
      await fixture.worker.withTenant(fixture.scope, async (tx) => {
        await tx.sessions.terminate(session);
        await tx.tasks.endRun(claimed!.run, { on: 'fail', failure: failure('portal_unknown') });
      });
    }
    expect(await admit()).toEqual([]);
    const [extra] = await queuedAnyway(1);
    expect(await claim(fixture, extra!)).toBeNull();
    await shiftDatabaseClock(fixture.test.ownerUrl, MINUTE + 1000);
    expect(await admit()).toHaveLength(2);
  });

  test('is left in peace for as long as it said, by everybody, without an attempt burned', async () => {
    await make(fixture, 3);
    const [queued] = await admitted(fixture, 1);
    await fixture.worker.system.pauseAdmission(30_000);
    await fixture.worker.system.pauseAdmission(1_000);
    expect(await admitted(fixture, 10)).toEqual([]);
    expect(await claim(fixture, queued!)).toBeNull();
    expect(await rowOf(queued!)).toMatchObject(WAITING);
    await shiftDatabaseClock(fixture.test.ownerUrl, 31_000);
    expect(await admitted(fixture, 10)).toHaveLength(3);
  });
});

describe('a claim of a task whose browser a person had', () => {
  test('waits until nothing of theirs can arrive any more', async () => {
    const [task] = await make(fixture, 1);
    await admitted(fixture, 10);
    const first = await claim(fixture, task!.id);
    const session = await openSession(fixture, first!);
    await fixture.worker.withTenant(fixture.scope, (tx) => tx.tasks.endRun(first!.run, { on: 'release' }));
    await asSuperuser(
      fixture.test,
      `insert into control_leases (tenant_id, mode, session_id, epoch, lease_until)
         values ($1, 'test', $2, 3, now() + interval '1 minute')`,
      [fixture.scope.tenantId, session],
    );
    await asSuperuser(fixture.test, `update automation_tasks set queued_at = now() - interval '20 s'`);
    const stranded = () => fixture.worker.system.listStranded({ queuedForMs: 10_000, limit: 10 });
    expect(await claim(fixture, task!.id)).toBeNull();
    expect(await rowOf(task!.id)).toMatchObject({ status: 'QUEUED' });
    expect(await stranded()).toEqual([]);
    await shiftDatabaseClock(fixture.test.ownerUrl, MINUTE + 1000);
    expect(await stranded()).toHaveLength(1);
    expect(await claim(fixture, task!.id)).not.toBeNull();
  });
});

test('an unclaimed task that is cancelled leaves its place to the next one', async () => {
  await make(fixture, 2);
  const [first] = await admitted(fixture, 1);
  await fixture.api.withTenant(fixture.scope, (tx) => tx.tasks.cancel(first!, failure('cancelled_by_user')));
  const [second] = await admitted(fixture, 1);
  await runTo(fixture, second!, { on: 'release' });
  expect(await rowOf(second!)).toMatchObject({ status: 'QUEUED' });
});
