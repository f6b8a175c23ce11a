// Hosted Supabase gives out no superuser: "postgres" there may create roles and databases, and `auth` is not its own.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { asRole, migrate, prepareDatabase } from '@cfdi-live/db/migrate';
import { startTestPostgres, type TestPostgres } from '@cfdi-live/local-stack/testing';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase } from '../../packages/local-stack/src/postgres/admin.ts';

const SUPABASE = `
  create role anon nologin noinherit;
  create role authenticated nologin noinherit;
  create role service_role nologin noinherit bypassrls;
  create role supabase_auth_admin noinherit createrole nologin;
  create role hosted login createrole createdb bypassrls password 'hosted';
  grant anon, authenticated, service_role to hosted;
  create schema auth authorization supabase_auth_admin;
  grant usage on schema auth to anon, authenticated, service_role, hosted;
  set role supabase_auth_admin;
  create table auth.users (id uuid primary key, email text);
  create function auth.uid() returns uuid language sql stable as $$ select null::uuid $$;
  reset role`;

const MIGRATION = `
  create schema app;
  create table public.notes (id int primary key, owner uuid);
  alter table public.notes enable row level security;
  alter table public.notes force row level security;
  revoke all on public.notes from anon, authenticated, service_role;
  grant select on public.notes to authenticated, cfdi_tenant;
  create policy "a member reads own notes" on public.notes for select to authenticated using (owner = auth.uid());
  grant usage, create on schema app to cfdi_system;
  create function app.count_notes() returns bigint language sql security definer set search_path = '' as
    $$ select count(*) from public.notes $$;
  alter function app.count_notes() owner to cfdi_system;
  revoke execute on function app.count_notes() from public;
  grant execute on function app.count_notes() to cfdi_api, cfdi_worker;`;

let postgres: TestPostgres;
let dir: string;
let adminUrl: string;

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'cfdi-live-migrations-'));
  await writeFile(path.join(dir, '20250101000000_create_notes.sql'), MIGRATION);
  postgres = await startTestPostgres();
  const superUrl = await createDatabase(postgres.url, 'hosted');
  const client = new Client({ connectionString: superUrl });
  await client.connect();
  await client.query(SUPABASE);
  await client.query('alter database hosted owner to hosted');
  await client.end();
  adminUrl = asRole(superUrl, 'hosted', 'hosted');
});
afterAll(async () => {
  await postgres.stop();
  await rm(dir, { recursive: true });
});

const passwords = { owner: 'o', api: 'a', worker: 'w' };

test('Supabase is recognised and its auth schema left alone', async () => {
  expect(await prepareDatabase({ adminUrl, passwords })).toBe('supabase_present');
  expect(await prepareDatabase({ adminUrl, passwords })).toBe('supabase_present');
});

test('the hosted "postgres" role applies the files, as supabase db push does', async () => {
  const { applied } = await migrate({ connectionString: adminUrl, dir });
  expect(applied).toEqual(['20250101000000_create_notes.sql']);
});
