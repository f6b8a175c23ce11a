/**
 * Every move of a task goes with exactly one event that tells of it, in the same transaction: seen by triggers of this file's own
 * that note both, whoever makes them, while tasks are taken through their lives.
 */
import { readFile } from 'node:fs/promises';
import { failure, newUuid } from '@cfdi-live/contract';
import { shiftDatabaseClock } from '@cfdi-live/db';
import { resumeTask, TASK_TRANSITIONS, type RunEnd, type RunRef } from '@cfdi-live/domain';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { taskCfdi } from '../helpers/invoice.ts';
import { asLogin, asSuperuser, claimed, created, useFixture } from './support.ts';

const fixture = useFixture();
const HOUR = 3_600_000;
const inHours = (hours: number) => new Date(Date.now() + hours * HOUR);

/** A claim moves a task, too, from one run to the next. Events without a status tell of something else. */
const WATCH = `
  create schema probe;
  create table probe.moves (n bigserial, tx xid8, task uuid, status text);
  create table probe.told (n bigserial, tx xid8, task uuid, status text, type text);
  create function probe.note_move() returns trigger language plpgsql security definer as $$
  begin
    insert into probe.moves (tx, task, status) values (pg_current_xact_id(), new.id, new.status::text);
    return null;
  end $$;
  create function probe.note_event() returns trigger language plpgsql security definer as $$
  begin
    insert into probe.told (tx, task, status, type)
      values (pg_current_xact_id(), new.task_id, new.data ->> 'status', new.type);
    return null;
  end $$;
  create trigger probe_insert after insert on public.automation_tasks for each row execute function probe.note_move();
  create trigger probe_move after update on public.automation_tasks for each row
    when (old.status is distinct from new.status or old.fence <> new.fence) execute function probe.note_move();
  create trigger probe_event after insert on public.task_events for each row
    when (new.data ? 'status' and new.type <> 'task.cancel_requested') execute function probe.note_event();`;

beforeAll(() => asSuperuser(fixture.test, WATCH));
afterEach(() => shiftDatabaseClock(fixture.test.ownerUrl, 0));

/** A task's moves, each with the events of its transaction. */
async function storyOf(taskId: string): Promise<{ moves: string[]; told: string[] }[]> {
  return asSuperuser(
    fixture.test,
    `select
       coalesce((select array_agg(status order by n) from probe.moves m where m.tx = t.tx and m.task = $1), '{}') as moves,
       coalesce((select array_agg(status order by n) from probe.told e where e.tx = t.tx and e.task = $1), '{}') as told
       from (select tx from probe.moves where task = $1 union select tx from probe.told where task = $1) t
       order by t.tx`,
    [taskId],
  );
}

async function expectOneEventEach(taskId: string, path: readonly string[]): Promise<void> {
  const story = await storyOf(taskId);
  for (const { moves, told } of story) expect(told).toEqual(moves);
  expect(story.flatMap(({ moves }) => moves)).toEqual(path);
}

const pending = async () => (await created(fixture.api, fixture.scope)).id;
const running = async () => {
  const taskId = await pending();
  return { taskId, run: (await claimed(fixture.worker, taskId)).run };
};
const end = (run: RunRef, how: RunEnd) =>
  fixture.worker.withTenant(fixture.scope, (tx) => tx.tasks.endRun(run, how));
const waiting = async (how: RunEnd) => {
  const { taskId, run } = await running();
  if (how.on === 'pause') await fixture.api.withTenant(fixture.scope, (tx) => tx.parking.pause(taskId));
  await end(run, how);
  return taskId;
};
const cancel = (taskId: string) =>
  fixture.api.withTenant(fixture.scope, (tx) => tx.tasks.cancel(taskId, failure('cancelled_by_user')));
const overdue = async () => {
  await shiftDatabaseClock(fixture.test.ownerUrl, 80 * HOUR);
  await fixture.worker.system.failOverdue();
};

const PERSON: RunEnd = { on: 'need_person', reason: 'captcha', until: inHours(24) };
const PAUSE: RunEnd = { on: 'pause', until: inHours(24) };
const MAIL: RunEnd = { on: 'await_delivery', reason: 'mail', until: inHours(72) };
const AT_WORK = ['PENDING', 'QUEUED', 'RUNNING'];

describe('each move of a task goes with one event', () => {
  test.each<[RunEnd, string]>([
    [{ on: 'complete', cfdi: taskCfdi() }, 'COMPLETED'],
    [{ on: 'fail', failure: failure('portal_unknown') }, 'FAILED'],
    [{ on: 'cancel', failure: failure('cancelled_by_user') }, 'CANCELLED'],
    [{ on: 'release' }, 'QUEUED'],
    [{ on: 'reschedule', notBefore: inHours(1), reason: 'portal_down', burnAttempt: true }, 'PENDING'],
    [MAIL, 'AWAITING_DELIVERY'],
    [PERSON, 'INTERVENTION_NEEDED'],
    [PAUSE, 'PAUSED'],
  ])('at the end of a run: %o', async (how, status) => {
    const { taskId, run } = await running();
    if (how.on === 'pause') await fixture.api.withTenant(fixture.scope, (tx) => tx.parking.pause(taskId));
    if (how.on === 'complete')
      await fixture.worker.withTenant(fixture.scope, (tx) => tx.tickets.issued(run, newUuid()));
    await end(run, how);
    await expectOneEventEach(taskId, [...AT_WORK, status]);
  });

  test('when a run is lost and another takes its place', async () => {
    const { taskId } = await running();
    await shiftDatabaseClock(fixture.test.ownerUrl, HOUR);
    await fixture.worker.system.claim({ taskId, workerId: 'w2', leaseMs: 5000 });
    await expectOneEventEach(taskId, [...AT_WORK, 'RUNNING']);
  });

  test.each([
    ['PENDING', pending, ['PENDING']],
    ['AWAITING_DELIVERY', () => waiting(MAIL), [...AT_WORK, 'AWAITING_DELIVERY']],
    ['INTERVENTION_NEEDED', () => waiting(PERSON), [...AT_WORK, 'INTERVENTION_NEEDED']],
    ['PAUSED', () => waiting(PAUSE), [...AT_WORK, 'PAUSED']],
  ] as const)(
    'when it is cancelled while %s, and asking again changes nothing',
    async (_status, make, path) => {
      const taskId = await make();
      await Promise.all([cancel(taskId), cancel(taskId)]);
      await cancel(taskId);
      await expectOneEventEach(taskId, [...path, 'CANCELLED']);
    },
  );

  test('when it is cancelled while QUEUED, and the job that is still in the queue finds nothing', async () => {
    const taskId = await pending();
    await fixture.worker.system.admit({ maxSessions: 1000 });
    await cancel(taskId);
    expect(await fixture.worker.system.claim({ taskId, workerId: 'w1', leaseMs: 5000 })).toBeNull();
    await expectOneEventEach(taskId, ['PENDING', 'QUEUED', 'CANCELLED']);
  });

  test('not when a running one is asked to stop, but when it does', async () => {
    const { taskId, run } = await running();
    expect(await cancel(taskId)).toMatchObject({ kind: 'requested' });
    await expectOneEventEach(taskId, AT_WORK);
    await end(run, { on: 'cancel', failure: failure('cancelled_by_user') });
    await expectOneEventEach(taskId, [...AT_WORK, 'CANCELLED']);
    expect(await cancel(taskId)).toMatchObject({ kind: 'terminal' });
  });

  test('when its time is over', async () => {
    const [mail, person, paused] = [await waiting(MAIL), await waiting(PERSON), await waiting(PAUSE)];
    const late = (await created(fixture.api, fixture.scope, { deadline: inHours(1) })).id;
    await overdue();
    await overdue();
    await expectOneEventEach(late, ['PENDING', 'FAILED']);
    await expectOneEventEach(mail, [...AT_WORK, 'AWAITING_DELIVERY', 'FAILED']);
    await expectOneEventEach(person, [...AT_WORK, 'INTERVENTION_NEEDED', 'FAILED']);
    await expectOneEventEach(paused, [...AT_WORK, 'PAUSED', 'FAILED']);
  });

  test.each([
    ['a person', PERSON, 'INTERVENTION_NEEDED'],
    ['a pause', PAUSE, 'PAUSED'],
  ] as const)('when it goes on after %s', async (_what, how, status) => {
    const taskId = await waiting(how);
    const principal = { kind: 'api_key' as const, ...fixture.scope, keyId: newUuid(), scopes: [] };
    await resumeTask({ database: fixture.api }, principal, taskId);
    // Cold: it has no browser, so it goes back to admission.
    await expectOneEventEach(taskId, [...AT_WORK, status, 'PENDING']);
  });

  test('when two workers get one job, only one of them moves it', async () => {
    const taskId = await pending();
    await fixture.worker.system.admit({ maxSessions: 1000 });
    const claims = await Promise.all(
      ['w1', 'w2'].map((workerId) => fixture.worker.system.claim({ taskId, workerId, leaseMs: 5000 })),
    );
    expect(claims.filter((claim) => claim !== null)).toHaveLength(1);
    await expectOneEventEach(taskId, AT_WORK);
  });
});

describe('jobs that are of no use any more', () => {
  test('move nothing: of a task that is gone, that waits again, that has ended, or of an earlier fence', async () => {
    const claim = (taskId: string) =>
      fixture.worker.system.claim({ taskId, workerId: 'w9', leaseMs: 60_000 });
    const put = await waiting({
      on: 'reschedule',
      notBefore: inHours(1),
      reason: 'portal_down',
      burnAttempt: true,
    });
    const over = await waiting({ on: 'fail', failure: failure('portal_unknown') });
    const { taskId: atWork } = await running();
    const before = await Promise.all([put, over, atWork].map(storyOf));
    expect(await claim(newUuid())).toBeNull();
    for (const taskId of [put, over, atWork]) expect(await claim(taskId)).toBeNull();
    expect(await Promise.all([put, over, atWork].map(storyOf))).toEqual(before);
  });
});

/** Which functions move tasks, and who notes the event that tells of it. */
const MOVERS: Readonly<Record<string, 'itself' | 'its caller' | 'nobody'>> = {
  admit_of_tenant: 'its caller',
  ask_portals: 'itself',
  cancel_task: 'its caller',
  claim_task: 'itself',
  deliver_invoice: 'its caller',
  end_run: 'its caller',
  fail_overdue_tasks: 'itself',
  fail_unreachable_tasks: 'itself',
  may_start: 'itself',
  park_run: 'its caller',
  resume_task: 'its caller',
  settle_sat_check: 'its caller',
  // Its keys are gone, and whoever could be told with them.
  shred_tenant: 'nobody',
  take_control: 'its caller',
};
const TELLS = /\bapp\.(append_event|tell_of_wait)\b/;

test('what deciding cost is summed over all runs of a task, and of no other', async () => {
  const step = { type: 'click', summary: 'Press', planner: 'llm', confidence: null, durationMs: 1 } as const;
  const { taskId, run } = await running();
  const { taskId: other, run: othersRun } = await running();
  const add = (by: RunRef, index: number, tokens: number, costUsd: number) =>
    fixture.worker.withTenant(fixture.scope, (tx) =>
      tx.tasks.addStep(by, { ...step, id: newUuid(), index, tokens, costUsd, screenshotArtifactId: null }),
    );
  await add(run, 1, 100, 0.25);
  await add(othersRun, 1, 7, 0.5);
  await end(run, { on: 'release' });
  const next = await fixture.worker.system.claim({ taskId, workerId: 'w2', leaseMs: 60_000 });
  await add(next!.run, 1, 20, 0.125);
  const spent = await fixture.worker.withTenant(fixture.scope, async (tx) => [
    await tx.tasks.spent(taskId),
    await tx.tasks.spent(other),
    await tx.tasks.spent(newUuid()),
  ]);
  expect(spent).toEqual([
    { tokens: 120, costUsd: 0.375 },
    { tokens: 7, costUsd: 0.5 },
    { tokens: 0, costUsd: 0 },
  ]);
});

test('whatever in the database moves a task is known here, with who tells of it', async () => {
  const functions = await asLogin<{ name: string; source: string }>(
    fixture.test.adminUrl,
    `select p.proname as name, p.prosrc as source
       from pg_proc p join pg_namespace n on n.oid = p.pronamespace and n.nspname = 'app' order by p.proname`,
  );
  const movers = functions.filter(({ source }) =>
    Array.from(
      source.matchAll(/update\s+public\.automation_tasks\s+(?:\w+\s+)?set\s([\s\S]*?)(?:\bwhere\b|;|$)/g),
    ).some(([, changes]) => /(^|[\s,(])status\s*=/.test(changes ?? '')),
  );
  expect(movers.map(({ name }) => name)).toEqual(Object.keys(MOVERS));
  for (const { name, source } of movers)
    expect([name, TELLS.test(source)]).toEqual([name, MOVERS[name] === 'itself']);
});

test('the diagram in the docs is the table', async () => {
  const text = await readFile('docs/architecture.md', 'utf8');
  const diagram = /```mermaid\nstateDiagram-v2\n([^`]*)```/.exec(text)?.[1];
  const pairs = new Map<string, string[]>();
  for (const { from, on, to } of TASK_TRANSITIONS) {
    const pair = `${from} --> ${to}`;
    pairs.set(pair, [...(pairs.get(pair) ?? []), on]);
  }
  const lines = Array.from(pairs, ([pair, words]) => `  ${pair}: ${words.join(', ')}`);
  expect(diagram?.trimEnd().split('\n')).toEqual(['  [*] --> PENDING', ...lines]);
});
