import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { asRole, migrate, prepareDatabase } from '@cfdi-live/db/migrate';
import { startTestPostgres, type TestDatabase, type TestPostgres } from '@cfdi-live/local-stack/testing';
import { Client, type QueryResultRow } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';

let postgres: TestPostgres;
let database: TestDatabase;
let dir: string;

beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'cfdi-live-migrations-'));
  database = await postgres.freshDatabase();
});
afterEach(async () => {
  await database.drop();
  await rm(dir, { recursive: true });
});

const put = (file: string, sql: string): Promise<void> => writeFile(path.join(dir, file), sql);
const run = () => migrate({ connectionString: database.ownerUrl, dir });

async function query<Row extends QueryResultRow>(
  url: string,
  text: string,
  ...values: unknown[]
): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}

test('files apply once, in order, as a role that is no superuser', async () => {
  await put('20250102000000_add_column.sql', 'alter table notes add column body text;');
  await put('20250101000000_create_notes.sql', 'create table notes (id int primary key);');
  expect(await run()).toEqual({
    applied: ['20250101000000_create_notes.sql', '20250102000000_add_column.sql'],
    present: 0,
  });
  expect(await run()).toEqual({ applied: [], present: 2 });
  expect(
    await query(database.adminUrl, "select tableowner as owner from pg_tables where tablename = 'notes'"),
  ).toEqual([{ owner: 'cfdi_owner' }]);
  expect(
    await query(database.adminUrl, "select rolsuper as super from pg_roles where rolname = 'cfdi_owner'"),
  ).toEqual([{ super: false }]);
});

test('the history is the table of the Supabase CLI', async () => {
  await put('20250101000000_create_notes.sql', 'create table notes (id int);');
  await run();
  expect(await query(database.adminUrl, 'select * from supabase_migrations.schema_migrations')).toEqual([
    { version: '20250101000000', name: 'create_notes', statements: ['create table notes (id int);'] },
  ]);
});

test('what the Supabase CLI has applied is not applied again, and is guarded from then on', async () => {
  await put('20250101000000_create_notes.sql', 'create table notes (id int);');
  await query(
    database.ownerUrl,
    `create schema supabase_migrations;
     create table supabase_migrations.schema_migrations (version text primary key, statements text[], name text);
     insert into supabase_migrations.schema_migrations (version, name) values ('20250101000000', 'create_notes')`,
  );
  expect(await run()).toEqual({ applied: [], present: 1 });
  await put('20250101000000_create_notes.sql', 'create table notes (id bigint);');
  await expect(run()).rejects.toMatchObject({ code: 'changed_file' });
});

test('a file that fails leaves nothing behind, names its line, and the files before it stay', async () => {
  await put('20250101000000_create_notes.sql', 'create table notes (id int);');
  await put('20250102000000_create_more.sql', '-- ñ 🧾\ncreate table more (id int);\nselect nonsense;\n');
  await expect(run()).rejects.toMatchObject({
    code: 'sql_error',
    message: '20250102000000_create_more.sql:3: column "nonsense" does not exist',
  });
  expect(
    await query(
      database.adminUrl,
      "select to_regclass('notes')::text as notes, to_regclass('more')::text as more",
    ),
  ).toEqual([{ notes: 'notes', more: null }]);

  await put('20250102000000_create_more.sql', 'create table more (id int);');
  expect(await run()).toMatchObject({ applied: ['20250102000000_create_more.sql'] });
});

test('a changed file is an error that names it', async () => {
  await put('20250101000000_create_notes.sql', 'create table notes (id int);');
  await run();
  await put('20250101000000_create_notes.sql', 'create table notes (id bigint);');
  await expect(run()).rejects.toMatchObject({
    code: 'changed_file',
    message: expect.stringContaining('20250101000000_create_notes.sql'),
  });
});

test.each(['commit;', 'rollback;', 'commit; begin;'])('a file that says "%s" is refused', async (sql) => {
  await put('20250101000000_create_notes.sql', `create table notes (id int); ${sql}`);
  await expect(run()).rejects.toMatchObject({ code: 'own_transaction' });
});

test('what one file sets does not reach the next', async () => {
  await put(
    '20250101000000_set_path.sql',
    'create schema aside; set search_path = aside; set role cfdi_tenant;',
  );
  await put('20250102000000_create_notes.sql', 'create table notes (id int);');
  await run();
  expect(await query(database.adminUrl, "select to_regclass('public.notes') is not null as found")).toEqual([
    { found: true },
  ]);
});

test('five at once take turns and apply each file once', async () => {
  for (let n = 1; n <= 4; n++)
    await put(`2025010${n}000000_create_t${n}.sql`, `create table t${n} (id int);`);
  const results = await Promise.all(Array.from({ length: 5 }, run));
  expect(results.flatMap(({ applied }) => applied).sort()).toEqual(
    [1, 2, 3, 4].map((n) => `2025010${n}000000_create_t${n}.sql`),
  );
});

test('each login role has what it needs and no more', async () => {
  const attributes = await query(
    database.adminUrl,
    `select rolname as role, rolcanlogin as login, rolinherit as inherit,
            rolbypassrls or rolsuper or rolcreaterole or rolcreatedb as power
       from pg_roles where rolname like 'cfdi%' order by 1`,
  );
  expect(attributes).toEqual([
    { role: 'cfdi_api', login: true, inherit: false, power: false },
    { role: 'cfdi_owner', login: true, inherit: false, power: false },
    { role: 'cfdi_system', login: false, inherit: false, power: false },
    { role: 'cfdi_tenant', login: false, inherit: false, power: false },
    { role: 'cfdi_worker', login: true, inherit: false, power: false },
  ]);
  for (const url of [database.apiUrl, database.workerUrl]) {
    expect(await query(url, "select set_config('role', 'cfdi_tenant', true) as role")).toEqual([
      { role: 'cfdi_tenant' },
    ]);
    await expect(query(url, 'set role cfdi_system')).rejects.toMatchObject({ code: '42501' });
    await expect(query(url, 'create table mine (id int)')).rejects.toMatchObject({ code: '42501' });
  }
});

test('the owner hands a definer function over to cfdi_system, which alone is asked for rights', async () => {
  await put(
    '20250101000000_create_secrets.sql',
    `create schema app;
     create table app.secrets (word text);
     insert into app.secrets values ('open sesame');
     grant usage, create on schema app to cfdi_system;
     grant usage on schema app to cfdi_api;
     grant select on app.secrets to cfdi_system;
     create function app.find_word() returns text language sql security definer set search_path = '' as
       $$ select word from app.secrets $$;
     alter function app.find_word() owner to cfdi_system;`,
  );
  await run();
  expect(await query(database.apiUrl, 'select app.find_word() as word')).toEqual([{ word: 'open sesame' }]);
  await expect(query(database.apiUrl, 'select * from app.secrets')).rejects.toMatchObject({ code: '42501' });
});

test('the claims of a token are read as Supabase reads them', async () => {
  const sub = '8f8e8d8c-0000-4000-8000-000000000001';
  const read = `select auth.uid() as uid, auth.role() as role, auth.jwt() ->> 'tenant' as tenant
                  from set_config('request.jwt.claims', $1, false)`;
  const claims = JSON.stringify({ sub, role: 'authenticated', tenant: 'ten_1' });
  expect(await query(database.adminUrl, read, claims)).toEqual([
    { uid: sub, role: 'authenticated', tenant: 'ten_1' },
  ]);
  expect(await query(database.adminUrl, read, '')).toEqual([{ uid: null, role: null, tenant: null }]);
});

test('a table that forgets to revoke is as open as it would be on Supabase', async () => {
  await put('20250101000000_create_notes.sql', 'create table notes (id int);');
  await run();
  const may = `select has_table_privilege('anon', 'notes', 'select') as anon`;
  expect(await query(database.adminUrl, may)).toEqual([{ anon: true }]);
});

test('preparing again changes nothing but the passwords, also for many at once', async () => {
  const passwords = { owner: 'new owner', api: "new 'api'", worker: 'new/worker' };
  const admin = database.adminUrl;
  await Promise.all(Array.from({ length: 4 }, () => prepareDatabase({ adminUrl: admin, passwords })));
  expect(await query(asRole(admin, 'cfdi_api', passwords.api), 'select 1 as n')).toEqual([{ n: 1 }]);
  await expect(query(database.apiUrl, 'select 1')).rejects.toMatchObject({ code: '28P01' });
  await prepareDatabase({
    adminUrl: admin,
    passwords: { owner: 'test-owner', api: 'test-api', worker: 'test-worker' },
  });
});
