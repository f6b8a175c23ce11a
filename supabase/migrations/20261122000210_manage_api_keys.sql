-- Managing API keys: a tenant lists, makes, renames, rotates and revokes its own, of the mode it speaks for. It never reads
-- a hash: what finds and compares a key is still `app.find_api_key`.

alter table public.api_keys
  add column last_used_at timestamptz,
  -- A rotation goes on a line of keys: the first one's id. null: this is the first.
  add column line_id uuid,
  add constraint a_line_is_of_one_tenant foreign key (tenant_id, line_id) references public.api_keys (tenant_id, id);
create index api_keys_newest_first on public.api_keys (tenant_id, mode, id desc);

grant select (id, tenant_id, mode, name, scopes, expires_at, revoked_at, created_at, last_used_at, line_id)
  on table public.api_keys to cfdi_tenant;
grant insert, update (name, expires_at, revoked_at) on table public.api_keys to cfdi_tenant;
grant update (last_used_at) on table public.api_keys to cfdi_system;
create policy "a tenant reads its own API keys" on public.api_keys
  for select to cfdi_tenant using (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
create policy "a tenant issues API keys of its own" on public.api_keys
  for insert to cfdi_tenant with check (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
create policy "a tenant ends its own API keys" on public.api_keys
  for update to cfdi_tenant
  using (tenant_id = (select app.tenant_id()) and mode = (select app.mode()))
  with check (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));

create trigger an_end_of_an_api_key_is_told after update of expires_at, revoked_at or delete on public.api_keys
  for each row execute function app.tell_access_changed();

-- Notes that a key was used; at most once a minute writes anything.
create function app.touch_api_key(p_id uuid) returns void
  language sql security definer set search_path = '' as $$
    update public.api_keys set last_used_at = app.now()
      where id = p_id and (last_used_at is null or last_used_at <= app.now() - interval '1 minute')
  $$;
revoke execute on function app.touch_api_key (uuid) from public;
grant execute on function app.touch_api_key (uuid) to cfdi_api;
-- Last, for only the owner may grant.
alter function app.touch_api_key (uuid) owner to cfdi_system;
