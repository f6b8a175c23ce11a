-- Admission and claims. A plan that was made while the tables were small is kept for as long as the session lasts, so where
-- rows are to be found by an index the function says that no other way is wanted.

-- Browsers that may be asked for now: within the pool, and within the provider's creations a minute. One that is on its way
-- counts like one that runs; `p_for_a_claim`: those who are only queued have to ask themselves. A run that has just lost its
-- browser counts as one that will ask for one, which errs on the safe side. Null: nobody has said yet how many there are.
create function app.free_browsers(p_for_a_claim boolean) returns integer
  language plpgsql set search_path = '' set enable_seqscan = off as $$
declare
  v_now timestamptz := app.now();
  v_pool public.browser_pool;
  v_open integer;
  v_coming integer;
  v_created integer := 0;
begin
  select * into strict v_pool from public.browser_pool;
  if v_pool.max_sessions is null then
    return null;
  end if;
  select count(*) into v_open from public.browser_sessions s where s.status <> 'terminated';
  select count(*) into v_coming from public.automation_tasks t
    where t.status = 'RUNNING' and not exists (
      select from public.browser_sessions s
        where s.tenant_id = t.tenant_id and s.task_id = t.id and s.status <> 'terminated'
    );
  if not p_for_a_claim then
    v_coming := v_coming + (
      select count(*) from public.automation_tasks t
        where t.status = 'QUEUED' and not exists (
          select from public.browser_sessions s
            where s.tenant_id = t.tenant_id and s.task_id = t.id and s.status <> 'terminated'
        )
    );
  end if;
  if v_pool.creations_per_minute is not null then
    select count(*) into v_created from public.browser_sessions s where s.created_at > v_now - interval '1 minute';
  end if;
  return case
    when v_pool.paused_until > v_now then 0
    else greatest(0, least(v_pool.max_sessions - v_open, v_pool.creations_per_minute - v_created) - v_coming)
  end;
end $$;

-- Why a task may not go to its portal now: 'portal_down', 'portal_busy'; null: it may. The first one after a breaker's pause
-- is its probe: from then on, until somebody reports how it went, no other goes.
create function app.enter_portal(p_task uuid, p_host text, p_for_a_claim boolean) returns text
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
  if (v_portal.breaker = 'open' and v_portal.retry_at > app.now())
    or (v_portal.breaker = 'half_open' and v_portal.probe_task_id <> p_task) then
    return 'portal_down';
  elsif v_portal.max_sessions <= (
    select count(*) from public.automation_tasks t
      where (t.status in ('QUEUED', 'RUNNING') or t.park = 'warm')
        and t.vendor_host = p_host and t.id <> p_task and not (p_for_a_claim and t.status = 'QUEUED')
  ) then
    return 'portal_busy';
  end if;
  if v_portal.breaker = 'open' then
    update public.portal_states p set breaker = 'half_open', probe_task_id = p_task, updated_at = app.now()
      where p.host = p_host;
  end if;
  return null;
end $$;

-- Lets held tasks of a profile be looked at again, as many as it has places.
create function app.release_profile(p_tenant uuid, p_mode public.mode, p_profile bytea) returns void
  language plpgsql set search_path = '' set enable_seqscan = off as $$
declare
  v_places integer;
begin
  select app.limit_of(n.limits, 'profileRunning') - (
      select count(*) from public.automation_tasks t
        where t.tenant_id = p_tenant and t.mode = p_mode and t.profile_index = p_profile
          and (t.status in ('QUEUED', 'RUNNING') or t.park = 'warm')
    ) into v_places
    from public.tenants n where n.id = p_tenant;
  if v_places > 0 then
    update public.automation_tasks t set held_for = null
      where t.tenant_id = p_tenant and t.id in (
        select h.id from public.automation_tasks h
          where h.tenant_id = p_tenant and h.mode = p_mode and h.profile_index = p_profile
            and h.status = 'PENDING' and h.held_for = 'profile'
          order by h.first_in_line desc, h.priority desc, h.deadline, h.created_at
          limit v_places
          for no key update skip locked
      );
    if not found and exists (
      select from public.automation_tasks h
        where h.tenant_id = p_tenant and h.mode = p_mode and h.profile_index = p_profile
          and h.status = 'PENDING' and h.held_for = 'profile'
    ) then
      -- Somebody else has its row: the next pass asks again.
      insert into public.queue_changes (tenant_id, mode, profile_index) values (p_tenant, p_mode, p_profile);
    end if;
  end if;
end $$;

-- Takes note of what changed since the last pass: tenants come into the line, not before those who stand in it; scheduled
-- tasks are noted; profiles with a place get their next tasks.
create function app.take_queue_changes() returns void
  language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := app.now();
  v_changes public.queue_changes[];
  v_profile record;
begin
  with taken as (
    delete from public.queue_changes c
      where c.ctid = any (array(select o.ctid from public.queue_changes o limit 10000))
      returning c
  )
  select array_agg(t.c) into v_changes from taken t;
  for v_profile in
    select distinct c.tenant_id, c.mode, c.profile_index from unnest(v_changes) c where c.profile_index is not null
  loop
    perform app.release_profile(v_profile.tenant_id, v_profile.mode, v_profile.profile_index);
  end loop;
  insert into public.tenant_queues as q (tenant_id, pass, in_line, wake_at)
    select c.tenant_id, p.virtual_time, bool_or(c.ready_at is null or c.ready_at <= v_now), min(c.ready_at)
      from unnest(v_changes) c
      join public.tenants n on n.id = c.tenant_id
      cross join public.browser_pool p
      group by c.tenant_id, p.virtual_time
    on conflict (tenant_id) do update set
      pass = case when excluded.in_line and not q.in_line then greatest(q.pass, excluded.pass) else q.pass end,
      in_line = q.in_line or excluded.in_line,
      wake_at = least(q.wake_at, excluded.wake_at);
end $$;

-- Scheduled tasks whose time has come become ready: some of each tenant, so that one with many does not hold up the others.
create function app.wake_scheduled_tasks() returns void
  language plpgsql set search_path = '' set enable_seqscan = off as $$
declare
  v_now timestamptz := app.now();
  v_tenant uuid;
begin
  for v_tenant in select q.tenant_id from public.tenant_queues q where q.wake_at <= v_now order by q.wake_at limit 200 loop
    update public.automation_tasks t set not_before = null
      where t.tenant_id = v_tenant and t.id in (
        select s.id from public.automation_tasks s
          where s.tenant_id = v_tenant and s.status = 'PENDING' and s.not_before <= v_now
          order by s.not_before limit 50
          for no key update skip locked
      );
    update public.tenant_queues q set
      pass = case when q.in_line then q.pass else greatest(q.pass, p.virtual_time) end,
      in_line = true,
      wake_at = (
        select min(s.not_before) from public.automation_tasks s
          where s.tenant_id = v_tenant and s.status = 'PENDING' and s.not_before is not null
      )
      from public.browser_pool p where q.tenant_id = v_tenant;
  end loop;
end $$;

-- Lets up to `p_most` tasks that one portal held be looked at again, from each tenant in turn.
create function app.release_portal(p_host text, p_most integer) returns void
  language plpgsql set search_path = '' set enable_seqscan = off as $$
declare
  v_served uuid;
  v_next record;
begin
  select p.served_tenant into v_served from public.portal_states p where p.host = p_host;
  v_served := coalesce(v_served, '00000000-0000-0000-0000-000000000000');
  for i in 1 .. p_most loop
    select h.tenant_id, h.id into v_next from public.automation_tasks h
      where h.vendor_host = p_host and h.status = 'PENDING' and h.held_for = 'portal' and h.tenant_id > v_served
      order by h.tenant_id, h.first_in_line desc, h.priority desc, h.deadline, h.created_at limit 1
      for no key update skip locked;
    if not found then
      select h.tenant_id, h.id into v_next from public.automation_tasks h
        where h.vendor_host = p_host and h.status = 'PENDING' and h.held_for = 'portal'
        order by h.tenant_id, h.first_in_line desc, h.priority desc, h.deadline, h.created_at limit 1
        for no key update skip locked;
    end if;
    exit when not found;
    update public.automation_tasks t set held_for = null
      where t.tenant_id = v_next.tenant_id and t.id = v_next.id;
    insert into public.queue_changes (tenant_id) values (v_next.tenant_id);
    v_served := v_next.tenant_id;
  end loop;
  update public.portal_states p set served_tenant = v_served where p.host = p_host and p.served_tenant <> v_served;
end $$;

-- Portals that may be tried again, or have a place, get as many of the tasks that they held as there are browsers.
create function app.release_portals(p_browsers integer) returns void
  language plpgsql set search_path = '' set enable_seqscan = off as $$
declare
  v_now timestamptz := app.now();
  v_portal record;
begin
  -- A probe that ended without a word of its portal (its worker died, it was cancelled): the next one tries.
  update public.portal_states p set breaker = 'open', probe_task_id = null, retry_at = v_now, updated_at = v_now
    where p.breaker = 'half_open' and not exists (
      select from public.automation_tasks t where t.id = p.probe_task_id and t.status in ('QUEUED', 'RUNNING')
    );
  for v_portal in
    with recursive held as (
      (
        select h.vendor_host from public.automation_tasks h where h.status = 'PENDING' and h.held_for = 'portal'
          order by h.vendor_host limit 1
      )
      union all
      select n.vendor_host from held cross join lateral (
        select h.vendor_host from public.automation_tasks h
          where h.status = 'PENDING' and h.held_for = 'portal' and h.vendor_host > held.vendor_host
          order by h.vendor_host limit 1
      ) n
    )
    select held.vendor_host as host, p.breaker, p.max_sessions from held
      left join public.portal_states p on p.host = held.vendor_host
      where p.breaker is null or p.breaker = 'closed' or (p.breaker = 'open' and p.retry_at <= v_now)
  loop
    perform app.release_portal(v_portal.host, case
      when v_portal.breaker = 'open' then 1
      when v_portal.max_sessions is null then p_browsers
      else least(p_browsers, v_portal.max_sessions - (
        select count(*)::integer from public.automation_tasks t
          where (t.status in ('QUEUED', 'RUNNING') or t.park = 'warm') and t.vendor_host = v_portal.host
      ))
    end);
  end loop;
end $$;

-- The next of a tenant's ready tasks, locked: those a person acted on, then what is due before `p_soon`, then by priority,
-- deadline, age. No row: there is none, or somebody else has its row.
create function app.next_ready_task(p_tenant uuid, p_soon timestamptz)
  returns table (id uuid, mode public.mode, profile_index bytea, vendor_host text, waiting_reason text)
  language plpgsql set search_path = '' set enable_seqscan = off as $$
begin
  return query
    select t.id, t.mode, t.profile_index, t.vendor_host, t.waiting_reason from public.automation_tasks t
      where t.tenant_id = p_tenant and t.status = 'PENDING' and t.not_before is null and t.held_for is null
        and t.first_in_line
      order by t.priority desc, t.deadline, t.created_at limit 1
      for no key update skip locked;
  if found then
    return;
  end if;
  for v_priority in reverse 10 .. 1 loop
    return query
      select t.id, t.mode, t.profile_index, t.vendor_host, t.waiting_reason from public.automation_tasks t
        where t.tenant_id = p_tenant and t.status = 'PENDING' and t.not_before is null and t.held_for is null
          and not t.first_in_line and t.priority = v_priority and t.deadline < p_soon
        order by t.deadline, t.created_at limit 1
        for no key update skip locked;
    if found then
      return;
    end if;
  end loop;
  return query
    select t.id, t.mode, t.profile_index, t.vendor_host, t.waiting_reason from public.automation_tasks t
      where t.tenant_id = p_tenant and t.status = 'PENDING' and t.not_before is null and t.held_for is null
        and not t.first_in_line
      order by t.priority desc, t.deadline, t.created_at limit 1
      for no key update skip locked;
end $$;

-- The task of a tenant that is admitted now, moved to QUEUED; null where there is none. What may not go is held, at most
-- `p_most_held` of it. `down`: those that are held for a portal that is down, and were not told so before; `more`: something
-- of the tenant may be ready all the same.
create function app.admit_of_tenant(
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
        update public.automation_tasks t set status = 'QUEUED', queued_at = v_now
          where t.tenant_id = p_tenant and t.id = v_task.id;
        task_id := v_task.id;
        return;
      end if;
      update public.automation_tasks t set held_for = 'portal', waiting_reason = v_portal
        where t.tenant_id = p_tenant and t.id = v_task.id;
      if v_portal = 'portal_down' and v_task.waiting_reason is distinct from v_portal then
        down := down || v_task.id;
      end if;
    end if;
    held := held + 1;
  end loop;
  more := true;
end $$;

-- Moves PENDING tasks to QUEUED while there is a browser for them. One admitter at a time; who misses its turn goes on, for
-- the one at work asks again until nothing is left, or the next sweep does. Tasks are locked without waiting; the events come
-- last, in the order of their tenants.
select set_config('app.migrator', current_user, true);
set local role cfdi_system;
drop function app.admit_tasks (integer);
select set_config('role', current_setting('app.migrator'), true);
create function app.admit_tasks(p_max_sessions integer, p_creations_per_minute integer)
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
    select t.tenant_id, t.id, t.fence, t.status, p.retry_at from unnest(v_admitted || v_down) a
      join public.automation_tasks t on t.id = a
      left join public.portal_states p on p.host = t.vendor_host
      order by t.tenant_id, t.id
  loop
    if v_found.status = 'PENDING' then
      perform app.tell_of_wait(v_found.tenant_id, v_found.id, v_found.retry_at, 'portal_down');
    else
      perform app.append_event(v_found.tenant_id, v_found.id, 'task.queued', '{"status": "QUEUED"}');
      task_id := v_found.id;
      next_fence := v_found.fence + 1;
      return next;
    end if;
  end loop;
end $$;

-- The tenant whose turn it is, of those that are not passed over.
create function app.first_in_the_line(p_passed_over uuid[])
  returns table (tenant_id uuid, pass double precision, weight double precision, profile_limit integer, is_at_limit boolean)
  language plpgsql set search_path = '' set enable_seqscan = off as $$
begin
  return query
    select q.tenant_id, q.pass, app.weight_of(n.limits),
      case when n.plan <> 'unlimited' then app.limit_of(n.limits, 'profileRunning') end,
      n.plan <> 'unlimited' and app.limit_of(n.limits, 'running') <= (
        select count(*) from public.automation_tasks t
          where t.tenant_id = q.tenant_id and (t.status in ('QUEUED', 'RUNNING') or t.park = 'warm')
      )
      from public.tenant_queues q join public.tenants n on n.id = q.tenant_id
      where q.in_line and q.tenant_id <> all (p_passed_over)
      order by q.pass, q.tenant_id limit 1;
end $$;

-- Tells why a task waits, and until when at least.
create function app.tell_of_wait(p_tenant uuid, p_task uuid, p_until timestamptz, p_reason text) returns void
  language plpgsql set search_path = '' as $$
begin
  perform app.append_event(p_tenant, p_task, 'task.rescheduled', jsonb_build_object(
    'status', 'PENDING',
    'notBefore', to_char(greatest(p_until, app.now()) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'reason', p_reason
  ));
end $$;

-- Whether a queued task may ask for a browser; else it waits again, first in its tenant's line, and no attempt is burned. One
-- at a time asks, until its commit, so that no two take the last one. Who has a browser (it was parked with it) keeps it.
-- The caller holds the task's row.
create function app.may_start(p_task public.automation_tasks) returns boolean
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
    waiting_reason = v_portal, first_in_line = true, queued_at = null, updated_at = app.now()
    where t.tenant_id = p_task.tenant_id and t.id = p_task.id;
  perform app.tell_of_wait(p_task.tenant_id, p_task.id, v_until, coalesce(v_portal, 'no_browser'));
  return false;
end $$;

-- A worker takes a task that waits for one, or whose worker stopped renewing. A mark that an earlier run left behind
-- is a doubt from now on. No row: somebody else was first, there is no browser or no portal for it (then it waits again), or
-- what a person did in its browser may still arrive. `p_run_label` is the run's public id.
set local role cfdi_system;
create or replace function app.claim_task(p_task uuid, p_run uuid, p_run_label text, p_worker text, p_lease interval)
  returns table (task public.automation_tasks, ticket public.ticket_issuances)
  language plpgsql security definer set search_path = '' as $$
begin
  select * into task from public.automation_tasks t where t.id = p_task for no key update;
  if not found or not (task.status = 'QUEUED' or (task.status = 'RUNNING' and task.lease_until < app.now())) or exists (
    select from public.browser_sessions s
      join public.control_leases c on c.tenant_id = s.tenant_id and c.session_id = s.id
      where s.tenant_id = task.tenant_id and s.task_id = p_task and s.status <> 'terminated' and c.lease_until > app.now()
  ) then
    return;
  end if;
  -- A run that lost its lease has its place already.
  if task.status = 'QUEUED' and not app.may_start(task) then
    return;
  end if;
  -- The lease is counted from here: we may have waited.
  update public.automation_tasks t set
    status = 'RUNNING',
    fence = t.fence + 1,
    run_id = p_run,
    worker_id = p_worker,
    lease_until = app.now() + p_lease,
    started_at = coalesce(t.started_at, app.now()),
    first_in_line = false,
    lost_runs = t.lost_runs + case when t.status = 'RUNNING' then 1 else 0 end,
    waiting_reason = null,
    waiting_until = null,
    updated_at = app.now()
    where t.tenant_id = task.tenant_id and t.id = p_task
    returning * into task;
  update public.ticket_issuances k
    set state = 'in_doubt', doubt_since = coalesce(k.doubt_since, k.submitted_at), updated_at = app.now()
    where k.tenant_id = task.tenant_id and k.id = task.ticket_id and k.task_id = task.id
      and k.state in ('submitting', 'submitted');
  select * into strict ticket from public.ticket_issuances k
    where k.tenant_id = task.tenant_id and k.id = task.ticket_id;
  perform app.append_event(
    task.tenant_id, task.id, 'task.running',
    jsonb_build_object('status', 'RUNNING', 'runId', p_run_label, 'attempt', task.attempt + 1)
  );
  return next;
end $$;

-- Tasks whose job the queue may have lost. One whose browser a person's input may still reach waits for that.
create or replace function app.list_stranded_tasks(p_queued_for interval, p_limit integer)
  returns table (task_id uuid, next_fence integer)
  language plpgsql volatile security definer set search_path = '' as $$
declare
  v_now timestamptz := app.now();
begin
  return query
    (select t.id, t.fence + 1 from public.automation_tasks t
      where t.status = 'QUEUED' and t.queued_at < v_now - p_queued_for and not exists (
        select from public.browser_sessions s
          join public.control_leases c on c.tenant_id = s.tenant_id and c.session_id = s.id
          where s.tenant_id = t.tenant_id and s.task_id = t.id and s.status <> 'terminated' and c.lease_until > v_now
      )
      order by t.queued_at limit p_limit)
    union all
    (select t.id, t.fence + 1 from public.automation_tasks t
      where t.status = 'RUNNING' and t.lease_until < v_now order by t.lease_until limit p_limit)
    limit p_limit;
end $$;
select set_config('role', current_setting('app.migrator'), true);

-- The provider refuses browsers for a while: nobody is admitted, and no claim asks for one.
create function app.pause_admission(p_for interval) returns void
  language sql security definer set search_path = '' as $$
    update public.browser_pool p set paused_until = greatest(p.paused_until, app.now() + p_for)
  $$;

-- What a run learnt of its portal: it answered, or it did not (five times in a row, over all tenants, open the breaker: for a
-- minute, and twice as long each time that the one task that then tries fails too, up to an hour). One in good health
-- costs a look. `changed`: the breaker opened or closed by this.
create function app.report_portal(
  p_task uuid, p_answered boolean,
  out host text, out breaker public.breaker_state, out retry_at timestamptz, out changed boolean
)
  language plpgsql security definer set search_path = '' as $$
declare
  v_host text;
  v_now timestamptz;
  v_portal public.portal_states;
  v_opens boolean;
begin
  breaker := 'closed';
  changed := false;
  select t.vendor_host into strict v_host from public.automation_tasks t where t.id = p_task;
  host := v_host;
  if p_answered and not exists (
    select from public.portal_states p where p.host = v_host and (p.breaker <> 'closed' or p.failures > 0)
  ) then
    return;
  end if;
  insert into public.portal_states (host) values (v_host) on conflict do nothing;
  select * into strict v_portal from public.portal_states p where p.host = v_host for no key update;
  v_now := app.now();
  if p_answered then
    update public.portal_states p set
      breaker = 'closed', failures = 0, openings = 0, opened_at = null, retry_at = null, probe_task_id = null,
      updated_at = v_now
      where p.host = v_host;
    changed := v_portal.breaker <> 'closed';
    return;
  end if;
  v_opens := case v_portal.breaker
    when 'closed' then v_portal.failures + 1 >= 5
    -- Those who were on their way when it opened say nothing new.
    else v_portal.breaker = 'half_open' and v_portal.probe_task_id = p_task
  end;
  update public.portal_states p set
    breaker = case when v_opens then 'open' else p.breaker end,
    failures = p.failures + 1,
    openings = least(p.openings + case when v_opens then 1 else 0 end, 100),
    opened_at = case when v_opens then coalesce(p.opened_at, v_now) else p.opened_at end,
    retry_at = case
      when v_opens then v_now + least(interval '1 minute' * 2 ^ least(p.openings, 10), interval '1 hour')
      else p.retry_at
    end,
    probe_task_id = case when v_opens then null else p.probe_task_id end,
    updated_at = v_now
    where p.host = v_host
    returning p.breaker, p.retry_at into report_portal.breaker, report_portal.retry_at;
  changed := v_opens and v_portal.breaker = 'closed';
end $$;

revoke execute on function
  app.free_browsers (boolean),
  app.enter_portal (uuid, text, boolean),
  app.release_profile (uuid, public.mode, bytea),
  app.take_queue_changes (),
  app.wake_scheduled_tasks (),
  app.release_portal (text, integer),
  app.release_portals (integer),
  app.next_ready_task (uuid, timestamptz),
  app.admit_of_tenant (uuid, integer, integer),
  app.first_in_the_line (uuid[]),
  app.tell_of_wait (uuid, uuid, timestamptz, text),
  app.may_start (public.automation_tasks),
  app.admit_tasks (integer, integer),
  app.pause_admission (interval),
  app.report_portal (uuid, boolean)
from public;
grant execute on function
  app.free_browsers (boolean),
  app.enter_portal (uuid, text, boolean),
  app.release_profile (uuid, public.mode, bytea),
  app.take_queue_changes (),
  app.wake_scheduled_tasks (),
  app.release_portal (text, integer),
  app.release_portals (integer),
  app.next_ready_task (uuid, timestamptz),
  app.admit_of_tenant (uuid, integer, integer),
  app.first_in_the_line (uuid[]),
  app.tell_of_wait (uuid, uuid, timestamptz, text),
  app.may_start (public.automation_tasks)
to cfdi_system;
grant execute on function
  app.admit_tasks (integer, integer),
  app.pause_admission (interval),
  app.report_portal (uuid, boolean)
to cfdi_worker;
-- Last, for only the owner may grant.
alter function app.admit_tasks (integer, integer) owner to cfdi_system;
alter function app.pause_admission (interval) owner to cfdi_system;
alter function app.report_portal (uuid, boolean) owner to cfdi_system;
