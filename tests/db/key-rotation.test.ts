/** Rotation of keys on a database at work: what is wrapped anew, sealed again, retired, and that nothing stops meanwhile. */
import { randomBytes } from 'node:crypto';
import { newUuid } from '@cfdi-live/contract';
import {
  createArtifactVault,
  createDatabase,
  createKeyRing,
  createKeyRotation,
  shiftDatabaseClock,
  type KeyRing,
  type KeyRotation,
  type ObjectStorage,
} from '@cfdi-live/db';
import type { TenantScope } from '@cfdi-live/domain';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Cell } from '../../packages/db/src/crypto/tenant-keys.ts';
import { OTHER_BYTES, SEALED_COLUMNS } from '../../packages/db/src/crypto/sealed-columns.ts';
import { seedEveryTable } from './seed.ts';
import { asSuperuser, PROFILE, useFixture } from './support.ts';

const fixture = useFixture();
const HOUR_MS = 3_600_000;
const K2 = randomBytes(32).toString('base64');

let rotation: KeyRotation;
let files: Map<string, Uint8Array>;
let storage: ObjectStorage;

beforeEach(() => {
  rotation = createKeyRotation({ connectionString: fixture.test.ownerUrl, keyRing: fixture.keyRing });
  files = new Map();
  storage = {
    put: async (path, bytes) => void files.set(path, bytes),
    get: async (path) => files.get(path) ?? null,
    remove: async (path) => void files.delete(path),
    ping: async () => undefined,
  };
});
afterEach(async () => {
  await rotation.close();
  await shiftDatabaseClock(fixture.test.ownerUrl, 0);
});

/** The same ring with a new current key, and the new key alone. */
function rings(): { both: KeyRing; alone: KeyRing } {
  return {
    both: createKeyRing(`k2:${K2},${fixture.encryptionKeys}`),
    alone: createKeyRing(`k2:${K2}`),
  };
}

const wrappedBy = (tenantId: string) =>
  asSuperuser<{ purpose: string; version: number; by: string }>(
    fixture.test,
    `select purpose, version, app.sealed_with(wrapped_key) as by from tenant_keys where tenant_id = $1
      order by purpose, version`,
    [tenantId],
  );

/** Under which data key every value of a tenant lies, `<table>.<column>` → versions. */
async function versions(tenantId: string): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const [table, columns] of Object.entries(SEALED_COLUMNS)) {
    for (const column of columns) {
      const rows = await asSuperuser<{ version: string }>(
        fixture.test,
        `select distinct app.sealed_with(${column}) as version from ${table} where tenant_id = $1 and ${column} is not null`,
        [tenantId],
      );
      found[`${table}.${column}`] = rows.map(({ version }) => version);
    }
  }
  return found;
}

/** Columns that not every row may have, and that the product itself has sealed where one has. */
const SEEDED_AS_IT_IS = new Set(['cfdi', 'previous_secret', 'control_actor']);

/** What only raw inserts of the seed hold, as the product would seal it. */
async function sealWhatTheSeedLeft(scope: TenantScope): Promise<void> {
  const keys = await fixture.api.tenantKeys(scope);
  for (const [table, columns] of Object.entries(SEALED_COLUMNS)) {
    const id = table === 'idempotency_keys' ? `encode(key_hash, 'hex')` : 'id::text';
    const rows = await asSuperuser<{ id: string }>(
      fixture.test,
      `select ${id} as id from ${table} where tenant_id = $1`,
      [scope.tenantId],
    );
    expect(rows.length, table).toBeGreaterThan(0);
    for (const { id: rowId } of rows) {
      for (const column of columns) {
        await asSuperuser(
          fixture.test,
          `update ${table} set ${column} = $3 where tenant_id = $1 and ${id} = $2
             and (${column} is null or ${column} = convert_to('sealed', 'UTF8'))
             and ${SEEDED_AS_IT_IS.has(column) ? 'false' : 'true'}`,
          [scope.tenantId, rowId, keys.sealText({ table, column, rowId } as Cell, 'seeded')],
        );
      }
    }
  }
}

describe('the list of sealed columns', () => {
  test('names every bytea column of the schema, sealed or not', async () => {
    const columns = await asSuperuser<{ name: string }>(
      fixture.test,
      `select table_name || '.' || column_name as name from information_schema.columns
        where table_schema = 'public' and data_type = 'bytea'
          and table_name in (select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace)`,
    );
    const listed = [
      ...Object.entries(SEALED_COLUMNS).flatMap(([table, names]) => names.map((name) => `${table}.${name}`)),
      ...Object.keys(OTHER_BYTES),
    ];
    // Missing here? packages/db/src/crypto/sealed-columns.ts, and cfdi_system must be granted its update.
    expect(new Set(listed)).toEqual(new Set(columns.map(({ name }) => name)));
    expect(listed).toHaveLength(columns.length);
  });
});

describe("the ring's new key", () => {
  test('wraps every key of every tenant, and then opens them alone', async () => {
    const { both, alone } = rings();
    const { scope, api } = fixture;
    const id = newUuid();
    await api.withTenant(scope, (tx) => tx.profiles.create({ ...PROFILE, id, externalId: null }));
    const others = await Promise.all(Array.from({ length: 5 }, () => fixture.newTenant()));
    const two = [0, 1].map(() =>
      createKeyRotation({ connectionString: fixture.test.ownerUrl, keyRing: both }),
    );
    const [{ n }] = (await asSuperuser<{ n: number }>(
      fixture.test,
      'select count(*)::int as n from tenant_keys',
    )) as [{ n: number }];
    // Two commands at once share the work, or one does it all.
    const done = await Promise.all(two.map((each) => each.rewrap()));
    expect(done[0]!.rewrapped + done[1]!.rewrapped).toBe(n);
    expect(await two[0]!.rewrap()).toEqual({ rewrapped: 0, unreadable: 0 });
    expect((await two[0]!.census()).wrapped).toEqual({ k2: n });
    for (const { tenantId } of [scope, ...others])
      expect((await wrappedBy(tenantId)).map(({ by }) => by)).toEqual(['k2', 'k2']);
    const later = createDatabase({
      connectionString: fixture.test.apiUrl,
      role: 'cfdi_api',
      keyRing: alone,
      log: { warn: () => undefined },
    });
    await expect(later.withTenant(scope, (tx) => tx.profiles.get(id))).resolves.toMatchObject(PROFILE);
    const audit = await asSuperuser<{ by: string }>(
      fixture.test,
      `select details ->> 'by' as by from audit_log where actor = 'system:rotation' and action = 'keys.rewrapped'`,
    );
    expect(audit).toContainEqual({ by: 'k2' });
    await Promise.all([later.close(), ...two.map((each) => each.close())]);

    // And back again, so that the other tests open their tenants.
    const back = createKeyRotation({
      connectionString: fixture.test.ownerUrl,
      keyRing: createKeyRing(`${fixture.encryptionKeys},k2:${K2}`),
    });
    expect(await back.rewrap()).toEqual({ rewrapped: n, unreadable: 0 });
    await back.close();
  });

  test('leaves alone, and counts, what no key of the ring opens', async () => {
    const { scope } = fixture;
    await asSuperuser(
      fixture.test,
      `update tenant_keys set wrapped_key = set_byte(wrapped_key, length(wrapped_key) - 1, 255 - get_byte(wrapped_key, length(wrapped_key) - 1))
        where tenant_id = $1 and purpose = 'data'`,
      [scope.tenantId],
    );
    const { both } = rings();
    const forward = createKeyRotation({ connectionString: fixture.test.ownerUrl, keyRing: both });
    const { rewrapped, unreadable } = await forward.rewrap();
    expect(unreadable).toBe(1);
    expect(rewrapped).toBeGreaterThan(0);
    await forward.close();
    const back = createKeyRotation({
      connectionString: fixture.test.ownerUrl,
      keyRing: createKeyRing(`${fixture.encryptionKeys},k2:${K2}`),
    });
    await back.rewrap();
    await back.close();
    await asSuperuser(fixture.test, 'delete from tenants where id = $1', [scope.tenantId]);
  });
});

describe('a new data key', () => {
  test('is given once, opens at once and writes a minute later; a process that knows only the old one is not disturbed', async () => {
    const { scope, api, worker } = fixture;
    const write = (externalId: string) =>
      api.withTenant(scope, (tx) => tx.profiles.create({ ...PROFILE, id: newUuid(), externalId }));
    await write('before');
    const which = { olderThanMs: 0, tenantId: scope.tenantId };
    expect(await rotation.renew(which)).toBe(1);
    expect(await rotation.renew({ ...which, olderThanMs: HOUR_MS })).toBe(0);
    await write('just after');
    expect((await versions(scope.tenantId))['user_profiles.rfc']).toEqual(['1']);

    await shiftDatabaseClock(fixture.test.ownerUrl, HOUR_MS / 2);
    const fresh = createDatabase({
      connectionString: fixture.test.apiUrl,
      role: 'cfdi_api',
      keyRing: fixture.keyRing,
      log: { warn: () => undefined },
    });
    await fresh.withTenant(scope, (tx) =>
      tx.profiles.create({ ...PROFILE, id: newUuid(), externalId: 'later' }),
    );
    expect(new Set((await versions(scope.tenantId))['user_profiles.rfc'])).toEqual(new Set(['1', '2']));
    // The worker loaded its keys now, the API before: each reads all of it.
    for (const process of [fresh, worker]) {
      const page = await process.withTenant(scope, (tx) => tx.profiles.list({ limit: 10 }));
      expect(page.rows.map(({ externalId }) => externalId)).toEqual(['later', 'just after', 'before']);
      // The index key is the old one: what was found before is found now.
      const found = await process.withTenant(scope, (tx) =>
        tx.profiles.list({ limit: 10, rfc: PROFILE.rfc }),
      );
      expect(found.rows).toHaveLength(3);
    }
    await fresh.close();
  });

  test('seals everything of a tenant again, files too, and the old one is destroyed', async () => {
    const { scope, api } = fixture;
    await seedEveryTable(fixture, scope);
    await sealWhatTheSeedLeft(scope);
    const vault = createArtifactVault({ storage, tenantKeys: (of) => api.tenantKeys(of) });
    const [{ path }] = (await asSuperuser<{ path: string }>(
      fixture.test,
      `select storage_path as path from artifacts where tenant_id = $1 and kind = 'xml'`,
      [scope.tenantId],
    )) as [{ path: string }];
    await vault.put(scope, path, new TextEncoder().encode('<cfdi/>'));
    const before = await api.withTenant(scope, (tx) => tx.tasks.list({ limit: 10 }));
    const named = Object.entries(await versions(scope.tenantId)).filter(([, found]) => found.length > 0);
    // Every column holds a value, save those that only a later state of a task or an endpoint fills.
    expect(named.map(([name]) => name)).toHaveLength(Object.values(SEALED_COLUMNS).flat().length - 2);
    expect(named.every(([, found]) => found.join() === '1')).toBe(true);

    await rotation.renew({ olderThanMs: 0, tenantId: scope.tenantId });
    const which = { storage, tenantId: scope.tenantId };
    expect(await rotation.reencrypt(which)).toMatchObject({ values: 0, retired: 0, waiting: 1 });

    await shiftDatabaseClock(fixture.test.ownerUrl, HOUR_MS);
    const census = await rotation.census();
    expect(census.superseded).toBeGreaterThan(0);
    expect(census.values['automation_tasks.ticket_details']).toBeGreaterThan(0);
    const without = await rotation.reencrypt({ ...which, storage: null });
    expect(without).toMatchObject({ files: 0, retired: 0, unfinished: 1 });
    expect(without.values).toBeGreaterThanOrEqual(named.length);
    expect(await rotation.reencrypt(which)).toEqual({
      values: 0,
      files: 1,
      retired: 1,
      waiting: 0,
      unfinished: 0,
    });
    for (const [name, found] of Object.entries(await versions(scope.tenantId)))
      expect(
        found.filter((version) => version !== '2'),
        name,
      ).toEqual([]);
    expect(await wrappedBy(scope.tenantId)).toMatchObject([
      { purpose: 'data', version: 2 },
      { purpose: 'index', version: 1 },
    ]);

    const fresh = createDatabase({
      connectionString: fixture.test.apiUrl,
      role: 'cfdi_api',
      keyRing: fixture.keyRing,
      log: { warn: () => undefined },
    });
    expect(await fresh.withTenant(scope, (tx) => tx.tasks.list({ limit: 10 }))).toEqual(before);
    const read = createArtifactVault({ storage, tenantKeys: (of) => fresh.tenantKeys(of) });
    expect(Buffer.from((await read.get(scope, path))!).toString()).toBe('<cfdi/>');
    await fresh.close();
    expect(await rotation.reencrypt(which)).toEqual({
      values: 0,
      files: 0,
      retired: 0,
      waiting: 0,
      unfinished: 0,
    });
  });

  test('keeps the old one while a value does not open, and does the rest', async () => {
    const { scope, api } = fixture;
    const [whole, altered] = [newUuid(), newUuid()];
    for (const id of [whole, altered])
      await api.withTenant(scope, (tx) => tx.profiles.create({ ...PROFILE, id, externalId: id }));
    await asSuperuser(
      fixture.test,
      'update user_profiles set email = set_byte(email, length(email) - 1, 255 - get_byte(email, length(email) - 1)) where id = $1',
      [altered],
    );
    await rotation.renew({ olderThanMs: 0, tenantId: scope.tenantId });
    await shiftDatabaseClock(fixture.test.ownerUrl, HOUR_MS);
    const done = await rotation.reencrypt({ storage, tenantId: scope.tenantId });
    expect(done).toMatchObject({ values: 5, retired: 0, unfinished: 1 });
    expect(new Set((await versions(scope.tenantId))['user_profiles.email'])).toEqual(new Set(['1', '2']));
    expect((await rotation.census()).values['user_profiles.email']).toBeGreaterThan(0);
  });
});
