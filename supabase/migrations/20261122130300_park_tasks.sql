-- People in the loop: a run that needs a person ends, and its task waits without a worker, with its browser (warm) or
-- without (cold). Who wants control of the browser, or has it, stands with the task; how long what they send may still be
-- forwarded stands with the session (`control_leases`). Locks: task, ticket, session, control lease.

-- A cold task that a person wants on goes back to admission, for it needs a browser again.
create or replace function app.may_become(p_from public.task_status, p_to public.task_status) returns boolean
  language sql immutable parallel safe as $$
    select (p_from, p_to) in (
      ('PENDING', 'QUEUED'), ('PENDING', 'FAILED'), ('PENDING', 'CANCELLED'),
      ('QUEUED', 'PENDING'), ('QUEUED', 'RUNNING'), ('QUEUED', 'CANCELLED'),
      ('RUNNING', 'RUNNING'), ('RUNNING', 'PENDING'), ('RUNNING', 'QUEUED'), ('RUNNING', 'PAUSED'),
      ('RUNNING', 'INTERVENTION_NEEDED'), ('RUNNING', 'AWAITING_DELIVERY'),
      ('RUNNING', 'COMPLETED'), ('RUNNING', 'FAILED'), ('RUNNING', 'CANCELLED'),
      ('PAUSED', 'QUEUED'), ('PAUSED', 'PENDING'), ('PAUSED', 'FAILED'), ('PAUSED', 'CANCELLED'),
      ('INTERVENTION_NEEDED', 'QUEUED'), ('INTERVENTION_NEEDED', 'PENDING'), ('INTERVENTION_NEEDED', 'FAILED'),
      ('INTERVENTION_NEEDED', 'CANCELLED'),
      ('AWAITING_DELIVERY', 'QUEUED'), ('AWAITING_DELIVERY', 'COMPLETED'), ('AWAITING_DELIVERY', 'FAILED'),
      ('AWAITING_DELIVERY', 'CANCELLED')
    )
  $$;

alter table public.automation_tasks
  add column pause_requested_at timestamptz,
  -- who wants control of its browser, or has it (then `control_since` says since when)
  add column control_holder text check (control_holder ~ '^(api_key|live_token|member):[0-9a-f-]{36}$'),
  -- encrypted { id, label }: the person, where the holder is known by a name
  add column control_actor bytea,
  add column control_since timestamptz,
  -- encrypted: what a person answered, until the next run has taken it
  add column answer bytea,
  -- what a person is needed for: { since, answerable, pictureArtifactId, vendorMessage }
  add column intervention jsonb,
  add constraint control_is_somebodys check (control_holder is not null or num_nonnulls(control_actor, control_since) = 0),
  add constraint only_a_warm_task_is_controlled check (control_since is null or park is not distinct from 'warm'),
  add constraint only_a_parked_task_needs_a_person check (
    intervention is null or status in ('PAUSED', 'INTERVENTION_NEEDED')
  );
create index automation_tasks_warm on public.automation_tasks (warm_until) where park = 'warm';

-- Whoever moves a task on: what belongs to its waiting for a person does not outlive that.
create function app.forget_parking() returns trigger language plpgsql set search_path = '' as $$
begin
  if new.status not in ('PAUSED', 'INTERVENTION_NEEDED') then
    new.intervention := null;
    -- Control was for the session as it stood; the wish for it stays until the task is parked again.
    if new.control_since is not null then
      new.control_holder := null;
      new.control_actor := null;
      new.control_since := null;
    end if;
  end if;
  if new.status not in ('QUEUED', 'RUNNING') then
    new.answer := null;
  end if;
  if new.status not in ('PENDING', 'QUEUED', 'RUNNING') then
    new.pause_requested_at := null;
    new.first_in_line := false;
    if new.control_since is null then
      new.control_holder := null;
      new.control_actor := null;
    end if;
  end if;
  return new;
end $$;
revoke execute on function app.forget_parking () from public;
create trigger forget_parking before update of status on public.automation_tasks
  for each row when (old.status is distinct from new.status) execute function app.forget_parking();

-- A person may do in a browser what we would have marked: while and after they had control, the ticket is in doubt. The
-- state that it had before is kept, so that it can have it back where nothing was sent.
alter table public.ticket_issuances add column free_before_takeover public.ticket_state
  check (free_before_takeover in ('none', 'rejected'));
comment on column public.ticket_issuances.free_before_takeover is
  'in doubt for no other reason than that a person had control: the state before';
create function app.forget_takeover() returns trigger language plpgsql set search_path = '' as $$
begin
  if new.state <> 'in_doubt' then
    new.free_before_takeover := null;
  end if;
  return new;
end $$;
revoke execute on function app.forget_takeover () from public;
create trigger forget_takeover before update of state on public.ticket_issuances
  for each row execute function app.forget_takeover();

-- `lease_until`: until when what the holder sends may reach the browser. It outlasts the holder: whoever acts next waits for
-- it, for the last renewal may have been answered just before the end.
alter table public.control_leases
  drop constraint control_leases_holder_check,
  drop constraint a_holder_has_a_lease,
  add constraint a_person_holds_it check (holder ~ '^(api_key|live_token|member):[0-9a-f-]{36}$'),
  add constraint a_holder_has_a_lease check (holder is null or lease_until is not null);
grant select on table public.control_leases to cfdi_system;
create policy "the system looks for silent holders" on public.control_leases
  for select to cfdi_system using (true);

alter table public.artifacts
  drop constraint artifacts_kind_check,
  add constraint artifacts_kind_check check (kind in ('xml', 'pdf', 'screenshot', 'captcha', 'other'));

create or replace function app.limit_of(p_limits jsonb, p_name text) returns integer
  language sql immutable parallel safe as $$
    select coalesce((p_limits ->> p_name)::integer, case p_name
      when 'hourly' then 1000 when 'running' then 20 when 'profileHourly' then 10 when 'profileRunning' then 3
      when 'maxParked' then 5
    end)
  $$;

-- ── Warm places ───────────────────────────────────────────────────────────────────────────────────

-- Whether one more task of the transaction's tenant may keep its browser while it waits: at most `p_most` of all, and
-- the tenant's `maxParked`. A person who waits for control comes before tasks that nobody looks at: those give way with
-- the next sweep. One asks at a time, until its commit.
create function app.take_warm_place(p_most integer, p_for_a_person boolean) returns boolean
  language plpgsql security definer set search_path = '' as $$
declare
  v_all integer;
  v_own integer;
  v_most_own integer;
begin
  perform pg_catalog.pg_advisory_xact_lock(7220403);
  select count(*), count(*) filter (where t.tenant_id = app.tenant_id()) into v_all, v_own
    from public.automation_tasks t
    where t.park = 'warm' and (not p_for_a_person or t.control_since is not null);
  select case n.plan when 'unlimited' then p_most else app.limit_of(n.limits, 'maxParked') end into v_most_own
    from public.tenants n where n.id = app.tenant_id();
  return v_all < p_most and v_own < v_most_own;
end $$;

-- ── Control ───────────────────────────────────────────────────────────────────────────────────────

-- Whether somebody who waited for control may still have it.
create function app.may_still_act(p_holder text) returns boolean
  language sql stable set search_path = '' as $$
    select p_holder is not null and (p_holder not like 'live_token:%' or exists (
      select from public.live_tokens l
        where l.tenant_id = app.tenant_id() and l.id = substr(p_holder, 12)::uuid
          and l.revoked_at is null and l.expires_at > app.now()
    ))
  $$;

-- Hands a parked task's session to a person. The caller holds the task's row. Returns the epoch.
create function app.give_control(
  p_task uuid, p_ticket uuid, p_session uuid, p_holder text, p_actor bytea, p_lease interval
) returns integer
  language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := app.now();
  v_epoch integer;
begin
  update public.ticket_issuances k
    set free_before_takeover = k.state, state = 'in_doubt', doubt_since = v_now, submitted_at = v_now,
        last_still_offered_at = null, reconciliations = 0, updated_at = v_now
    where k.tenant_id = app.tenant_id() and k.id = p_ticket and k.task_id = p_task and k.state in ('none', 'rejected');
  update public.browser_sessions s set status = 'user_controlled'
    where s.tenant_id = app.tenant_id() and s.id = p_session;
  insert into public.control_leases as c (session_id, epoch, holder, lease_until)
    values (p_session, 1, p_holder, v_now + p_lease)
    on conflict (tenant_id, session_id) do update
      set epoch = c.epoch + 1, holder = excluded.holder, lease_until = excluded.lease_until, updated_at = v_now
    returning c.epoch into v_epoch;
  update public.automation_tasks t
    set control_holder = p_holder, control_actor = p_actor, control_since = coalesce(t.control_since, v_now), updated_at = v_now
    where t.tenant_id = app.tenant_id() and t.id = p_task;
  return v_epoch;
end $$;

-- Ends whatever control there is of a task's sessions, and notes the person's part as a step: { sessionId, holder, runId,
-- index, durationMs }, or null where nobody had control. The caller holds the task's row.
create function app.end_control(p_task uuid) returns jsonb
  language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := app.now();
  v_held record;
  v_index integer;
  v_ms integer;
begin
  select c.session_id, c.holder, s.run_id, coalesce(t.control_since, v_now) as since into v_held
    from public.automation_tasks t
    join public.browser_sessions s on s.tenant_id = t.tenant_id and s.task_id = t.id
    join public.control_leases c on c.tenant_id = s.tenant_id and c.session_id = s.id
    where t.tenant_id = app.tenant_id() and t.id = p_task and c.holder is not null
    limit 1;
  if not found then
    return null;
  end if;
  -- A person may have submitted up to now: the doubt is counted from here.
  update public.ticket_issuances k set submitted_at = v_now, updated_at = v_now
    from public.automation_tasks t
    where t.tenant_id = app.tenant_id() and t.id = p_task
      and k.tenant_id = t.tenant_id and k.id = t.ticket_id and k.task_id = t.id and k.free_before_takeover is not null;
  update public.browser_sessions s set status = 'paused'
    where s.tenant_id = app.tenant_id() and s.id = v_held.session_id and s.status = 'user_controlled';
  update public.control_leases c set epoch = c.epoch + 1, holder = null, updated_at = v_now
    where c.tenant_id = app.tenant_id() and c.session_id = v_held.session_id;
  update public.automation_tasks t
    set control_holder = null, control_actor = null, control_since = null, updated_at = v_now
    where t.tenant_id = app.tenant_id() and t.id = p_task and t.control_since is not null;
  v_ms := least(extract(epoch from v_now - v_held.since) * 1000, 2147483647)::integer;
  select coalesce(max(s.index), 0) + 1 into v_index from public.task_steps s
    where s.tenant_id = app.tenant_id() and s.run_id = v_held.run_id;
  insert into public.task_steps (id, task_id, run_id, index, step_type, summary, planner, duration_ms, tokens, cost_usd)
    values (
      app.new_uuid(), p_task, v_held.run_id, v_index, 'user_intervention', 'A person had control', 'person', v_ms, 0, 0
    );
  return jsonb_build_object(
    'sessionId', v_held.session_id, 'holder', v_held.holder, 'runId', v_held.run_id, 'index', v_index, 'durationMs', v_ms
  );
end $$;

-- The holder is there and goes on. False: control has changed hands, and nothing more of theirs may be forwarded.
create function app.renew_control(p_session uuid, p_holder text, p_epoch integer, p_lease interval) returns boolean
  language plpgsql set search_path = '' as $$
begin
  update public.control_leases c set lease_until = app.now() + p_lease, updated_at = app.now()
    where c.tenant_id = app.tenant_id() and c.session_id = p_session and c.holder = p_holder and c.epoch = p_epoch;
  return found;
end $$;

-- ── What people ask for ───────────────────────────────────────────────────────────────────────────

-- 'requested' (again or not) of a task at work, 'parked' where it is paused, 'conflict' elsewhere. No row: no such task.
create function app.pause_task(p_id uuid) returns table (outcome text, task public.automation_tasks)
  language plpgsql set search_path = '' as $$
begin
  select * into task from public.automation_tasks t where t.tenant_id = app.tenant_id() and t.id = p_id
    for no key update;
  if not found then
    return;
  end if;
  if task.status = 'PAUSED' then
    outcome := 'parked';
  elsif task.status in ('QUEUED', 'RUNNING') then
    outcome := case when task.pause_requested_at is null then 'requested' else 'requested_again' end;
    update public.automation_tasks t
      set pause_requested_at = coalesce(t.pause_requested_at, app.now()), updated_at = app.now()
      where t.tenant_id = app.tenant_id() and t.id = p_id
      returning * into task;
  else
    outcome := 'conflict';
  end if;
  return next;
end $$;

-- Control for `p_holder`: 'granted', 'renewed' where they have it, 'wanted' where it is theirs at the next safe point or
-- obstacle, 'held' by somebody else, 'conflict' in a state without a browser to come. `p_instead_of`: a holder who is the
-- same person by another token. A cold task goes back to admission.
create function app.take_control(p_id uuid, p_holder text, p_actor bytea, p_instead_of text, p_lease interval)
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
  outcome := 'wanted';
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

-- Sends a parked task on. 'resumed': a warm one is QUEUED with its session, a cold one waits first in line for another;
-- 'withdrawn': it was not parked yet, and will not be; 'held': somebody else than `p_by` has or awaits control;
-- 'unanswerable': no text helps; 'conflict'. `ended`: whose control ended thereby.
create function app.resume_task(p_id uuid, p_by text, p_answers boolean, p_answer bytea)
  returns table (outcome text, task public.automation_tasks, ended jsonb)
  language plpgsql set search_path = '' as $$
declare
  v_warm boolean;
begin
  select * into task from public.automation_tasks t where t.tenant_id = app.tenant_id() and t.id = p_id
    for no key update;
  if not found then
    return;
  end if;
  if task.control_holder <> p_by and (task.control_since is not null or app.may_still_act(task.control_holder)) then
    outcome := 'held';
  elsif p_answers and task.status = 'INTERVENTION_NEEDED'
    and not coalesce((task.intervention ->> 'answerable')::boolean, false) then
    outcome := 'unanswerable';
  elsif task.status = 'INTERVENTION_NEEDED' or (task.status = 'PAUSED' and not p_answers) then
    outcome := 'resumed';
    ended := app.end_control(p_id);
    v_warm := task.park is not distinct from 'warm' and exists (
      select from public.browser_sessions s
        where s.tenant_id = app.tenant_id() and s.task_id = p_id and s.status = 'paused'
    );
    update public.automation_tasks t set
      status = case when v_warm then 'QUEUED'::public.task_status else 'PENDING' end,
      queued_at = case when v_warm then app.now() end,
      first_in_line = true,
      -- The browser that asked is gone, and the question with it.
      answer = case when v_warm then p_answer end,
      waiting_reason = null, waiting_until = null, updated_at = app.now()
      where t.tenant_id = app.tenant_id() and t.id = p_id
      returning * into task;
  elsif not p_answers and task.status in ('PENDING', 'QUEUED', 'RUNNING')
    and num_nonnulls(task.pause_requested_at, task.control_holder) > 0 then
    outcome := 'withdrawn';
    update public.automation_tasks t
      set pause_requested_at = null, control_holder = null, control_actor = null, updated_at = app.now()
      where t.tenant_id = app.tenant_id() and t.id = p_id
      returning * into task;
  else
    outcome := 'conflict';
  end if;
  return next;
end $$;

-- The holder lets go, or was silent (`p_silent_for`: only if nothing renewed for so long after the lease passed). The
-- task goes on waiting. No row: it is not theirs to end.
create function app.release_control(p_id uuid, p_holder text, p_silent_for interval)
  returns table (task public.automation_tasks, ended jsonb)
  language plpgsql set search_path = '' as $$
begin
  select * into task from public.automation_tasks t
    where t.tenant_id = app.tenant_id() and t.id = p_id and t.control_since is not null
      and (p_holder is null or t.control_holder = p_holder)
    for no key update;
  if not found or (p_silent_for is not null and not exists (
    select from public.browser_sessions s
      join public.control_leases c on c.tenant_id = s.tenant_id and c.session_id = s.id
      where s.tenant_id = app.tenant_id() and s.task_id = p_id and c.holder is not null
        and c.lease_until < app.now() - p_silent_for
  )) then
    return;
  end if;
  ended := app.end_control(p_id);
  select * into task from public.automation_tasks t where t.tenant_id = app.tenant_id() and t.id = p_id;
  return next;
end $$;

-- ── What runs do ──────────────────────────────────────────────────────────────────────────────────

-- Ends a run where its task waits for a person, and keeps its session where there is a warm place; a person who waits for
-- control has it from here on (`granted_session`). No row when the fence is no longer the task's.
create function app.park_run(
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
  v_holder := case when app.may_still_act(task.control_holder) then task.control_holder end;
  v_actor := task.control_actor;
  v_warm := exists (
    select from public.browser_sessions s
      where s.tenant_id = app.tenant_id() and s.id = p_session and s.task_id = p_task and s.status = 'active'
  ) and app.take_warm_place(p_most_warm, v_holder is not null);
  v_now := app.now();
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

-- What an earlier run parked, for the run that holds the task now: control ends, the answer is handed over and forgotten.
-- `wait_ms`: how long what the last holder sent may still be forwarded. No row: nothing was parked, or the fence is lost.
create function app.take_up_parked(p_task uuid, p_run uuid, p_fence integer)
  returns table (
    session public.browser_sessions, agent_state bytea, answer bytea, wait_ms integer, ended jsonb
  )
  language plpgsql set search_path = '' as $$
begin
  select t.agent_state, t.answer into agent_state, answer from app.hold_fence(p_task, p_run, p_fence) t;
  if not found then
    return;
  end if;
  select * into session from public.browser_sessions s
    where s.tenant_id = app.tenant_id() and s.task_id = p_task and s.status in ('paused', 'user_controlled')
    order by s.id desc limit 1;
  -- A deadline may have moved the task on under a holder.
  ended := app.end_control(p_task);
  select coalesce(max(greatest(0, ceil(extract(epoch from c.lease_until - app.now()) * 1000))), 0)::integer into wait_ms
    from public.browser_sessions s
    join public.control_leases c on c.tenant_id = s.tenant_id and c.session_id = s.id
    where s.tenant_id = app.tenant_id() and s.task_id = p_task and s.status <> 'terminated';
  if answer is not null then
    update public.automation_tasks t set answer = null where t.tenant_id = app.tenant_id() and t.id = p_task;
  end if;
  return next;
end $$;

-- The parked session is this run's from here on. False: the fence is lost, or the session is.
create function app.adopt_session(p_task uuid, p_run uuid, p_fence integer, p_session uuid) returns boolean
  language plpgsql set search_path = '' as $$
begin
  perform from app.hold_fence(p_task, p_run, p_fence);
  if not found then
    return false;
  end if;
  update public.browser_sessions s set status = 'active', run_id = p_run
    where s.tenant_id = app.tenant_id() and s.id = p_session and s.task_id = p_task
      and s.status in ('paused', 'user_controlled');
  return found;
end $$;

-- Nothing left for the portal while a person had control, so their doubt is none. Only while nobody has control, and never
-- where another doubt is older, or the portal said that it issued. `p_fence` null: of a task that no run works on.
create function app.spare_ticket(p_task uuid, p_run uuid, p_fence integer) returns boolean
  language plpgsql set search_path = '' as $$
declare
  v_task public.automation_tasks;
begin
  select * into v_task from public.automation_tasks t
    where t.tenant_id = app.tenant_id() and t.id = p_task and t.control_since is null
      and case
        when p_fence is null then t.status in ('PAUSED', 'INTERVENTION_NEEDED')
        else t.run_id = p_run and t.fence = p_fence and t.status = 'RUNNING'
      end
    for no key update;
  if not found then
    return false;
  end if;
  update public.ticket_issuances k
    set state = k.free_before_takeover, doubt_since = null, submitted_at = null, updated_at = app.now()
    where k.tenant_id = v_task.tenant_id and k.id = v_task.ticket_id and k.task_id = p_task
      and k.state = 'in_doubt' and k.free_before_takeover is not null and k.answered_at is null;
  return found;
end $$;

-- A warm task that has had its time becomes cold; its session is the caller's to release. `p_surplus`: it gives way to a
-- person. No row: it is warm no longer, or has time left.
create function app.cool_task(p_id uuid, p_surplus boolean)
  returns table (task public.automation_tasks, ended jsonb)
  language plpgsql set search_path = '' as $$
begin
  select * into task from public.automation_tasks t
    where t.tenant_id = app.tenant_id() and t.id = p_id and t.park = 'warm'
      and (t.warm_until <= app.now() or (p_surplus and t.control_since is null))
    for no key update;
  if not found then
    return;
  end if;
  ended := app.end_control(p_id);
  update public.automation_tasks t set park = 'cold', warm_until = null, updated_at = app.now()
    where t.tenant_id = app.tenant_id() and t.id = p_id
    returning * into task;
  return next;
end $$;

-- Ends a run that does not park. What it was parked with before is of no use any more.
create or replace function app.end_run(
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
      agent_state = null,
      lease_until = null,
      queued_at = case when p_status = 'QUEUED' then app.now() end,
      finished_at = case when p_status in ('COMPLETED', 'FAILED', 'CANCELLED') then app.now() end,
      updated_at = app.now()
    where tenant_id = app.tenant_id() and id = p_task and run_id = p_run and fence = p_fence and status = 'RUNNING'
    returning *
  $$;

revoke execute on function
  app.take_warm_place (integer, boolean),
  app.may_still_act (text),
  app.give_control (uuid, uuid, uuid, text, bytea, interval),
  app.end_control (uuid),
  app.renew_control (uuid, text, integer, interval),
  app.pause_task (uuid),
  app.take_control (uuid, text, bytea, text, interval),
  app.resume_task (uuid, text, boolean, bytea),
  app.release_control (uuid, text, interval),
  app.park_run (
    uuid, uuid, integer, public.task_status, text, timestamptz, jsonb, bytea, uuid, interval, integer, interval
  ),
  app.take_up_parked (uuid, uuid, integer),
  app.adopt_session (uuid, uuid, integer, uuid),
  app.spare_ticket (uuid, uuid, integer),
  app.cool_task (uuid, boolean)
from public;
grant execute on function
  app.take_warm_place (integer, boolean),
  app.may_still_act (text),
  app.give_control (uuid, uuid, uuid, text, bytea, interval),
  app.end_control (uuid),
  app.renew_control (uuid, text, integer, interval),
  app.pause_task (uuid),
  app.take_control (uuid, text, bytea, text, interval),
  app.resume_task (uuid, text, boolean, bytea),
  app.release_control (uuid, text, interval),
  app.park_run (
    uuid, uuid, integer, public.task_status, text, timestamptz, jsonb, bytea, uuid, interval, integer, interval
  ),
  app.take_up_parked (uuid, uuid, integer),
  app.adopt_session (uuid, uuid, integer, uuid),
  app.spare_ticket (uuid, uuid, integer),
  app.cool_task (uuid, boolean)
to cfdi_tenant;

-- ── What crosses tenants ──────────────────────────────────────────────────────────────────────────

-- What no longer waits as it did: holders who are silent ('silent'), warm tasks that have had their time or must give way
-- ('warm', 'surplus'), parked sessions that wait for nobody ('left'), and tasks that were handed back and may be claimed now
-- that nothing of their last holder can arrive any more ('due').
create function app.list_stale_parking(p_silent_for interval, p_most_warm integer, p_limit integer)
  returns table (
    why text, tenant_id uuid, mode public.mode, task_id uuid, next_fence integer, session_id uuid,
    provider_session_id text
  )
  language sql stable security definer set search_path = '' as $$
    (
      select 'silent', t.tenant_id, t.mode, t.id, t.fence + 1, s.id, s.browserbase_session_id
        from public.automation_tasks t
        join public.browser_sessions s
          on s.tenant_id = t.tenant_id and s.task_id = t.id and s.status = 'user_controlled'
        join public.control_leases c on c.tenant_id = s.tenant_id and c.session_id = s.id
        where t.park = 'warm' and t.control_since is not null and c.lease_until < app.now() - p_silent_for
    )
    union all
    (
      select case when w.warm_until <= app.now() then 'warm' else 'surplus' end, w.tenant_id, w.mode, w.id,
        w.fence + 1, s.id, s.browserbase_session_id
        from (
          select t.tenant_id, t.mode, t.id, t.fence, t.warm_until,
            row_number() over (order by t.control_since is null desc, t.warm_until) as turn, count(*) over () as n
            from public.automation_tasks t where t.park = 'warm'
        ) w
        left join public.browser_sessions s
          on s.tenant_id = w.tenant_id and s.task_id = w.id and s.status in ('paused', 'user_controlled')
        where w.warm_until <= app.now() or w.turn <= w.n - p_most_warm
    )
    union all
    (
      select case t.status when 'QUEUED' then 'due' else 'left' end, s.tenant_id, s.mode, s.task_id, t.fence + 1, s.id,
        s.browserbase_session_id
        from public.browser_sessions s
        join public.automation_tasks t on t.tenant_id = s.tenant_id and t.id = s.task_id
        left join public.control_leases c on c.tenant_id = s.tenant_id and c.session_id = s.id
        where s.status in ('paused', 'user_controlled') and (
          (t.park is distinct from 'warm' and t.status not in ('QUEUED', 'RUNNING'))
          or (t.status = 'QUEUED' and c.lease_until between app.now() - interval '5 seconds' and app.now())
        )
    )
    limit p_limit
  $$;
create index browser_sessions_parked on public.browser_sessions (tenant_id, task_id)
  where status in ('paused', 'user_controlled');

revoke execute on function app.list_stale_parking (interval, integer, integer) from public;
grant execute on function app.list_stale_parking (interval, integer, integer) to cfdi_worker;
-- Last, for only the owner may grant.
alter function app.list_stale_parking (interval, integer, integer) owner to cfdi_system;
alter function app.take_warm_place (integer, boolean) owner to cfdi_system;

-- A renewal tells what the run was asked for meanwhile.
select set_config('app.migrator', current_user, true);
set local role cfdi_system;
drop function app.renew_lease (uuid, uuid, integer, interval);

-- Sessions that no live run owns and no task is parked with.
create or replace function app.list_orphan_sessions() returns setof public.browser_sessions
  language sql stable security definer set search_path = '' as $$
    select s.* from public.browser_sessions s
      where s.status <> 'terminated' and not exists (
        select from public.automation_tasks t
          where t.tenant_id = s.tenant_id and t.id = s.task_id and (
            (t.status = 'RUNNING' and t.run_id = s.run_id)
            or (s.status in ('paused', 'user_controlled') and (t.park = 'warm' or t.status in ('QUEUED', 'RUNNING')))
          )
      )
      order by s.id limit 200
  $$;
select set_config('role', current_setting('app.migrator'), true);

-- No row: the fence is no longer the run's. A lease that has passed may be taken up again while nobody else claimed.
create function app.renew_lease(p_task uuid, p_run uuid, p_fence integer, p_lease interval)
  returns table (cancel_requested boolean, pause_requested boolean)
  language sql security definer set search_path = '' as $$
    update public.automation_tasks t set lease_until = app.now() + p_lease
      where t.id = p_task and t.run_id = p_run and t.fence = p_fence and t.status = 'RUNNING'
      returning t.cancel_requested_at is not null, t.pause_requested_at is not null
  $$;
revoke execute on function app.renew_lease (uuid, uuid, integer, interval) from public;
grant execute on function app.renew_lease (uuid, uuid, integer, interval) to cfdi_worker;
alter function app.renew_lease (uuid, uuid, integer, interval) owner to cfdi_system;
