/** Hosted Supabase: "postgres" is no superuser, owns what it migrates, and gives the API roles every right by default. */
import { createAdmin, createDatabase } from '@cfdi-live/db';
import { asRole, migrate, prepareDatabase } from '@cfdi-live/db/migrate';
import { startTestPostgres } from '@cfdi-live/local-stack/testing';
import { expect, test } from 'vitest';
import { createDatabase as createEmptyDatabase } from '../../packages/local-stack/src/postgres/admin.ts';
import { seedEveryTable } from './seed.ts';
import { asLogin, useFixture } from './support.ts';

const fixture = useFixture();

const SUPABASE = `
  create role anon nologin noinherit;
  create role authenticated nologin noinherit;
  create role service_role nologin noinherit bypassrls;
  create role supabase_auth_admin nologin noinherit createrole;
  create role hosted login createrole createdb bypassrls password 'hosted';
  grant anon, authenticated, service_role to hosted;
  create schema auth authorization supabase_auth_admin;
  grant usage on schema auth to hosted;
  create table auth.users (id uuid primary key);
  alter default privileges for role hosted in schema public grant all on tables to anon, authenticated, service_role;
  alter default privileges for role hosted grant all on functions to anon, authenticated, service_role;
  alter database hosted owner to hosted`;

test('the product runs there, and what Supabase gives its API roles is taken back', async () => {
  const postgres = await startTestPostgres();
  const superUrl = await createEmptyDatabase(postgres.url, 'hosted');
  await asLogin(superUrl, SUPABASE);
  const adminUrl = asRole(superUrl, 'hosted', 'hosted');
  await prepareDatabase({ adminUrl, passwords: { owner: 'o', api: 'a', worker: 'w' } });
  await migrate({ connectionString: adminUrl, dir: 'supabase/migrations' });

  const common = { keyRing: fixture.keyRing, log: { warn: () => undefined } };
  const admin = createAdmin({ connectionString: adminUrl, ...common });
  const api = createDatabase({
    connectionString: asRole(superUrl, 'cfdi_api', 'a'),
    role: 'cfdi_api',
    ...common,
  });
  const worker = createDatabase({
    connectionString: asRole(superUrl, 'cfdi_worker', 'w'),
    role: 'cfdi_worker',
    ...common,
  });
  const { id } = await admin.createTenant({ name: 'Hosted' });
  await api.ping();
  const test = { ...fixture.test, adminUrl: superUrl };
  await seedEveryTable({ ...fixture, test, admin, api, worker }, { tenantId: id, mode: 'test' });

  const open = await asLogin<{ role: string; name: string }>(
    superUrl,
    `select r.role, c.relname as name
       from unnest(array['anon', 'authenticated', 'service_role']) r (role), pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
        and has_table_privilege(r.role, c.oid, 'select, insert, update, delete, truncate, references, trigger')
     union all
     select r.role, p.proname
       from unnest(array['anon', 'authenticated', 'service_role']) r (role), pg_proc p
      where p.pronamespace = 'app'::regnamespace and has_schema_privilege(r.role, 'app', 'usage')
        and has_function_privilege(r.role, p.oid, 'execute')`,
  );
  expect(open).toEqual([]);
  await Promise.all([admin.close(), api.close(), worker.close()]);
  await postgres.stop();
});
