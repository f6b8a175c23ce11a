import { newUuid } from '@cfdi-live/contract';
import { createDatabase, DatabaseUnavailable } from '@cfdi-live/db';
import { expect, test } from 'vitest';
import { asSuperuser, created, newTask, useFixture } from './support.ts';

const fixture = useFixture();

test('a server that does not answer is DatabaseUnavailable, for every way in', async () => {
  const nowhere = createDatabase({
    connectionString: 'postgres://cfdi_api:x@127.0.0.1:1/none',
    role: 'cfdi_api',
    keyRing: fixture.keyRing,
    log: { warn: () => undefined },
  });
  await expect(nowhere.ping()).rejects.toThrow(DatabaseUnavailable);
  await expect(nowhere.system.findApiKey(newUuid())).rejects.toThrow(DatabaseUnavailable);
  await expect(nowhere.withTenant(fixture.scope, (tx) => tx.tasks.get(newUuid()))).rejects.toThrow(
    DatabaseUnavailable,
  );
  await nowhere.close();
});

test('a connection that is cut in a transaction loses that one alone', async () => {
  const task = newTask();
  const cut = fixture.api.withTenant(fixture.scope, async (tx) => {
    await tx.tasks.create(task);
    await asSuperuser(
      fixture.test,
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and state = 'idle in transaction'`,
    );
    return tx.tasks.get(task.id);
  });
  await expect(cut).rejects.toThrow(DatabaseUnavailable);
  expect(await fixture.api.withTenant(fixture.scope, (tx) => tx.tasks.get(task.id))).toBeNull();
});

test('role and claims end with their transaction, also when it fails', async () => {
  const single = createDatabase({
    connectionString: fixture.test.apiUrl,
    role: 'cfdi_api',
    keyRing: fixture.keyRing,
    maxConnections: 1,
    log: { warn: () => undefined },
  });
  const task = await created(single, fixture.scope);
  const other = await fixture.newTenant();
  await expect(
    single.withTenant(fixture.scope, async () => {
      throw new Error('from the work');
    }),
  ).rejects.toThrow('from the work');
  expect(await single.withTenant(other, (tx) => tx.tasks.get(task.id))).toBeNull();
  expect(
    await single.withTenant({ ...fixture.scope, mode: 'live' }, (tx) => tx.tasks.get(task.id)),
  ).toBeNull();
  // As itself the login may call its functions, and touch no table.
  await expect(single.ping()).resolves.toBeUndefined();
  await single.close();
});

test.each([
  { tenantId: `'; drop table tenants; --`, mode: 'test' },
  { tenantId: newUuid(), mode: `test'; reset role; --` },
])('a scope that is no UUID and mode is refused before it reaches SQL', async (scope) => {
  await expect(fixture.api.withTenant(scope as never, (tx) => tx.tasks.get(newUuid()))).rejects.toThrow(
    TypeError,
  );
});

test('a tenant without keys gets an error that says so when one is needed', async () => {
  const stranger = { tenantId: newUuid(), mode: 'test' as const };
  await expect(fixture.api.withTenant(stranger, (tx) => tx.tasks.create(newTask()))).rejects.toThrow(
    'the tenant has no keys',
  );
  expect(await fixture.api.withTenant(stranger, (tx) => tx.tasks.get(newUuid()))).toBeNull();
});
