import type { Client } from 'pg';

/** Written on the schema, so that a later start knows our `auth` from Supabase's. */
const MARK = 'stand-in for Supabase Auth, made by cfdi-live';

/**
 * The part of Supabase that migrations and policies name: three roles, `auth.users` and the claim readers.
 * Signatures and results are those of Supabase's own functions.
 */
const PRELUDE = `
do $$
declare role_name text;
begin
  foreach role_name in array array['anon', 'authenticated', 'service_role'] loop
    begin
      execute format('create role %I nologin noinherit', role_name);
    exception when duplicate_object or unique_violation then null; -- there, or made this instant for another database
    end;
  end loop;
  if not (select rolbypassrls from pg_catalog.pg_roles where rolname = 'service_role') then
    begin
      alter role service_role bypassrls;
    exception when insufficient_privilege then null; -- an administrator without it; nothing of ours is service_role
    end;
  end if;
end $$;

create schema if not exists auth;
comment on schema auth is '${MARK}';
grant usage on schema auth to anon, authenticated, service_role;

create table if not exists auth.users (
  id uuid primary key default gen_random_uuid(),
  email text unique,
  raw_app_meta_data jsonb not null default '{}',
  raw_user_meta_data jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create or replace function auth.jwt() returns jsonb language sql stable as $$
  select coalesce(nullif(current_setting('request.jwt.claims', true), ''), '{}')::jsonb
$$;
create or replace function auth.uid() returns uuid language sql stable as $$
  select nullif(auth.jwt() ->> 'sub', '')::uuid
$$;
create or replace function auth.role() returns text language sql stable as $$
  select auth.jwt() ->> 'role'
$$;

grant usage on schema public to anon, authenticated, service_role;
`;

/**
 * Supabase gives its API roles every right on whatever its `postgres` creates in `public`. The stand-in does the
 * same for our owner, so that a migration which forgets to revoke shows it here and not in production.
 */
const DEFAULT_PRIVILEGES = `
do $$ begin
  alter default privileges for role cfdi_owner in schema public
    grant all on tables to anon, authenticated, service_role;
  alter default privileges for role cfdi_owner in schema public
    grant all on sequences to anon, authenticated, service_role;
  alter default privileges for role cfdi_owner in schema public
    grant all on functions to anon, authenticated, service_role;
exception when insufficient_privilege then null; -- an administrator that is no superuser
end $$`;

/**
 * Provides what Supabase would, and leaves a real Supabase alone. The product's roles must exist.
 *
 * @param admin a role that may create roles and schemas (the embedded superuser)
 */
export async function applyPrelude(admin: Client): Promise<'applied' | 'supabase_present'> {
  const { rows } = await admin.query<{ users: string | null; mark: string | null }>(
    `select to_regclass('auth.users')::text as users,
            obj_description(to_regnamespace('auth')::oid, 'pg_namespace') as mark`,
  );
  const found = rows[0];
  if (found !== undefined && found.users !== null && found.mark !== MARK) return 'supabase_present';
  await admin.query(PRELUDE);
  await admin.query(DEFAULT_PRIVILEGES);
  return 'applied';
}
