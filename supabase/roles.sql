-- The product's roles, which the migrations expect: `supabase db push --include-roles`, and each `supabase start` or
-- `db reset`. Nobody logs in before a password was set (`alter role cfdi_api password '…'`, and cfdi_worker's).
-- The product's own preparation (packages/db/src/migrate/roles.ts) makes the same.

do $$
declare
  role_name text;
begin
  foreach role_name in array array['cfdi_tenant', 'cfdi_system'] loop
    if not exists (select from pg_catalog.pg_roles where rolname = role_name) then
      execute format('create role %I nologin noinherit', role_name);
    end if;
  end loop;
  foreach role_name in array array['cfdi_api', 'cfdi_worker'] loop
    if not exists (select from pg_catalog.pg_roles where rolname = role_name) then
      execute format('create role %I login noinherit', role_name);
    end if;
  end loop;
end $$;

grant cfdi_tenant to cfdi_api, cfdi_worker;
-- Who pushes the migrations hands functions over to cfdi_system.
grant cfdi_tenant, cfdi_system to current_user;

-- So that the health check sees what connections of other roles do; where that may not be passed on, it notes less.
do $$ begin
  execute 'grant pg_read_all_stats to cfdi_system with inherit true';
exception when insufficient_privilege or syntax_error then null;
end $$;
