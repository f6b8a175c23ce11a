/** Requests of one tenant that come in the same moment share a transaction, and nothing else. */
import type { CreateTaskResult, KeptAnswer, NewTask, RequestWork, TenantScope } from '@cfdi-live/domain';
import { newUuid } from '@cfdi-live/contract';
import { Client } from 'pg';
import { expect, test, vi } from 'vitest';
import { asSuperuser, newTask, PROFILE, useFixture } from './support.ts';

const fixture = useFixture();

const ANSWER: KeptAnswer = { status: 201, location: '/x', contentType: 'application/json', body: '{"a":1}' };

/** A request with a key that makes a task and answers, as the API does it; how it ended. */
async function send(
  input: Partial<NewTask> = {},
  { key = newUuid(), scope = fixture.scope }: { key?: string; scope?: TenantScope } = {},
): Promise<CreateTaskResult['kind'] | 'in_progress' | 'answered' | 'mismatch'> {
  const work = begin(key, scope);
  try {
    const made = await make(work, input, scope);
    const kept = made.kind === 'quota_exceeded' ? null : { ...ANSWER, body: JSON.stringify(made.kind) };
    const outcome = await work.commit(kept);
    return outcome.kind === 'committed' ? made.kind : outcome.kind;
  } catch (error) {
    await work.rollback();
    const { outcome } = error as { outcome?: { kind: 'in_progress' | 'answered' | 'mismatch' } };
    if (outcome === undefined) throw error;
    return outcome.kind;
  }
}

function begin(key: string, scope = fixture.scope): RequestWork {
  return fixture.api.beginOnce({ scope, name: `POST /v1/tasks ${key}`, content: 'same' });
}

function make(work: RequestWork, input: Partial<NewTask>, scope = fixture.scope): Promise<CreateTaskResult> {
  return work.database.withTenantShared(scope, (tx) => tx.tasks.create(newTask(input)));
}

/** Something is under way already, so that those who come now go together. */
function together<T>(sends: readonly (() => Promise<T>)[]): Promise<T[]> {
  const first = send();
  const others = sends.map((one) => one());
  return first.then(() => Promise.all(others));
}

function rowsOf(scope: TenantScope = fixture.scope) {
  return asSuperuser<{ tasks: number; transactions: number; events: number; head: number; keys: number }>(
    fixture.test,
    `select (select count(*)::integer from automation_tasks t where t.tenant_id = $1) as tasks,
       (select count(distinct t.xmin::text)::integer from automation_tasks t where t.tenant_id = $1) as transactions,
       (select count(*)::integer from task_events e where e.tenant_id = $1) as events,
       (select n::integer from tenant_event_counters c where c.tenant_id = $1) as head,
       (select count(*)::integer from idempotency_keys k where k.tenant_id = $1) as keys`,
    [scope.tenantId],
  ).then(([row]) => row!);
}

test('40 at once are few transactions, and each has its task, its event and its answer', async () => {
  const keys = Array.from({ length: 40 }, () => newUuid());
  const ended = await together(keys.map((key) => () => send({ metadata: { key } }, { key })));
  expect(new Set(ended)).toEqual(new Set(['created']));
  const rows = await rowsOf();
  expect(rows).toMatchObject({ tasks: 41, events: 41, head: 41, keys: 41 });
  expect(rows.transactions).toBeLessThan(10);
  const events = await fixture.api.withTenant(fixture.scope, (tx) => tx.events.after(0n, { limit: 100 }));
  expect(events.map(({ cursor }) => cursor)).toEqual(events.map((_, index) => BigInt(index + 1)));
  expect(new Set(events.map(({ event }) => `${event.type} ${event.sequence}`))).toEqual(
    new Set(['task.created 1']),
  );
  expect(await Promise.all(keys.map((key) => send({}, { key })))).toEqual(keys.map(() => 'answered'));
  expect(await send({ metadata: { other: 'x' } }, { key: newUuid() })).toBe('created');
});

test('who is refused harms none of the others, and is refused again', async () => {
  await send({ ticketIdentity: 'taken' });
  await send({ externalId: 'taken' });
  const [key, known] = [newUuid(), newUuid()];
  await send({}, { key: known });
  const ended = await together([
    () => send(),
    () => send({ ticketIdentity: 'taken' }, { key }),
    () => send({ externalId: 'taken' }),
    () => send({}, { key: known }),
    () => send(),
  ]);
  expect(ended).toEqual(['created', 'duplicate_ticket', 'external_id_taken', 'answered', 'created']);
  expect(await send({}, { key })).toBe('answered');
  expect(await rowsOf()).toMatchObject({ tasks: 6, events: 6, head: 6 });
});

test('what two of them want, one gets: a key, a ticket, an external id', async () => {
  const key = newUuid();
  const ended = await together([
    () => send({}, { key }),
    () => send({}, { key }),
    () => send({ ticketIdentity: 'wanted' }),
    () => send({ ticketIdentity: 'wanted' }),
    () => send({ vendorRule: { name: '@shop|folio', generalIdentity: 'wanted' } }),
    () => send({ externalId: 'wanted' }),
    () => send({ externalId: 'wanted' }),
  ]);
  expect(ended).toEqual([
    'created',
    'in_progress',
    'created',
    'duplicate_ticket',
    'duplicate_ticket',
    'created',
    'external_id_taken',
  ]);
});

test('a quota that runs out among them is neither passed nor wasted', async () => {
  const { id } = await fixture.admin.createTenant({
    name: 'Small',
    limits: { hourly: 6, profileHourly: 4 },
  });
  const scope: TenantScope = { tenantId: id, mode: 'test' };
  const other = { profile: { ...PROFILE, rfc: 'EKU9003173C9' } };
  const sends = Array.from({ length: 12 }, (_, i) => () => send(i % 2 === 0 ? {} : other, { scope }));
  const ended = await Promise.all(sends.map((one) => one()));
  expect(ended.filter((kind) => kind === 'created')).toHaveLength(6);
  expect(ended.filter((kind) => kind === 'quota_exceeded')).toHaveLength(6);
  const used = await asSuperuser<{ used: number }>(
    fixture.test,
    `select sum(used)::integer as used from task_quotas where tenant_id = $1 group by subject = '' order by 1`,
    [id],
  );
  expect(used.map((row) => row.used)).toEqual([6, 6]);
});

test('tenants share nothing with each other', async () => {
  const scopes = await Promise.all(Array.from({ length: 4 }, () => fixture.newTenant()));
  await Promise.all(
    scopes.flatMap((scope) =>
      Array.from({ length: 8 }, () => send({ ticketIdentity: newUuid() }, { scope })),
    ),
  );
  for (const scope of scopes) expect(await rowsOf(scope)).toMatchObject({ tasks: 8, events: 8, head: 8 });
});

test('a fault of one is a fault of that one alone, in its work and in the database', async () => {
  const key = newUuid();
  const broken = begin(key).database.withTenantShared(fixture.scope, () =>
    Promise.reject(new Error('a bug of ours')),
  );
  const ended = await Promise.all([
    together([() => send(), () => send()]),
    expect(broken).rejects.toThrow('a bug of ours'),
    expect(send({ vendorUrl: 'no url' })).rejects.toThrow('valid_vendor_url'),
  ]);
  expect(ended[0]).toEqual(['created', 'created']);
  expect(await rowsOf()).toMatchObject({ tasks: 3, events: 3, head: 3, keys: 3 });
  expect(await send({}, { key })).toBe('created');
});

test('who cannot answer takes the others back with it, and all may be sent again', async () => {
  const keys = [newUuid(), newUuid()];
  const [lost, other] = keys.map((key) => begin(key));
  const made = await Promise.all([make(lost!, {}), make(other!, {})]);
  expect(made.map(({ kind }) => kind)).toEqual(['created', 'created']);
  const answered = other!.commit(ANSWER);
  await lost!.rollback();
  await expect(answered).rejects.toMatchObject({ name: 'DatabaseUnavailable' });
  expect(await rowsOf()).toMatchObject({ tasks: 0, events: 0, head: 0, keys: 0 });
  expect(await Promise.all(keys.map((key) => send({}, { key })))).toEqual(['created', 'created']);
});

test('a crash in the middle undoes all of it and frees every key', async () => {
  const keys = Array.from({ length: 8 }, () => newUuid());
  const client = new Client({ connectionString: fixture.test.adminUrl });
  await client.connect();
  const waiting = `from pg_stat_activity
    where datname = current_database() and usename = 'cfdi_api' and wait_event_type = 'Lock'`;
  try {
    await client.query('begin; lock table ticket_issuances in exclusive mode');
    const ended = Promise.allSettled(keys.map((key) => send({}, { key })));
    await vi.waitFor(async () => expect((await client.query(`select 1 ${waiting}`)).rowCount).toBe(1), 5_000);
    expect(await send({}, { key: keys[0]! })).toBe('in_progress');
    await client.query(`select pg_terminate_backend(pid) ${waiting}`);
    for (const one of await ended) expect(one).toMatchObject({ reason: { name: 'DatabaseUnavailable' } });
  } finally {
    await client.end();
  }
  expect(await rowsOf()).toMatchObject({ tasks: 0, events: 0, head: 0, keys: 0 });
  expect(new Set(await Promise.all(keys.map((key) => send({}, { key }))))).toEqual(new Set(['created']));
});
