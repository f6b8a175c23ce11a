/** `Idempotency-Key`: what is sent again is not done again. */
import { newUuid, type Problem, type Task } from '@cfdi-live/contract';
import { shiftDatabaseClock } from '@cfdi-live/db';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { openWorld, taskBody, type Answer, type Caller, type World } from './world.ts';

let world: World;
let caller: Caller;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
afterEach(() => shiftDatabaseClock(world.test.ownerUrl, 0));

async function post<Body = Task>(
  path: string,
  key: string,
  body: unknown,
  by: Caller = caller,
): Promise<Answer<Body>> {
  return world.call<Body>('POST', path, { key: by.key, body, headers: { 'idempotency-key': key } });
}

async function tasksOf(by: Caller): Promise<Task[]> {
  const { body } = await world.call<{ data: Task[] }>('GET', '/v1/tasks', { key: by.key });
  return body.data;
}

const isReplay = ({ headers }: Answer) => headers.get('idempotent-replayed') === 'true';
const codeOf = ({ body }: Answer): string => (body as Problem).code;

describe('a POST with a key', () => {
  beforeAll(async () => {
    caller = await world.newCaller();
  });

  test('50 times at once makes one task, and each try ends with the same answer', async () => {
    const [by, key, body] = [await world.newCaller(), newUuid(), taskBody()];
    const hints = world.hints.length;
    const answers = await Promise.all(Array.from({ length: 50 }, () => post('/v1/tasks', key, body, by)));
    const made = answers.filter((answer) => answer.status === 201);
    for (const answer of answers) {
      if (answer.status !== 201) expect(codeOf(answer)).toBe('idempotency_in_progress');
    }
    expect(made.filter((answer) => !isReplay(answer))).toHaveLength(1);
    expect(new Set(made.map(({ body }) => body.id)).size).toBe(1);
    expect(await tasksOf(by)).toHaveLength(1);

    const again = await post('/v1/tasks', key, body, by);
    expect(isReplay(again)).toBe(true);
    expect(again.body).toEqual(made[0]!.body);
    expect(again.headers.get('location')).toBe(`/v1/tasks/${again.body.id}`);
    expect(world.hints.length - hints).toBe(1);
  });

  test('is the same however its body is spelled, and another one with any other value', async () => {
    const [key, body] = [newUuid(), taskBody({ metadata: { x: '1', y: '2' } })];
    const made = await post('/v1/tasks', key, body);
    const reversed = Object.fromEntries(Object.entries(body).toReversed());
    const replay = await post('/v1/tasks', key, reversed);
    expect(isReplay(replay)).toBe(true);
    expect(replay.body).toEqual(made.body);
    const other = await post('/v1/tasks', key, { ...body, priority: 6 });
    expect([other.status, codeOf(other)]).toEqual([409, 'idempotency_mismatch']);
    expect(codeOf(await post('/v1/tasks?a=1', key, body))).toBe('idempotency_mismatch');
  });

  test('is answered with the first answer, whatever became of its task', async () => {
    const [key, body] = [newUuid(), taskBody()];
    const first = await post('/v1/tasks', key, body);
    await world.call('POST', `/v1/tasks/${first.body.id}/cancel`, { key: caller.key });
    const replay = await post('/v1/tasks', key, body);
    expect(replay.body).toEqual(first.body);
    expect(replay.body.status).toBe('PENDING');
    expect(replay.headers.get('content-type')).toBe(first.headers.get('content-type'));
    expect(replay.headers.get('x-request-id')).not.toBe(first.headers.get('x-request-id'));
  });

  test('keeps a refusal for what it is: 409 and 422 come again, though they would succeed by now', async () => {
    const ticket = taskBody();
    const { body: first } = await post('/v1/tasks', newUuid(), ticket);
    const key = newUuid();
    const duplicate = await post<Problem>('/v1/tasks', key, ticket);
    expect([duplicate.status, duplicate.body.code]).toEqual([409, 'duplicate_ticket']);
    await world.call('POST', `/v1/tasks/${first.id}/cancel`, { key: caller.key });
    const replay = await post<Problem>('/v1/tasks', key, ticket);
    expect(replay.body).toEqual(duplicate.body);
    expect(isReplay(replay)).toBe(true);
    expect((await post('/v1/tasks', newUuid(), ticket)).status).toBe(201);

    const wrong = taskBody({ vendorUrl: 'https://inside.example.com/' });
    const refused = await post<Problem>('/v1/tasks', 'a refusal', wrong);
    expect(refused.status).toBe(422);
    const again = await post<Problem>('/v1/tasks', 'a refusal', wrong);
    expect(again.body).toEqual(refused.body);
    expect(isReplay(again)).toBe(true);
  });

  test('that did not fit its schema, or found nothing, may be sent again', async () => {
    const key = newUuid();
    expect((await post('/v1/tasks', key, { nonsense: true })).status).toBe(400);
    const missing = taskBody({ profile: undefined, profileId: 'prof_01kaf3tq4se9n8x2b6d0h4k7m1' });
    expect((await post('/v1/tasks', key, missing)).status).toBe(404);
    const made = await post('/v1/tasks', key, taskBody());
    expect(made.status).toBe(201);
    expect(isReplay(made)).toBe(false);
  });

  test('burns no quota when it is sent again', async () => {
    const { id } = await world.admin.createTenant({ name: 'Small', limits: { profileHourly: 1 } });
    const by = await world.newCaller({ tenantId: id });
    const body = taskBody();
    const first = await post('/v1/tasks', 'one', body, by);
    expect((await post('/v1/tasks', 'one', body, by)).body).toEqual(first.body);
    const second = taskBody();
    const refused = await post<Problem>('/v1/tasks', 'two', second, by);
    expect([refused.status, refused.body.code]).toEqual([429, 'quota_exceeded']);
    expect(refused.headers.get('x-should-retry')).toBe('false');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3000);
    await shiftDatabaseClock(world.test.ownerUrl, 2 * 3_600_000);
    const made = await post('/v1/tasks', 'two', second, by);
    expect(made.status).toBe(201);
    expect(isReplay(made)).toBe(false);
  });

  test('is forgotten after 24 hours', async () => {
    const [key, body] = [newUuid(), taskBody()];
    const first = await post('/v1/tasks', key, body);
    await shiftDatabaseClock(world.test.ownerUrl, 24 * 3_600_000 - 60_000);
    expect((await post('/v1/tasks', key, body)).body).toEqual(first.body);
    await shiftDatabaseClock(world.test.ownerUrl, 24 * 3_600_000 + 60_000);
    const late = await post<Problem>('/v1/tasks', key, body);
    expect(late.body.code).toBe('duplicate_ticket');
    expect((await post<Problem>('/v1/tasks', key, body)).body).toEqual(late.body);
  });

  test('is another one in another tenant, mode or path', async () => {
    const key = newUuid();
    const body = taskBody();
    const other = await world.newCaller();
    const first = await post('/v1/tasks', key, body);
    const theirs = await post('/v1/tasks', key, body, other);
    expect(theirs.status).toBe(201);
    expect(theirs.body.id).not.toBe(first.body.id);
    const path = `/v1/tasks/${first.body.id}/cancel`;
    const cancelled = await post(path, key, undefined);
    expect([cancelled.status, isReplay(cancelled)]).toEqual([202, false]);
    const foreign = await post(path, key, undefined, other);
    expect(foreign.status).toBe(404);
    const sameTenant = await world.newCaller({ tenantId: caller.tenantId });
    expect(isReplay(await post('/v1/tasks', key, body, sameTenant))).toBe(true);
  });

  test('whose key is no key is refused', async () => {
    for (const key of ['x'.repeat(256), 'ñandú', '']) {
      const answer = await post('/v1/tasks', key, taskBody());
      expect([answer.status, codeOf(answer)]).toEqual([400, 'invalid_request']);
    }
  });

  test('does not tell a secret twice', async () => {
    const body = { url: 'https://hooks.example.com/a' };
    const first = await post<{ id: string; secret?: string }>('/v1/webhook-endpoints', 'endpoint', body);
    expect(first.body.secret).toMatch(/^whsec_/);
    const replay = await post<{ id: string; secret?: string }>('/v1/webhook-endpoints', 'endpoint', body);
    expect(replay.status).toBe(first.status);
    expect(isReplay(replay)).toBe(true);
    const { secret: _told, ...rest } = first.body;
    expect(replay.body).toEqual(rest);
  });

  test('leaves nothing of its body behind that anybody could read', async () => {
    await post('/v1/tasks', newUuid(), taskBody());
    const client = new Client({ connectionString: world.test.adminUrl });
    await client.connect();
    const { rows } = await client.query<{ row: string }>(
      `select encode(body, 'escape') || k::text as row from idempotency_keys k`,
    );
    await client.end();
    expect(rows.length).toBeGreaterThan(0);
    for (const { row } of rows) expect(row).not.toMatch(/ticketData|vendorUrl|folio/);
  });
});

describe('a crash in the middle', () => {
  /** Holds the tickets' table: `begun` waits until somebody who makes a task waits for it, `kill` ends that one. */
  async function whileTicketsAreLocked(
    work: (others: { begun(): Promise<void>; kill(): Promise<void> }) => Promise<void>,
  ): Promise<void> {
    const client = new Client({ connectionString: world.test.adminUrl });
    await client.connect();
    const waiting = `from pg_stat_activity
      where datname = current_database() and usename = 'cfdi_api' and wait_event_type = 'Lock'`;
    try {
      await client.query('begin; lock table ticket_issuances in exclusive mode');
      await work({
        begun: () =>
          vi.waitFor(async () => expect((await client.query(`select 1 ${waiting}`)).rowCount).toBe(1), 5_000),
        kill: async () => void (await client.query(`select pg_terminate_backend(pid) ${waiting}`)),
      });
    } finally {
      await client.end();
    }
  }

  test('frees the key, and nothing of the work is left', async () => {
    const by = await world.newCaller();
    const [key, body] = [newUuid(), taskBody()];
    await whileTicketsAreLocked(async ({ begun, kill }) => {
      const first = post('/v1/tasks', key, body, by);
      await begun();
      expect(codeOf(await post('/v1/tasks', key, body, by))).toBe('idempotency_in_progress');
      await kill();
      expect((await first).status).toBe(503);
    });
    expect(await tasksOf(by)).toEqual([]);
    const second = await post('/v1/tasks', key, body, by);
    expect([second.status, isReplay(second)]).toEqual([201, false]);
    expect(await tasksOf(by)).toHaveLength(1);
  });
});
