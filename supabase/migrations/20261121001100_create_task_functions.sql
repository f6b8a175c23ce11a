-- What a tenant's transaction does to a task: one call each. They run as the caller, under its row-level security.
-- Locks: task before ticket, where both are needed. Their events are appended by the caller, last of all.

-- Makes a task of a ticket, unless the ticket is taken. `other_task` is the task in the way.
create function app.create_task(
  p_id uuid, p_external_id text, p_ticket_id uuid, p_ticket_key bytea, p_vendor_url text, p_vendor_host text,
  p_ticket_details bytea, p_profile_snapshot bytea, p_profile_id uuid, p_priority integer, p_not_before timestamptz,
  p_deadline timestamptz, p_metadata jsonb, p_options jsonb, p_created_by text
) returns table (outcome text, other_task uuid, task public.automation_tasks)
  language plpgsql set search_path = '' as $$
declare
  v_ticket public.ticket_issuances;
  v_is_live boolean;
begin
  if p_external_id is not null then
    -- Whoever asks for the same external id waits here, so that the look-up below cannot miss it.
    perform pg_advisory_xact_lock(hashtextextended(format('%s %s %s', app.tenant_id(), app.mode(), p_external_id), 0));
    select 'external_id_taken', t.id into outcome, other_task
      from public.automation_tasks t
      where t.tenant_id = app.tenant_id() and t.mode = app.mode() and t.external_id = p_external_id;
    if found then
      return next;
      return;
    end if;
  end if;

  insert into public.ticket_issuances (id, ticket_key, task_id) values (p_ticket_id, p_ticket_key, p_id)
    on conflict (tenant_id, mode, ticket_key) do nothing;
  select * into strict v_ticket from public.ticket_issuances k
    where k.tenant_id = app.tenant_id() and k.mode = app.mode() and k.ticket_key = p_ticket_key
    for no key update;
  v_is_live := exists (
    select from public.automation_tasks t
      where t.tenant_id = app.tenant_id() and t.id = v_ticket.task_id
        and t.status not in ('COMPLETED', 'FAILED', 'CANCELLED')
  );
  other_task := v_ticket.task_id;
  if v_is_live or v_ticket.state = 'issued' then
    outcome := 'duplicate_ticket';
    return next;
    return;
  elsif app.is_in_doubt(v_ticket.state) then
    outcome := 'ticket_in_doubt';
    return next;
    return;
  end if;

  update public.ticket_issuances set task_id = p_id, updated_at = app.now()
    where tenant_id = v_ticket.tenant_id and id = v_ticket.id;
  insert into public.automation_tasks (
    id, external_id, ticket_id, vendor_url, vendor_host, ticket_details, profile_snapshot, profile_id, priority,
    not_before, deadline, metadata, options, created_by
  ) values (
    p_id, p_external_id, v_ticket.id, p_vendor_url, p_vendor_host, p_ticket_details, p_profile_snapshot,
    p_profile_id, p_priority, p_not_before, p_deadline, p_metadata, p_options, p_created_by
  ) returning * into task;
  outcome := 'created';
  other_task := null;
  return next;
end $$;

-- A person's wish to end a task. A running one is only asked, and so is one whose invoice may exist: the next run
-- finds that out. `requested_again`: it was asked before.
create function app.cancel_task(p_id uuid, p_failure jsonb)
  returns table (outcome text, task public.automation_tasks)
  language plpgsql set search_path = '' as $$
begin
  select * into task from public.automation_tasks t where t.tenant_id = app.tenant_id() and t.id = p_id
    for no key update;
  if not found then
    return;
  end if;
  if task.status in ('COMPLETED', 'FAILED', 'CANCELLED') then
    outcome := 'terminal';
  elsif task.status = 'RUNNING' or exists (
    select from public.ticket_issuances k
      where k.tenant_id = task.tenant_id and k.id = task.ticket_id and k.task_id = task.id and app.is_in_doubt(k.state)
  ) then
    outcome := case when task.cancel_requested_at is null then 'requested' else 'requested_again' end;
    update public.automation_tasks t
      set cancel_requested_at = coalesce(t.cancel_requested_at, app.now()), updated_at = app.now()
      where t.tenant_id = task.tenant_id and t.id = p_id
      returning * into task;
  else
    outcome := 'cancelled';
    update public.automation_tasks t
      set status = 'CANCELLED', failure = p_failure, finished_at = app.now(), updated_at = app.now()
      where t.tenant_id = task.tenant_id and t.id = p_id
      returning * into task;
  end if;
  return next;
end $$;

-- Ends a run: no row when its fence is no longer the task's.
create function app.end_run(
  p_task uuid, p_run uuid, p_fence integer, p_status public.task_status, p_burn_attempt boolean, p_failure jsonb,
  p_cfdi bytea, p_not_before timestamptz, p_waiting_reason text, p_waiting_until timestamptz
) returns setof public.automation_tasks
  language sql set search_path = '' as $$
    update public.automation_tasks set
      status = p_status,
      attempt = attempt + case when p_burn_attempt then 1 else 0 end,
      failure = p_failure,
      cfdi = p_cfdi,
      not_before = p_not_before,
      waiting_reason = p_waiting_reason,
      waiting_until = p_waiting_until,
      lease_until = null,
      queued_at = case when p_status = 'QUEUED' then app.now() end,
      finished_at = case when p_status in ('COMPLETED', 'FAILED', 'CANCELLED') then app.now() end,
      updated_at = app.now()
    where tenant_id = app.tenant_id() and id = p_task and run_id = p_run and fence = p_fence and status = 'RUNNING'
    returning *
  $$;

-- Locks the task of a run that still holds its fence: whatever the run writes next goes with it or not at all.
create function app.hold_fence(p_task uuid, p_run uuid, p_fence integer) returns setof public.automation_tasks
  language sql set search_path = '' as $$
    select * from public.automation_tasks
      where tenant_id = app.tenant_id() and id = p_task and run_id = p_run and fence = p_fence and status = 'RUNNING'
      for no key update
  $$;

create function app.add_step(
  p_task uuid, p_run uuid, p_fence integer, p_id uuid, p_index integer, p_type public.step_type, p_summary text,
  p_planner text, p_confidence real, p_duration_ms integer, p_tokens integer, p_cost_usd numeric, p_screenshot uuid
) returns boolean
  language plpgsql set search_path = '' as $$
begin
  perform from app.hold_fence(p_task, p_run, p_fence);
  if not found then
    return false;
  end if;
  insert into public.task_steps (
    id, task_id, run_id, index, step_type, summary, planner, confidence, duration_ms, tokens, cost_usd,
    screenshot_artifact_id
  ) values (
    p_id, p_task, p_run, p_index, p_type, p_summary, p_planner, p_confidence, p_duration_ms, p_tokens, p_cost_usd,
    p_screenshot
  );
  return true;
end $$;

create function app.open_session(p_task uuid, p_run uuid, p_fence integer, p_id uuid) returns boolean
  language plpgsql set search_path = '' as $$
begin
  perform from app.hold_fence(p_task, p_run, p_fence);
  if not found then
    return false;
  end if;
  insert into public.browser_sessions (id, task_id, run_id) values (p_id, p_task, p_run);
  return true;
end $$;

revoke execute on function
  app.create_task (
    uuid, text, uuid, bytea, text, text, bytea, bytea, uuid, integer, timestamptz, timestamptz, jsonb, jsonb, text
  ),
  app.cancel_task (uuid, jsonb),
  app.end_run (uuid, uuid, integer, public.task_status, boolean, jsonb, bytea, timestamptz, text, timestamptz),
  app.hold_fence (uuid, uuid, integer),
  app.add_step (
    uuid, uuid, integer, uuid, integer, public.step_type, text, text, real, integer, integer, numeric, uuid
  ),
  app.open_session (uuid, uuid, integer, uuid)
from public;
grant execute on function
  app.create_task (
    uuid, text, uuid, bytea, text, text, bytea, bytea, uuid, integer, timestamptz, timestamptz, jsonb, jsonb, text
  ),
  app.cancel_task (uuid, jsonb),
  app.end_run (uuid, uuid, integer, public.task_status, boolean, jsonb, bytea, timestamptz, text, timestamptz),
  app.hold_fence (uuid, uuid, integer),
  app.add_step (
    uuid, uuid, integer, uuid, integer, public.step_type, text, text, real, integer, integer, numeric, uuid
  ),
  app.open_session (uuid, uuid, integer, uuid)
to cfdi_tenant;
