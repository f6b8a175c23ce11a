import { decodeId, failure, type Task } from '@cfdi-live/contract';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimed } from '../db/support.ts';
import { openWorld, type Caller, type List, type World } from './world.ts';

let world: World;
let caller: Caller;
const tasks: Task[] = [];
/** Some tasks in several states, oldest first. */
beforeAll(async () => {
  world = await openWorld();
  caller = await world.newCaller();
  const profile = await world.createProfile(caller);
  for (const overrides of [
    { metadata: { order: '1', ñ: 'A b&=%' } },
    { metadata: { order: '1', branch: '12' }, externalId: 'invoice/7' },
    { profile: undefined, profileId: profile.id },
    { metadata: { branch: '12' } },
  ]) {
    tasks.push(await world.createTask(caller, overrides));
  }
  const uuid = decodeId('task', tasks[1]!.id)!;
  const { run } = await claimed(world.worker, uuid);
  await world.worker.withTenant(caller, (tx) =>
    tx.tasks.endRun(run, { on: 'fail', failure: failure('portal_unknown') }),
  );
});
afterAll(() => world.close());

/** The numbers of the tasks that a query lists. */
async function list(query: string, by = caller): Promise<number[]> {
  const { status, body } = await world.call<List<Task>>('GET', `/v1/tasks?${query}`, { key: by.key });
  expect(status).toBe(200);
  return body.data.map(({ id }) => tasks.findIndex((task) => task.id === id));
}

describe('a list of tasks', () => {
  it('holds those in any of several states', async () => {
    expect(await list('status=FAILED')).toEqual([1]);
    expect(await list('status=QUEUED&status=FAILED')).toEqual([3, 2, 1, 0]);
    expect(await list('status=QUEUED&status=PENDING&status=RUNNING')).toEqual([3, 2, 0]);
  });

  it('holds those with all the pairs of metadata that are named', async () => {
    expect(await list('metadata[order]=1')).toEqual([1, 0]);
    expect(await list('metadata[branch]=12&metadata[order]=1')).toEqual([1]);
    expect(await list('metadata%5Bbranch%5D=12&status=QUEUED')).toEqual([3]);
    expect(await list(`metadata[${encodeURIComponent('ñ')}]=${encodeURIComponent('A b&=%')}`)).toEqual([0]);
    expect(await list('metadata[order]=12')).toEqual([]);
    expect(await list('metadata[1]=order')).toEqual([]);
  });

  it('holds those of a profile, of a time, of an external id', async () => {
    expect(await list(`profileId=${tasks[2]!.profileId}`)).toEqual([2]);
    const { createdAt } = tasks[1]!;
    expect(await list(`createdAfter=${createdAt}`)).toEqual([3, 2]);
    expect(await list(`createdBefore=${createdAt}`)).toEqual([0]);
    expect(await list(`createdAfter=${tasks[0]!.createdAt}&createdBefore=${tasks[3]!.createdAt}`)).toEqual([
      2, 1,
    ]);
    expect(await list('createdAfter=1970-01-01T00:00:00Z')).toHaveLength(4);
    expect(await list(`externalId=${encodeURIComponent('invoice/7')}`)).toEqual([1]);
  });

  it('holds nothing of others, whatever they ask for', async () => {
    const stranger = await world.newCaller();
    const otherMode = await world.newCaller({ tenantId: caller.tenantId, mode: 'test' });
    for (const by of [stranger, otherMode]) {
      for (const query of ['', 'metadata[order]=1', 'status=FAILED', `profileId=${tasks[2]!.profileId}`]) {
        expect(await list(query, by)).toEqual([]);
      }
    }
  });

  it('goes forth and back past what is added meanwhile', async () => {
    const own = await world.newCaller();
    const made: string[] = [];
    const add = async (): Promise<void> =>
      void made.unshift((await world.createTask(own, { metadata: { lot: 'x' } })).id);
    for (let i = 0; i < 6; i += 1) await add();
    const before = [...made];
    const page = async (query: string) =>
      (await world.call<List<Task>>('GET', `/v1/tasks?metadata[lot]=x&limit=2&${query}`, { key: own.key }))
        .body;
    const idsOf = ({ data }: List<Task>) => data.map(({ id }) => id);
    const first = await page('');
    await add();
    const second = await page(`after=${first.nextCursor}`);
    await add();
    const third = await page(`after=${second.nextCursor}`);
    expect([first, second, third].flatMap(idsOf)).toEqual(before);
    expect(third.hasMore).toBe(false);
    expect(idsOf(await page(`before=${second.nextCursor}`))).toEqual(before.slice(1, 3));
  });

  it('finds a pair of metadata by its index, row-level security or not', async () => {
    const client = new Client({ connectionString: world.test.adminUrl });
    await client.connect();
    try {
      await client.query(
        `begin; set local role cfdi_tenant; set local app.tenant_id = '${caller.tenantId}';
         set local app.mode = 'live'; set local enable_seqscan = off`,
      );
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(
        `explain select m.task_id from public.task_metadata m where m.key = 'order' and m.value = '1'`,
      );
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      expect(plan).toMatch(/Index Only Scan using task_metadata_pkey/);
      expect(plan).toMatch(/Index Cond: .*key = .*value = /);
    } finally {
      await client.end();
    }
  });
});
