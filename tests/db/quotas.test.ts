/** How many tasks a tenant and each of its profiles may make in an hour. */
import type { CreateTaskResult, NewTask, TenantLimits, TenantScope } from '@cfdi-live/domain';
import { shiftDatabaseClock } from '@cfdi-live/db';
import { afterEach, expect, test } from 'vitest';
import { asSuperuser, newTask, PROFILE, useFixture } from './support.ts';

const fixture = useFixture();
const SECONDS_OF_HOUR = 3_600;

afterEach(() => shiftDatabaseClock(fixture.test.ownerUrl, 0));

async function newTenant(limits: TenantLimits = {}): Promise<TenantScope> {
  const { id } = await fixture.admin.createTenant({ name: 'With quotas', limits });
  return { tenantId: id, mode: 'test' };
}

function create(scope: TenantScope, overrides: Partial<NewTask> = {}): Promise<CreateTaskResult> {
  return fixture.api.withTenant(scope, (tx) => tx.tasks.create(newTask(overrides)));
}

function times(count: number, make: () => Promise<CreateTaskResult>): Promise<CreateTaskResult[]> {
  return Promise.all(Array.from({ length: count }, make));
}

function kindsOf(results: CreateTaskResult[]): Record<string, number> {
  const kinds: Record<string, number> = {};
  for (const { kind } of results) kinds[kind] = (kinds[kind] ?? 0) + 1;
  return kinds;
}

/** Tasks counted in this hour, of the tenant and of all its profiles. */
async function used({ tenantId }: TenantScope): Promise<{ tenant: number; profiles: number }> {
  const rows = await asSuperuser<{ whole: boolean; used: number }>(
    fixture.test,
    `select subject = '' as whole, sum(used)::integer as used from task_quotas where tenant_id = $1 group by 1`,
    [tenantId],
  );
  const of = (whole: boolean) => rows.find((row) => row.whole === whole)?.used ?? 0;
  return { tenant: of(true), profiles: of(false) };
}

const other = { profile: { ...PROFILE, rfc: 'EKU9003173C9' } };

test('of 30 tasks at once for one profile exactly ten are made, and the others say when to come again', async () => {
  const scope = await newTenant();
  const results = await times(30, () => create(scope));
  expect(kindsOf(results)).toEqual({ created: 10, quota_exceeded: 20 });
  const [refused] = results.filter((result) => result.kind === 'quota_exceeded');
  expect(refused).toMatchObject({ whose: 'profile' });
  expect(refused!.retryAfterSeconds).toBeGreaterThan(SECONDS_OF_HOUR - 60);
  expect(refused!.retryAfterSeconds).toBeLessThanOrEqual(SECONDS_OF_HOUR);
  expect(await used(scope)).toEqual({ tenant: 10, profiles: 10 });
  expect((await create(scope, other)).kind).toBe('created');
});

test('a tenant’s own quota holds over all its profiles, and a refusal counts for none of them', async () => {
  const scope = await newTenant({ hourly: 4 });
  const results = await Promise.all([
    ...Array.from({ length: 5 }, () => create(scope)),
    ...Array.from({ length: 5 }, () => create(scope, other)),
  ]);
  expect(kindsOf(results)).toEqual({ created: 4, quota_exceeded: 6 });
  expect(results.find((result) => result.kind === 'quota_exceeded')).toMatchObject({ whose: 'tenant' });
  expect(await used(scope)).toEqual({ tenant: 4, profiles: 4 });
});

test('an hour after its first task, a profile may make as many again', async () => {
  const scope = await newTenant({ profileHourly: 2 });
  expect(kindsOf(await times(3, () => create(scope)))).toEqual({ created: 2, quota_exceeded: 1 });
  await shiftDatabaseClock(fixture.test.ownerUrl, (SECONDS_OF_HOUR - 60) * 1000);
  expect(kindsOf(await times(2, () => create(scope)))).toEqual({ quota_exceeded: 2 });
  await shiftDatabaseClock(fixture.test.ownerUrl, (SECONDS_OF_HOUR + 60) * 1000);
  expect(kindsOf(await times(3, () => create(scope)))).toEqual({ created: 2, quota_exceeded: 1 });
});

test('a duplicate burns no quota, and a ticket that was refused for the quota is free afterwards', async () => {
  const scope = await newTenant({ profileHourly: 1 });
  const ticketIdentity = 'asked for twice';
  expect((await create(scope, { ticketIdentity })).kind).toBe('created');
  expect(kindsOf(await times(5, () => create(scope, { ticketIdentity })))).toEqual({ duplicate_ticket: 5 });
  expect(await used(scope)).toEqual({ tenant: 1, profiles: 1 });

  const late = { ticketIdentity: 'came too late' };
  expect((await create(scope, late)).kind).toBe('quota_exceeded');
  await shiftDatabaseClock(fixture.test.ownerUrl, 2 * SECONDS_OF_HOUR * 1000);
  expect((await create(scope, late)).kind).toBe('created');
});

test('each mode has its own quota, and a tenant of plan unlimited has none', async () => {
  const scope = await newTenant({ profileHourly: 1 });
  expect((await create(scope)).kind).toBe('created');
  expect((await create({ ...scope, mode: 'live' })).kind).toBe('created');
  expect(kindsOf(await times(15, () => create(fixture.scope)))).toEqual({ created: 15 });
  expect(await used(fixture.scope)).toEqual({ tenant: 0, profiles: 0 });
});
