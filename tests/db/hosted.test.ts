/**
 * Hosted Supabase: "postgres" is no superuser, owns what it migrates, and gives the API roles every right by default. The
 * folder is taken as the CLI takes it: roles.sql, the migrations, seed.sql.
 */
import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { createAdmin, createDatabase } from '@cfdi-live/db';
import { asRole, migrate, prepareDatabase } from '@cfdi-live/db/migrate';
import { startTestPostgres } from '@cfdi-live/local-stack/testing';
import { parse } from 'smol-toml';
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
  grant usage on schema auth to hosted, authenticated;
  create table auth.users (id uuid primary key);
  create function auth.uid() returns uuid language sql stable as
    $$ select (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid $$;
  alter default privileges for role hosted in schema public grant all on tables to anon, authenticated, service_role;
  alter default privileges for role hosted grant all on functions to anon, authenticated, service_role;
  alter database hosted owner to hosted`;

test('the product runs there, and what Supabase gives its API roles is taken back', async () => {
  const postgres = await startTestPostgres();
  const superUrl = await createEmptyDatabase(postgres.url, 'hosted');
  await asLogin(superUrl, SUPABASE);
  const adminUrl = asRole(superUrl, 'hosted', 'hosted');
  await asLogin(adminUrl, await readFile('supabase/roles.sql', 'utf8'));
  await migrate({ connectionString: adminUrl, dir: 'supabase/migrations' });
  for (const _again of [1, 2]) await asLogin(adminUrl, await readFile('supabase/seed.sql', 'utf8'));
  await prepareDatabase({ adminUrl, passwords: { owner: 'o', api: 'a', worker: 'w' } });

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
        and has_function_privilege(r.role, p.oid, 'execute')
     union all
     select r.role, c.relname || '.' || a.attname
       from unnest(array['anon', 'authenticated', 'service_role']) r (role),
         pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
        and has_column_privilege(
          r.role, c.oid, a.attnum,
          case r.role when 'authenticated' then 'insert, update, references' else 'select, insert, update, references' end
        )`,
  );
  expect(open).toEqual([]);

  const seen = await seenByFirstMember(superUrl);
  expect(seen).toMatchObject([{ vendor_host: 'dos.example.com.mx' }, { vendor_host: 'uno.example.com.mx' }]);
  await Promise.all([admin.close(), api.close(), worker.close()]);
  await postgres.stop();
});

/** What REST would give to a person who was let into the seed's tenant. */
async function seenByFirstMember(url: string): Promise<object[]> {
  const person = '01930000-0000-7000-8000-00000000000a';
  await asLogin(
    url,
    `insert into tenant_members (id, tenant_id, user_id, role, invited_by)
       select gen_random_uuid(), id, $1, 'viewer', 'system:test' from tenants where name = 'Demo'`,
    [person],
  );
  const options = `-c role=authenticated -c request.jwt.claims={"sub":"${person}"}`;
  return asLogin(
    `${url}?options=${encodeURIComponent(options)}`,
    'select * from task_success_rates order by vendor_host',
  );
}

test('the CLI’s settings parse, name files that are there, and open nothing but members’ columns', async () => {
  const config = parse(await readFile('supabase/config.toml', 'utf8'));
  expect(config).toMatchObject({
    api: { schemas: ['public'] },
    auth: { enable_anonymous_sign_ins: false },
    storage: { buckets: { artifacts: { public: false } } },
    db: { seed: { sql_paths: ['./seed.sql'] } },
  });
  await access(path.join('supabase', 'seed.sql'));
});
