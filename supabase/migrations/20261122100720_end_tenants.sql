-- The end of a tenant. Its keys are destroyed at once, and with them whatever they encrypted, wherever copies of it lie;
-- the rows and files themselves, which nobody can read any more, are removed in batches by the workers.

alter table public.tenants add column deleted_at timestamptz;
create index tenants_deleted on public.tenants (deleted_at) where deleted_at is not null;

grant update (deleted_at), delete on table public.tenants to cfdi_system;
grant delete on table public.api_keys, public.tenant_members, public.user_profiles to cfdi_system;
create policy "the system ends tenants" on public.tenants
  for update to cfdi_system using (true) with check (true);
create policy "the system removes tenants that have ended" on public.tenants
  for delete to cfdi_system using (true);
create policy "the system removes the API keys of tenants that end" on public.api_keys
  for delete to cfdi_system using (true);
create policy "the system removes the members of tenants that end" on public.tenant_members
  for delete to cfdi_system using (true);
create policy "the system removes the profiles of tenants that have ended" on public.user_profiles
  for delete to cfdi_system using (true);

-- 'shredded', 'not_found', 'name_mismatch', or 'busy': a run is between its mark and the portal's answer, and would leave
-- an invoice behind that nobody knows of. Waiting and running tasks end as cancelled, with `p_failure`.
create function app.shred_tenant(p_tenant uuid, p_name text, p_actor text, p_failure jsonb) returns text
  language plpgsql security definer set search_path = '' as $$
declare
  v_name text;
  v_tasks integer;
begin
  select t.name into v_name from public.tenants t
    where t.id = p_tenant and t.deleted_at is null
    for no key update;
  if not found then
    return 'not_found';
  elsif v_name <> p_name then
    return 'name_mismatch';
  end if;
  -- A mark is set while its task's row is held, so whoever set one before us is seen below, and nobody does after us.
  perform 1 from public.automation_tasks t
    where t.tenant_id = p_tenant and t.status = 'RUNNING'
    order by t.id
    for no key update;
  if exists (
    select from public.ticket_issuances k
      join public.automation_tasks t on t.tenant_id = k.tenant_id and t.id = k.task_id
      where k.tenant_id = p_tenant and k.state in ('submitting', 'submitted')
        and t.status = 'RUNNING' and t.lease_until > app.now()
  ) then
    return 'busy';
  end if;
  update public.automation_tasks t set
    status = 'CANCELLED', failure = p_failure, finished_at = app.now(), lease_until = null, waiting_reason = null,
    waiting_until = null, updated_at = app.now()
    where t.tenant_id = p_tenant and t.finished_at is null;
  get diagnostics v_tasks = row_count;
  delete from public.tenant_keys where tenant_id = p_tenant;
  delete from public.api_keys where tenant_id = p_tenant;
  delete from public.live_tokens where tenant_id = p_tenant;
  delete from public.tenant_members where tenant_id = p_tenant;
  -- Nothing is sent any more: no secret to sign with is left.
  update public.webhook_endpoints set disabled_at = app.now()
    where tenant_id = p_tenant and disabled_at is null;
  update public.tenants set deleted_at = app.now() where id = p_tenant;
  insert into public.audit_log (id, tenant_id, actor, action, subject_type, subject_id, details)
    values (
      app.new_uuid(), p_tenant, p_actor, 'tenant.deleted', 'tenant', p_tenant,
      jsonb_build_object('tasksCancelled', v_tasks)
    );
  return 'shredded';
end $$;

-- Removes rows of one tenant that has ended, about `p_limit` of the biggest kinds; null: there is none. A browser that is
-- still open is known by its row alone: the reaper ends it first, but is waited for no longer than browsers live.
create function app.remove_ended_tenant(p_limit integer) returns integer
  language plpgsql security definer set search_path = '' as $$
declare
  v_tenant uuid;
  v_removed integer;
begin
  select n.id into v_tenant from public.tenants n
    where n.deleted_at is not null and (
      n.deleted_at < app.now() - interval '1 hour' or not exists (
        select from public.browser_sessions s where s.tenant_id = n.id and s.status <> 'terminated'
      )
    )
    order by n.deleted_at limit 1
    for update skip locked;
  if not found then
    return null;
  end if;
  -- Children before what they refer to. Steps, events, deliveries, evidence and mails go with their tasks; the paths of
  -- files are noted by the trigger on artifacts.
  delete from public.automation_tasks t
    where (t.tenant_id, t.id) in (
      select o.tenant_id, o.id from public.automation_tasks o where o.tenant_id = v_tenant limit p_limit
    );
  get diagnostics v_removed = row_count;
  if v_removed > 0 then
    return v_removed;
  end if;
  with files as (
    delete from public.artifacts a
      where (a.tenant_id, a.id) in (
        select o.tenant_id, o.id from public.artifacts o where o.tenant_id = v_tenant limit p_limit
      )
      returning 1
  ), documents as (
    delete from public.cfdi_documents d
      where (d.tenant_id, d.id) in (
        select o.tenant_id, o.id from public.cfdi_documents o where o.tenant_id = v_tenant limit p_limit
      )
      returning 1
  ), tickets as (
    delete from public.ticket_issuances k
      where (k.tenant_id, k.id) in (
        select o.tenant_id, o.id from public.ticket_issuances o where o.tenant_id = v_tenant limit p_limit
      )
      returning 1
  ), profiles as (
    delete from public.user_profiles p
      where (p.tenant_id, p.id) in (
        select o.tenant_id, o.id from public.user_profiles o where o.tenant_id = v_tenant limit p_limit
      )
      returning 1
  )
  select (select count(*) from files) + (select count(*) from documents) + (select count(*) from tickets)
    + (select count(*) from profiles) into v_removed;
  if v_removed > 0 then
    return v_removed;
  end if;
  -- The rest is little, and follows by its foreign keys.
  delete from public.tenants where id = v_tenant;
  return 1;
end $$;

revoke execute on function
  app.shred_tenant (uuid, text, text, jsonb),
  app.remove_ended_tenant (integer)
from public;
grant execute on function app.shred_tenant (uuid, text, text, jsonb) to cfdi_api;
grant execute on function app.remove_ended_tenant (integer) to cfdi_worker;
-- Last, for only the owner may grant.
alter function app.shred_tenant (uuid, text, text, jsonb) owner to cfdi_system;
alter function app.remove_ended_tenant (integer) owner to cfdi_system;
