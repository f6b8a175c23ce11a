-- What waits for a portal that is down does not wait for ever, what is in doubt asks it all the same, and who is admitted is
-- written once.

create index automation_tasks_held_until on public.automation_tasks (waiting_until)
  where status = 'PENDING' and held_for = 'portal';

-- Why a task may not go to its portal now: 'portal_down', 'portal_busy'; null: it may. The first one after a breaker's pause
-- is its probe: from then on, until somebody reports how it went, no other goes. One whose ticket is in doubt does: it asks
-- seldom, and by a clock of its own.
create or replace function app.enter_portal(p_task uuid, p_host text, p_for_a_claim boolean) returns text
  language plpgsql set search_path = '' set enable_seqscan = off as $$
declare
  v_portal public.portal_states;
begin
  select * into v_portal from public.portal_states p where p.host = p_host;
  if not found or (v_portal.breaker = 'closed' and v_portal.max_sessions is null) then
    return null;
  end if;
  -- Who comes at the same time waits here, and sees what we did.
  select * into v_portal from public.portal_states p where p.host = p_host for no key update;
  if ((v_portal.breaker = 'open' and v_portal.retry_at > app.now())
    or (v_portal.breaker = 'half_open' and v_portal.probe_task_id <> p_task))
    and not exists (
      select from public.automation_tasks t
        join public.ticket_issuances k on k.tenant_id = t.tenant_id and k.id = t.ticket_id and k.task_id = t.id
        where t.id = p_task and app.is_in_doubt(k.state)
    )
  then
    return 'portal_down';
  elsif v_portal.max_sessions <= (
    select count(*) from public.automation_tasks t
      where (t.status in ('QUEUED', 'RUNNING') or t.park = 'warm')
        and t.vendor_host = p_host and t.id <> p_task and not (p_for_a_claim and t.status = 'QUEUED')
  ) then
    return 'portal_busy';
  end if;
  if v_portal.breaker = 'open' and v_portal.retry_at <= app.now() then
    update public.portal_states p set breaker = 'half_open', probe_task_id = p_task, updated_at = app.now()
      where p.host = p_host;
  end if;
  return null;
end $$;

-- The task of a tenant that is admitted now, moved to QUEUED; null where there is none. What may not go is held, at most
-- `p_most_held` of it. `down`: those that are held for a portal that is down, and were not told so before; `more`: something
-- of the tenant may be ready all the same.
create or replace function app.admit_of_tenant(
  p_tenant uuid, p_profile_limit integer, p_most_held integer,
  out task_id uuid, out held integer, out down uuid[], out more boolean
)
  language plpgsql set search_path = '' set enable_seqscan = off as $$
declare
  v_now timestamptz := app.now();
  v_task record;
  v_portal text;
begin
  held := 0;
  down := '{}';
  while held < p_most_held loop
    select * into v_task from app.next_ready_task(p_tenant, v_now + interval '6 hours');
    if not found then
      more := exists (
        select from public.automation_tasks t
          where t.tenant_id = p_tenant and t.status = 'PENDING' and t.not_before is null and t.held_for is null
      );
      return;
    end if;
    if v_task.profile_index is not null and p_profile_limit <= (
      select count(*) from public.automation_tasks t
        where t.tenant_id = p_tenant and t.mode = v_task.mode and t.profile_index = v_task.profile_index
          and (t.status in ('QUEUED', 'RUNNING') or t.park = 'warm')
    ) then
      update public.automation_tasks t set held_for = 'profile' where t.tenant_id = p_tenant and t.id = v_task.id;
    else
      v_portal := app.enter_portal(v_task.id, v_task.vendor_host, false);
      if v_portal is null then
        -- Its event is counted here and logged last, so that the row is written once.
        update public.automation_tasks t
          set status = 'QUEUED', queued_at = v_now, event_count = t.event_count + 1, updated_at = v_now
          where t.tenant_id = p_tenant and t.id = v_task.id;
        task_id := v_task.id;
        return;
      end if;
      update public.automation_tasks t set
        held_for = 'portal', waiting_reason = v_portal,
        waiting_until = case v_portal when 'portal_down' then coalesce(t.waiting_until, v_now + interval '72 hours') end
        where t.tenant_id = p_tenant and t.id = v_task.id;
      if v_portal = 'portal_down' and v_task.waiting_reason is distinct from v_portal then
        down := down || v_task.id;
      end if;
    end if;
    held := held + 1;
  end loop;
  more := true;
end $$;

-- Whether a queued task may ask for a browser; else it waits again, first in its tenant's line, and no attempt is burned. One
-- at a time asks, until its commit, so that no two take the last one. Who has a browser (it was parked with it) keeps it.
-- The caller holds the task's row.
create or replace function app.may_start(p_task public.automation_tasks) returns boolean
  language plpgsql set search_path = '' as $$
declare
  v_portal text;
  v_until timestamptz;
begin
  if exists (
    select from public.browser_sessions s
      where s.tenant_id = p_task.tenant_id and s.task_id = p_task.id and s.status <> 'terminated'
  ) then
    return true;
  end if;
  v_portal := app.enter_portal(p_task.id, p_task.vendor_host, true);
  if v_portal is not null then
    select p.retry_at into v_until from public.portal_states p where p.host = p_task.vendor_host;
  else
    perform pg_catalog.pg_advisory_xact_lock(7220405);
    if coalesce(app.free_browsers(true), 1) > 0 then
      return true;
    end if;
    select p.paused_until into v_until from public.browser_pool p;
  end if;
  update public.automation_tasks t set
    status = 'PENDING', held_for = case when v_portal is not null then 'portal'::public.hold_kind end,
    waiting_reason = v_portal,
    waiting_until = case v_portal when 'portal_down' then app.now() + interval '72 hours' end,
    first_in_line = true, queued_at = null, updated_at = app.now()
    where t.tenant_id = p_task.tenant_id and t.id = p_task.id;
  perform app.tell_of_wait(p_task.tenant_id, p_task.id, v_until, coalesce(v_portal, 'no_browser'));
  return false;
end $$;

-- Tasks that have been held for a portal that is down for as long as a task waits for one. Returns how many failed.
create function app.fail_unreachable_tasks(p_failure jsonb, p_limit integer) returns integer
  language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz := app.now();
  v_failed integer := 0;
  v_task record;
begin
  for v_task in
    with given_up as (
      select t.id from public.automation_tasks t
        where t.status = 'PENDING' and t.held_for = 'portal' and t.waiting_until < v_now
        order by t.waiting_until limit p_limit
        for no key update skip locked
    ), failed as (
      update public.automation_tasks t set
        status = 'FAILED', failure = p_failure, waiting_reason = null, waiting_until = null, finished_at = v_now
        from given_up g where t.id = g.id
        returning t.tenant_id, t.id
    )
    select * from failed order by tenant_id, id
  loop
    v_failed := v_failed + 1;
    perform app.append_event(
      v_task.tenant_id, v_task.id, 'task.failed', jsonb_build_object('status', 'FAILED', 'failure', p_failure)
    );
  end loop;
  return v_failed;
end $$;
revoke execute on function app.fail_unreachable_tasks (jsonb, integer) from public;
grant execute on function app.fail_unreachable_tasks (jsonb, integer) to cfdi_worker;
-- Last, for only the owner may grant.
alter function app.fail_unreachable_tasks (jsonb, integer) owner to cfdi_system;

-- Moves PENDING tasks to QUEUED while there is a browser for them. One admitter at a time; who misses its turn goes on, for
-- the one at work asks again until nothing is left, or the next sweep does. Tasks are locked without waiting; the events come
-- last, in the order of their tenants.
select set_config('app.migrator', current_user, true);
set local role cfdi_system;
create or replace function app.admit_tasks(p_max_sessions integer, p_creations_per_minute integer)
  returns table (task_id uuid, next_fence integer)
  language plpgsql security definer set search_path = '' as $$
declare
  v_browsers integer;
  -- tenants looked at and tasks held: the rest is for the next pass
  v_effort integer := 2000;
  v_admitted uuid[] := '{}';
  v_down uuid[] := '{}';
  v_passed_over uuid[] := '{}';
  v_line record;
  v_found record;
begin
  if not pg_try_advisory_xact_lock(7220402) then
    return;
  end if;
  update public.browser_pool p set max_sessions = p_max_sessions, creations_per_minute = p_creations_per_minute
    where (p.max_sessions, p.creations_per_minute) is distinct from (p_max_sessions, p_creations_per_minute);
  perform app.take_queue_changes();
  v_browsers := app.free_browsers(false);
  if v_browsers > 0 then
    perform app.wake_scheduled_tasks();
    perform app.release_portals(v_browsers);
    perform app.take_queue_changes();
  end if;

  while cardinality(v_admitted) < v_browsers and v_effort > 0 loop
    v_effort := v_effort - 1;
    select * into v_line from app.first_in_the_line(v_passed_over);
    exit when not found;
    if v_line.is_at_limit then
      update public.tenant_queues q set in_line = false where q.tenant_id = v_line.tenant_id;
      continue;
    end if;
    select * into v_found from app.admit_of_tenant(v_line.tenant_id, v_line.profile_limit, least(v_effort, 500));
    v_effort := v_effort - v_found.held;
    v_down := v_down || v_found.down;
    if v_found.task_id is not null then
      v_admitted := v_admitted || v_found.task_id;
      update public.tenant_queues q set pass = q.pass + 1 / v_line.weight where q.tenant_id = v_line.tenant_id;
      update public.browser_pool p set virtual_time = v_line.pass where p.virtual_time < v_line.pass;
    elsif v_found.more then
      v_passed_over := v_passed_over || v_line.tenant_id;
    else
      update public.tenant_queues q set in_line = false where q.tenant_id = v_line.tenant_id;
    end if;
  end loop;

  for v_found in
    select t.tenant_id, t.mode, t.id, t.fence, t.event_count, t.status, p.retry_at from unnest(v_admitted || v_down) a
      join public.automation_tasks t on t.id = a
      left join public.portal_states p on p.host = t.vendor_host
      order by t.tenant_id, t.id
  loop
    if v_found.status = 'PENDING' then
      perform app.tell_of_wait(v_found.tenant_id, v_found.id, v_found.retry_at, 'portal_down');
    else
      perform app.log_event(
        v_found.tenant_id, v_found.mode, v_found.id, v_found.event_count, 'task.queued', '{"status": "QUEUED"}'
      );
      task_id := v_found.id;
      next_fence := v_found.fence + 1;
      return next;
    end if;
  end loop;
end $$;
-- Not `reset role`: the Supabase CLI logs in as somebody else than it migrates as.
select set_config('role', current_setting('app.migrator'), true);
