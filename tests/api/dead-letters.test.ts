/** Dead letters: listed by the API, tried again by operators. */
import { decodeId, failure, newUuid, type FailureCode, type Task } from '@cfdi-live/contract';
import { createVendorDirectory, replayDeadLetters, type ReplayInput, type Replayed } from '@cfdi-live/domain';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { asSuperuser, claimed } from '../db/support.ts';
import { openWorld, type Caller, type List, type World } from './world.ts';

let world: World;
let caller: Caller;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  caller = await world.newCaller();
});

const uuidOf = (task: Pick<Task, 'id'>): string => decodeId('task', task.id)!;

async function failed(code: FailureCode, by = caller): Promise<Task> {
  const task = await world.createTask(by);
  const { run } = await claimed(world.worker, uuidOf(task));
  await world.worker.withTenant(by, (tx) => tx.tasks.endRun(run, { on: 'fail', failure: failure(code) }));
  return task;
}

async function list(query: string): Promise<string[]> {
  const answer = await world.call<List<Task>>('GET', `/v1/tasks?${query}`, { key: caller.key });
  expect(answer.status).toBe(200);
  return answer.body.data.map(({ id }) => id);
}

async function replay(input: Partial<ReplayInput> = {}): Promise<Replayed[]> {
  const replayed: Replayed[] = [];
  const deps = {
    database: world.database,
    clock: { now: () => new Date() },
    outbound: { allowedPrivateHosts: [], resolveHost: () => Promise.resolve(['201.131.4.5']) },
    sandboxHosts: ['sandbox.localhost:4100'],
    vendors: { current: () => Promise.resolve(createVendorDirectory([])) },
  };
  const filter = { tenantId: caller.tenantId, operator: 'ana', dryRun: false, limit: 100, ...input };
  for await (const one of replayDeadLetters(deps, filter)) replayed.push(one);
  return replayed;
}

describe('the list of dead letters', () => {
  it('holds what failed, may succeed without a change, and was not tried again', async () => {
    const [down, unknown, internal] = [
      await failed('portal_down'),
      await failed('portal_unknown'),
      await failed('internal'),
    ];
    await world.createTask(caller);
    expect(await list('deadLetter=true')).toEqual([internal.id, down.id]);
    expect(await list('failureCode=portal_down&failureCode=portal_unknown')).toEqual([unknown.id, down.id]);
    expect(await list('deadLetter=true&failureCode=portal_unknown')).toEqual([]);
    expect(await list('deadLetter=true&limit=1')).toEqual([internal.id]);

    const retried = await world.call('POST', `/v1/tasks/${down.id}/retry`, { key: caller.key, body: {} });
    expect(retried.status).toBe(201);
    expect(await list('deadLetter=true')).toEqual([internal.id]);
  });

  it('holds no task whose ticket is in doubt, was invoiced, or belongs to a newer task', async () => {
    const [doubtful, issued, superseded, plain] = [
      await failed('timeout'),
      await failed('timeout'),
      await failed('timeout'),
      await failed('timeout'),
    ];
    const set = (task: Task, change: string) =>
      asSuperuser(world.test, `update ticket_issuances set ${change} where task_id = $1`, [uuidOf(task)]);
    await set(doubtful, `state = 'in_doubt', doubt_since = now()`);
    await set(issued, `state = 'issued', cfdi_uuid = 'U'`);
    await set(superseded, `task_id = '${newUuid()}'`);
    expect(await list('deadLetter=true')).toEqual([plain.id]);
    expect((await replay()).map(({ letter }) => letter.taskId)).toEqual([uuidOf(plain)]);
  });

  it('refuses a code that there is not, and any other word than true', async () => {
    for (const query of ['failureCode=portal_dwon', 'deadLetter=1', 'deadLetter=false']) {
      const answer = await world.call('GET', `/v1/tasks?${query}`, { key: caller.key });
      expect(answer.status, query).toBe(400);
    }
  });
});

describe('a replay', () => {
  it('makes a new task of each, oldest first, and finds none of them a second time', async () => {
    const [first, second] = [await failed('portal_down'), await failed('network_error')];
    expect(await replay({ dryRun: true })).toMatchObject([
      { kind: 'found', letter: { taskId: uuidOf(first), code: 'portal_down', mode: 'live' } },
      { kind: 'found', letter: { taskId: uuidOf(second), code: 'network_error' } },
    ]);
    const replayed = await replay();
    expect(replayed.map(({ kind }) => kind)).toEqual(['replayed', 'replayed']);
    const retries = await Promise.all(
      replayed.map((one) =>
        world.database.withTenant(caller, (tx) =>
          tx.tasks.get(one.kind === 'replayed' ? one.taskId : newUuid()),
        ),
      ),
    );
    expect(retries).toMatchObject([
      { status: 'PENDING', retryOf: uuidOf(first), retryCount: 1 },
      { status: 'PENDING', retryOf: uuidOf(second), retryCount: 1 },
    ]);
    expect(await replay()).toEqual([]);
    const rows = await asSuperuser(
      world.test,
      `select actor, action, subject_id from audit_log where tenant_id = $1 and action = 'task.retried' order by created_at`,
      [caller.tenantId],
    );
    expect(rows).toEqual(
      [first, second].map((task) => ({
        actor: 'operator:ana',
        action: 'task.retried',
        subject_id: uuidOf(task),
      })),
    );
  });

  it('takes only those that are asked for', async () => {
    const [down, slow] = [await failed('portal_down'), await failed('timeout')];
    expect(await replay({ since: new Date(Date.now() + 60_000) })).toEqual([]);
    expect(await replay({ tenantId: newUuid() })).toEqual([]);
    expect(await replay({ codes: ['timeout'] })).toMatchObject([{ letter: { taskId: uuidOf(slow) } }]);
    expect(await replay({ limit: 1 })).toMatchObject([{ letter: { taskId: uuidOf(down) } }]);
  });

  it('goes over all tenants, in either mode, where none is named', async () => {
    const other = await world.newCaller({ mode: 'test' });
    const [mine, theirs] = [await failed('portal_down'), await failed('portal_down', other)];
    const found = (await replay({ tenantId: undefined, dryRun: true })).map(({ letter }) => letter);
    expect(found).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ taskId: uuidOf(mine), mode: 'live' }),
        expect.objectContaining({ taskId: uuidOf(theirs), mode: 'test', tenantId: other.tenantId }),
      ]),
    );
  });

  it('leaves a task that five retries lie behind, and says so', async () => {
    const task = await failed('portal_down');
    await asSuperuser(world.test, 'update automation_tasks set retry_count = 5 where id = $1', [
      uuidOf(task),
    ]);
    expect(await replay()).toMatchObject([{ kind: 'refused', reason: 'retried_too_often' }]);
    expect(await list('deadLetter=true')).toEqual([task.id]);
  });

  it('by two operators at once makes one task of each', async () => {
    for (let n = 0; n < 5; n += 1) await failed('portal_down');
    const both = (await Promise.all([replay(), replay()])).flat();
    expect(both.filter(({ kind }) => kind === 'replayed')).toHaveLength(5);
    expect(await list('status=PENDING')).toHaveLength(5);
  });
});
