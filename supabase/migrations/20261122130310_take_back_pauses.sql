-- Who takes a wish for a pause back just before the safe point was told that the work goes on: so it does.

-- Ends a run where its task waits for a person, and keeps its session where there is a warm place; a person who waits for
-- control has it from here on (`granted_session`). A pause that nobody wants any more parks nothing: the task is QUEUED again,
-- with its session. No row when the fence is no longer the task's.
create or replace function app.park_run(
  p_task uuid, p_run uuid, p_fence integer, p_status public.task_status, p_reason text, p_until timestamptz,
  p_intervention jsonb, p_agent_state bytea, p_session uuid, p_warm_for interval, p_most_warm integer, p_lease interval
) returns table (task public.automation_tasks, granted_session uuid)
  language plpgsql set search_path = '' as $$
declare
  v_now timestamptz;
  v_warm boolean;
  v_holder text;
  v_actor bytea;
begin
  select * into task from app.hold_fence(p_task, p_run, p_fence);
  if not found then
    return;
  end if;
  v_now := app.now();
  if p_status = 'PAUSED' and task.pause_requested_at is null then
    update public.browser_sessions s set status = 'paused'
      where s.tenant_id = app.tenant_id() and s.id = p_session and s.task_id = p_task and s.status = 'active';
    update public.automation_tasks t
      set status = 'QUEUED', queued_at = v_now, agent_state = p_agent_state, lease_until = null, updated_at = v_now
      where t.tenant_id = app.tenant_id() and t.id = p_task
      returning * into task;
    return next;
    return;
  end if;
  v_holder := case when app.may_still_act(task.control_holder) then task.control_holder end;
  v_actor := task.control_actor;
  v_warm := exists (
    select from public.browser_sessions s
      where s.tenant_id = app.tenant_id() and s.id = p_session and s.task_id = p_task and s.status = 'active'
  ) and app.take_warm_place(p_most_warm, v_holder is not null);
  update public.automation_tasks t set
    status = p_status,
    agent_state = p_agent_state,
    intervention = p_intervention || jsonb_build_object('since', v_now),
    park = case when v_warm then 'warm'::public.park_kind else 'cold' end,
    warm_until = case when v_warm then v_now + p_warm_for end,
    waiting_reason = p_reason, waiting_until = p_until, not_before = null, lease_until = null, updated_at = v_now
    where t.tenant_id = app.tenant_id() and t.id = p_task;
  if v_warm then
    update public.browser_sessions s set status = 'paused'
      where s.tenant_id = app.tenant_id() and s.id = p_session;
    if v_holder is not null then
      granted_session := p_session;
      perform app.give_control(p_task, task.ticket_id, p_session, v_holder, v_actor, p_lease);
    end if;
  end if;
  select * into task from public.automation_tasks t where t.tenant_id = app.tenant_id() and t.id = p_task;
  return next;
end $$;

-- A parked session that no task waits with any more is nobody's to take up: from here on it is the caller's, or the
-- reaper's, to release. False: a task waits or goes on with it.
create function app.let_go_of_session(p_task uuid, p_session uuid) returns boolean
  language plpgsql set search_path = '' as $$
begin
  perform 1 from public.automation_tasks t
    where t.tenant_id = app.tenant_id() and t.id = p_task
      and t.park is distinct from 'warm' and t.status not in ('QUEUED', 'RUNNING')
    for no key update;
  if not found then
    return false;
  end if;
  update public.browser_sessions s set status = 'active'
    where s.tenant_id = app.tenant_id() and s.id = p_session and s.task_id = p_task
      and s.status in ('paused', 'user_controlled');
  return found;
end $$;
revoke execute on function app.let_go_of_session (uuid, uuid) from public;
grant execute on function app.let_go_of_session (uuid, uuid) to cfdi_tenant;
