-- Tenants: vendors of software that hold API keys. All other data belongs to one tenant.

create table public.tenants (
  id uuid primary key,
  name text not null check (length(name) between 1 and 200),
  plan text not null default 'standard' check (plan in ('standard', 'unlimited')),
  -- { "running": 20 }: tasks that may be QUEUED or RUNNING at once
  limits jsonb not null default '{}' check (jsonb_typeof(limits) = 'object'),
  created_at timestamptz not null default app.now()
);
revoke all on table public.tenants from public, anon, authenticated, service_role;
grant select on table public.tenants to cfdi_tenant;
grant select, insert on table public.tenants to cfdi_system;
alter table public.tenants enable row level security;
alter table public.tenants force row level security;
create policy "a tenant reads itself" on public.tenants
  for select to cfdi_tenant using (id = (select app.tenant_id()));
create policy "the system reads every tenant" on public.tenants
  for select to cfdi_system using (true);
create policy "the system signs tenants up" on public.tenants
  for insert to cfdi_system with check (true);

-- A tenant's own keys, wrapped by a key that only the processes know. The newest version of a purpose writes, the
-- older ones still open. Deleting a tenant deletes them, and with them everything that they encrypted.
create table public.tenant_keys (
  tenant_id uuid not null references public.tenants (id) on delete cascade,
  purpose text not null check (purpose in ('data', 'index')),
  version smallint not null check (version > 0),
  wrapped_key bytea not null,
  created_at timestamptz not null default app.now(),
  primary key (tenant_id, purpose, version)
);
revoke all on table public.tenant_keys from public, anon, authenticated, service_role;
grant select on table public.tenant_keys to cfdi_tenant;
grant select, insert on table public.tenant_keys to cfdi_system;
alter table public.tenant_keys enable row level security;
alter table public.tenant_keys force row level security;
create policy "a tenant reads its own wrapped keys" on public.tenant_keys
  for select to cfdi_tenant using (tenant_id = (select app.tenant_id()));
create policy "the system reads every wrapped key" on public.tenant_keys
  for select to cfdi_system using (true);
create policy "the system gives a tenant its keys" on public.tenant_keys
  for insert to cfdi_system with check (true);

-- API keys: only a hash of the secret is kept. No tenant role reads them; `app.find_api_key` does.
create table public.api_keys (
  id uuid primary key,
  tenant_id uuid not null references public.tenants (id) on delete cascade,
  mode public.mode not null,
  name text not null check (length(name) between 1 and 200),
  secret_hash bytea not null check (length(secret_hash) = 32),
  scopes text[] not null,
  expires_at timestamptz,
  revoked_at timestamptz,
  created_at timestamptz not null default app.now(),
  unique (tenant_id, id)
);
revoke all on table public.api_keys from public, anon, authenticated, service_role;
grant select, insert, update (revoked_at) on table public.api_keys to cfdi_system;
alter table public.api_keys enable row level security;
alter table public.api_keys force row level security;
create policy "the system reads every API key" on public.api_keys
  for select to cfdi_system using (true);
create policy "the system issues API keys" on public.api_keys
  for insert to cfdi_system with check (true);
create policy "the system revokes API keys" on public.api_keys
  for update to cfdi_system using (true) with check (true);

-- Whose key this is, before there is a tenant to speak for. Expired and revoked keys are returned as such.
create function app.find_api_key(p_id uuid) returns setof public.api_keys
  language sql stable security definer set search_path = ''
  as $$ select * from public.api_keys where id = p_id $$;
revoke execute on function app.find_api_key (uuid) from public;
grant execute on function app.find_api_key (uuid) to cfdi_api;
-- Last, for only the owner may grant.
alter function app.find_api_key (uuid) owner to cfdi_system;
