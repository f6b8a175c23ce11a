-- The end of a profile, and what its tasks forget when the person whom it names asks to be forgotten. What the law keeps
-- (the invoice, its files and facts) and what guards against a second one (the ticket's own row) stays.

-- A person is found in tasks that were made with a profile in the request, too.
create index automation_tasks_of_person on public.automation_tasks (tenant_id, mode, profile_index)
  where profile_index is not null;

grant delete on table public.artifacts, public.inbound_mails to cfdi_tenant;
create policy "a tenant removes evidence, never an invoice" on public.artifacts
  for delete to cfdi_tenant
  using (
    tenant_id = (select app.tenant_id()) and mode = (select app.mode()) and kind not in ('xml', 'pdf')
  );
create policy "a tenant removes its own mails" on public.inbound_mails
  for delete to cfdi_tenant using (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));

-- 'deleted', 'not_found', or 'in_use' with a task of it that has not ended.
create function app.delete_profile(p_id uuid, p_erase boolean)
  returns table (outcome text, live_task uuid, tasks_erased integer)
  language plpgsql set search_path = '' as $$
declare
  v_rfc_index bytea;
  v_tasks uuid[];
begin
  -- Whoever makes a task of this profile keeps its row as well: before us, and its task is seen here, or after us.
  select p.rfc_index into v_rfc_index from public.user_profiles p
    where p.tenant_id = app.tenant_id() and p.id = p_id
    for update;
  if not found then
    outcome := 'not_found';
    return next;
    return;
  end if;
  select 'in_use', t.id into outcome, live_task from public.automation_tasks t
    where t.tenant_id = app.tenant_id() and t.mode = app.mode()
      and (t.profile_id = p_id or (p_erase and t.profile_index = v_rfc_index))
      and t.status not in ('COMPLETED', 'FAILED', 'CANCELLED')
    limit 1;
  if found then
    return next;
    return;
  end if;
  tasks_erased := 0;
  if p_erase then
    with erased as (
      update public.automation_tasks t
        set profile_snapshot = null, profile_index = null, metadata = '{}', agent_state = null, erased_at = app.now(), updated_at = app.now()
        where t.tenant_id = app.tenant_id() and t.mode = app.mode()
          and (t.profile_id = p_id or t.profile_index = v_rfc_index)
          and t.erased_at is null
        returning t.id
    )
    select coalesce(array_agg(id), '{}') into v_tasks from erased;
    tasks_erased := cardinality(v_tasks);
    update public.browser_sessions s set session_data = null
      where s.tenant_id = app.tenant_id() and s.task_id = any (v_tasks) and s.session_data is not null;
    delete from public.inbound_mails m where m.tenant_id = app.tenant_id() and m.task_id = any (v_tasks);
    -- Their files leave Storage by the outbox.
    delete from public.artifacts a
      where a.tenant_id = app.tenant_id() and a.task_id = any (v_tasks) and a.kind not in ('xml', 'pdf');
  end if;
  delete from public.user_profiles p where p.tenant_id = app.tenant_id() and p.id = p_id;
  outcome := 'deleted';
  return next;
end $$;
revoke execute on function app.delete_profile (uuid, boolean) from public;
grant execute on function app.delete_profile (uuid, boolean) to cfdi_tenant;
