-- Who takes a cold task over sends it on its way again, and that is told like every move of a task.

-- Control for `p_holder`: 'granted', 'renewed' where they have it, 'wanted' where it is theirs at the next safe point or
-- obstacle, 'held' by somebody else, 'conflict' in a state without a browser to come. `p_instead_of`: a holder who is the
-- same person by another token. 'readmitted': a cold task goes back to admission first.
create or replace function app.take_control(p_id uuid, p_holder text, p_actor bytea, p_instead_of text, p_lease interval)
  returns table (outcome text, task public.automation_tasks, session_id uuid, epoch integer)
  language plpgsql set search_path = '' as $$
declare
  v_mine boolean;
begin
  select * into task from public.automation_tasks t where t.tenant_id = app.tenant_id() and t.id = p_id
    for no key update;
  if not found then
    return;
  end if;
  v_mine := task.control_holder is not null and task.control_holder in (p_holder, coalesce(p_instead_of, p_holder));
  if task.status not in ('PENDING', 'QUEUED', 'RUNNING', 'PAUSED', 'INTERVENTION_NEEDED') then
    outcome := 'conflict';
    return next;
    return;
  elsif not v_mine and task.control_holder is not null
    and (task.control_since is not null or app.may_still_act(task.control_holder)) then
    outcome := 'held';
    return next;
    return;
  end if;

  if task.park = 'warm' then
    select s.id into session_id from public.browser_sessions s
      where s.tenant_id = app.tenant_id() and s.task_id = p_id and s.status in ('paused', 'user_controlled')
      order by s.id desc limit 1;
  end if;
  if session_id is not null then
    outcome := case when task.control_since is null then 'granted' else 'renewed' end;
    if outcome = 'granted' or task.control_holder <> p_holder then
      epoch := app.give_control(p_id, task.ticket_id, session_id, p_holder, p_actor, p_lease);
    else
      update public.control_leases c set lease_until = app.now() + p_lease, updated_at = app.now()
        where c.tenant_id = app.tenant_id() and c.session_id = take_control.session_id
        returning c.epoch into take_control.epoch;
    end if;
    select * into task from public.automation_tasks t where t.tenant_id = app.tenant_id() and t.id = p_id;
    return next;
    return;
  end if;

  if task.status = 'PENDING' and not v_mine then
    outcome := 'conflict';
    return next;
    return;
  end if;
  outcome := case when task.status in ('PAUSED', 'INTERVENTION_NEEDED') then 'readmitted' else 'wanted' end;
  update public.automation_tasks t set
    status = case when t.park is null and t.status in ('QUEUED', 'RUNNING') then t.status else 'PENDING' end,
    first_in_line = t.first_in_line or t.status in ('PAUSED', 'INTERVENTION_NEEDED'),
    -- An obstacle stops the next run by itself.
    pause_requested_at = case
      when t.status in ('QUEUED', 'RUNNING', 'PAUSED') then coalesce(t.pause_requested_at, app.now())
      else t.pause_requested_at
    end,
    waiting_reason = null, waiting_until = null,
    control_holder = p_holder, control_actor = p_actor, control_since = null, updated_at = app.now()
    where t.tenant_id = app.tenant_id() and t.id = p_id
    returning * into task;
  return next;
end $$;
