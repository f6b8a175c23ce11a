/** Many tasks by one request: each is made or refused for itself. */
import { newUuid, type Problem, type Task, type TaskBatch } from '@cfdi-live/contract';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, taskBody, type Answer, type Caller, type World } from './world.ts';

let world: World;
let caller: Caller;

beforeAll(async () => {
  world = await openWorld();
  caller = await world.newCaller();
});
afterAll(() => world.close());

function post(tasks: unknown[], key?: string, by = caller): Promise<Answer<TaskBatch>> {
  const headers = key === undefined ? {} : { 'idempotency-key': key };
  return world.call('POST', '/v1/tasks/batch', { key: by.key, body: { tasks }, headers });
}

const statusesOf = ({ body }: Answer<TaskBatch>) => body.data.map(({ status }) => status);
const codeOf = (result: TaskBatch['data'][number]) => ('problem' in result ? result.problem.code : null);

async function countTasks(by: Caller): Promise<number> {
  const { body } = await world.call<{ data: Task[] }>('GET', '/v1/tasks?limit=100', { key: by.key });
  return body.data.length;
}

test.each([
  ['without a key', undefined],
  ['with a key', newUuid()],
])('one that is refused does not keep the others from being made, %s', async (_how, key) => {
  const by = await world.newCaller();
  const ticket = taskBody();
  const answer = await post(
    [
      ticket,
      taskBody({ vendorUrl: 'https://inside.example.com/' }),
      ticket,
      taskBody({ profile: undefined, profileId: 'prof_01kaf3tq4se9n8x2b6d0h4k7m1' }),
      taskBody(),
    ],
    key,
    by,
  );
  expect(answer.status).toBe(200);
  expect(statusesOf(answer)).toEqual([201, 422, 409, 404, 201]);
  expect(answer.body.data.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4]);
  expect(answer.body.data.map(codeOf)).toEqual([
    null,
    'url_not_allowed',
    'duplicate_ticket',
    'not_found',
    null,
  ]);
  expect(await countTasks(by)).toBe(2);
});

test('a hundred are made by one request, and none a second time when it is sent again', async () => {
  const by = await world.newCaller();
  const tasks = Array.from({ length: 100 }, () => taskBody());
  const first = await post(tasks, 'a hundred', by);
  expect(new Set(statusesOf(first))).toEqual(new Set([201]));
  const again = await post(tasks, 'a hundred', by);
  expect(again.headers.get('idempotent-replayed')).toBe('true');
  expect(again.body).toEqual(first.body);
  expect(await countTasks(by)).toBe(100);
  const twice = await post(tasks, undefined, by);
  expect(new Set(twice.body.data.map(codeOf))).toEqual(new Set(['duplicate_ticket']));
});

test('more than a hundred, none, and what fits no schema are refused as a whole', async () => {
  const by = await world.newCaller();
  for (const tasks of [[], Array.from({ length: 101 }, () => taskBody()), [taskBody(), { nonsense: 1 }]]) {
    const { status } = await post(tasks, undefined, by);
    expect(status).toBe(400);
  }
  const { body } = await world.call<Problem>('POST', '/v1/tasks/batch', {
    key: by.key,
    body: { tasks: [taskBody(), taskBody({ priority: 99 })] },
  });
  expect(body.errors[0]?.path).toBe('tasks.1.priority');
  expect(await countTasks(by)).toBe(0);
});

test('each counts for its quota', async () => {
  const { id } = await world.admin.createTenant({ name: 'Small', limits: { profileHourly: 2 } });
  const by = await world.newCaller({ tenantId: id });
  const answer = await post([taskBody(), taskBody(), taskBody(), taskBody()], 'quota', by);
  expect(statusesOf(answer)).toEqual([201, 201, 429, 429]);
});

test.each([[0], [1], [3]])('a fault of ours with task %i ends that one alone', async (faulty) => {
  const client = new Client({ connectionString: world.test.adminUrl });
  await client.connect();
  try {
    await client.query(`
      create or replace function public.fail_one() returns trigger language plpgsql as $$
      begin
        if new.metadata ? 'boom' then raise exception 'boom'; end if;
        return new;
      end $$;
      create or replace trigger fail_one before insert on automation_tasks
        for each row execute function public.fail_one()`);
    for (const key of [undefined, newUuid()]) {
      const by = await world.newCaller();
      const tasks = [0, 1, 2, 3].map((at) => taskBody(at === faulty ? { metadata: { boom: '1' } } : {}));
      const answer = await post(tasks, key, by);
      expect(statusesOf(answer)).toEqual([0, 1, 2, 3].map((at) => (at === faulty ? 500 : 201)));
      expect(await countTasks(by)).toBe(3);
    }
  } finally {
    await client.query('drop trigger if exists fail_one on automation_tasks');
    await client.end();
  }
});
