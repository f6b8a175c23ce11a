-- Members: people of a tenant, known by the `sub` of their Supabase token alone. No foreign key to auth.users, for Auth may
-- live in another database; no name and no mail, for those are Auth's.

create table public.tenant_members (
  id uuid primary key,
  tenant_id uuid not null default app.tenant_id() references public.tenants (id) on delete cascade,
  user_id uuid not null,
  role text not null check (role in ('owner', 'admin', 'viewer')),
  -- who added them: `api_key:<uuid>`, `member:<uuid>`; a founder is their own
  invited_by text not null,
  created_at timestamptz not null default app.now(),
  unique (tenant_id, id),
  unique (tenant_id, user_id)
);
create index tenant_members_newest_first on public.tenant_members (tenant_id, id desc);
-- Led by no tenant: this is how a person is found before there is a tenant to speak for.
create index tenant_members_of_a_person on public.tenant_members (user_id);
revoke all on table public.tenant_members from public, anon, authenticated, service_role;
grant select, insert, update (role), delete on table public.tenant_members to cfdi_tenant;
grant select, insert on table public.tenant_members to cfdi_system;
alter table public.tenant_members enable row level security;
alter table public.tenant_members force row level security;
create policy "a tenant reads its own members" on public.tenant_members
  for select to cfdi_tenant using (tenant_id = (select app.tenant_id()));
create policy "a tenant adds members of its own" on public.tenant_members
  for insert to cfdi_tenant with check (tenant_id = (select app.tenant_id()));
create policy "a tenant changes the roles of its own members" on public.tenant_members
  for update to cfdi_tenant
  using (tenant_id = (select app.tenant_id())) with check (tenant_id = (select app.tenant_id()));
create policy "a tenant removes its own members" on public.tenant_members
  for delete to cfdi_tenant using (tenant_id = (select app.tenant_id()));
create policy "the system reads every member" on public.tenant_members
  for select to cfdi_system using (true);
create policy "the system makes who signs a tenant up its owner" on public.tenant_members
  for insert to cfdi_system with check (true);

-- A tenant's name is its own to change. The right to change it is also the right to lock the row, which is how the last
-- owner of a tenant is kept: whoever changes its members holds it.
grant update (name) on table public.tenants to cfdi_tenant;
create policy "a tenant renames itself" on public.tenants
  for update to cfdi_tenant using (id = (select app.tenant_id())) with check (id = (select app.tenant_id()));

-- Access changed: every process forgets what it knew of this key, token or person. Ids only.
create function app.tell_access_changed() returns trigger
  language plpgsql set search_path = '' as $$
begin
  perform pg_catalog.pg_notify(
    'cfdi_access',
    case tg_table_name
      when 'tenant_members' then coalesce(to_jsonb(new), to_jsonb(old)) ->> 'user_id'
      else coalesce(to_jsonb(new), to_jsonb(old)) ->> 'id'
    end
  );
  return null;
end $$;
revoke execute on function app.tell_access_changed () from public;
create trigger a_change_of_members_is_told after insert or update of role or delete on public.tenant_members
  for each row execute function app.tell_access_changed();

-- The tenants that a person belongs to, before there is a tenant to speak for. Ids are the tenants'.
create function app.find_memberships(p_user uuid)
  returns table (id uuid, name text, plan text, created_at timestamptz, role text)
  language sql stable security definer set search_path = '' as $$
    select t.id, t.name, t.plan, t.created_at, m.role
      from public.tenant_members m join public.tenants t on t.id = m.tenant_id
      where m.user_id = p_user
  $$;

-- Signs a tenant up: the tenant, its wrapped keys, its event counter, its founder as owner and a first API key for tests,
-- or nothing of it. When that was; null: this person founded as many tenants as one may.
create function app.sign_up_tenant(
  p_tenant uuid, p_name text, p_user uuid, p_member uuid, p_wrapped_keys jsonb, p_max_tenants integer,
  p_api_key uuid, p_api_key_name text, p_secret_hash bytea, p_scopes text[], p_audit uuid
) returns timestamptz
  language plpgsql security definer set search_path = '' as $$
declare
  v_actor text := 'member:' || p_user;
  v_now timestamptz := app.now();
begin
  -- One sign-up of a person at a time, or two at once would both be the last one allowed.
  perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('sign_up:' || p_user, 0));
  if (select count(*) from public.tenant_members where user_id = p_user and invited_by = v_actor) >= p_max_tenants then
    return null;
  end if;
  insert into public.tenants (id, name, created_at) values (p_tenant, p_name, v_now);
  insert into public.tenant_keys (tenant_id, purpose, version, wrapped_key)
    select p_tenant, k ->> 'purpose', (k ->> 'version')::smallint, decode(k ->> 'wrapped_key', 'base64')
      from jsonb_array_elements(p_wrapped_keys) k;
  insert into public.tenant_event_counters (tenant_id) values (p_tenant);
  insert into public.tenant_members (id, tenant_id, user_id, role, invited_by)
    values (p_member, p_tenant, p_user, 'owner', v_actor);
  insert into public.api_keys (id, tenant_id, mode, name, secret_hash, scopes, created_at)
    values (p_api_key, p_tenant, 'test', p_api_key_name, p_secret_hash, p_scopes, v_now);
  insert into public.audit_log (id, tenant_id, actor, action, subject_type, subject_id, details)
    values (p_audit, p_tenant, v_actor, 'tenant.created', 'tenant', p_tenant, jsonb_build_object('apiKeyId', p_api_key));
  return v_now;
end $$;

revoke execute on function
  app.find_memberships (uuid),
  app.sign_up_tenant (uuid, text, uuid, uuid, jsonb, integer, uuid, text, bytea, text[], uuid)
from public;
grant execute on function
  app.find_memberships (uuid),
  app.sign_up_tenant (uuid, text, uuid, uuid, jsonb, integer, uuid, text, bytea, text[], uuid)
to cfdi_api;
-- Last, for only the owner may grant.
alter function app.find_memberships (uuid) owner to cfdi_system;
alter function app.sign_up_tenant (uuid, text, uuid, uuid, jsonb, integer, uuid, text, bytea, text[], uuid)
  owner to cfdi_system;
