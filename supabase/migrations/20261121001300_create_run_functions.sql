-- What crosses tenants in the life of a task: admission, claim, lease, sweep. Definer functions of the system role.

-- Moves PENDING tasks to QUEUED while there is a browser for them. One admitter at a time; who misses its turn goes on,
-- for the one at work or the next sweep sees the same tasks.
create function app.admit_tasks(p_max_sessions integer) returns table (task_id uuid, next_fence integer)
  language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz;
  v_capacity integer;
  v_task record;
begin
  if not pg_try_advisory_xact_lock(7220402) then
    return;
  end if;
  v_now := app.now();
  -- A browser that runs, or one that a task on its way will ask for.
  v_capacity := p_max_sessions
    - (select count(*) from public.browser_sessions where status <> 'terminated')
    - (select count(*) from public.automation_tasks t
        where t.status in ('QUEUED', 'RUNNING') and not exists (
          select from public.browser_sessions s
            where s.tenant_id = t.tenant_id and s.task_id = t.id and s.status <> 'terminated'
        ));
  if v_capacity <= 0 then
    return;
  end if;

  for v_task in
    with active as (
      select t.tenant_id, count(*) as n from public.automation_tasks t
        where t.status in ('QUEUED', 'RUNNING') group by t.tenant_id
    ), ready as (
      -- Tenants take turns; inside one: what is due within 6 h, then priority, deadline, age.
      select t.id, t.tenant_id,
        row_number() over (
          partition by t.tenant_id
          order by coalesce(t.deadline < v_now + interval '6 hours', false) desc, t.priority desc,
            t.deadline nulls last, t.created_at
        ) as turn,
        min(t.created_at) over (partition by t.tenant_id) as waiting_since
        from public.automation_tasks t
        where t.status = 'PENDING' and (t.not_before is null or t.not_before <= v_now)
    ), chosen as (
      select r.id from ready r
        join public.tenants n on n.id = r.tenant_id
        left join active a on a.tenant_id = r.tenant_id
        where n.plan = 'unlimited' or coalesce(a.n, 0) + r.turn <= coalesce((n.limits ->> 'running')::integer, 20)
        order by r.turn, r.waiting_since, r.tenant_id
        limit v_capacity
    ), admitted as (
      update public.automation_tasks t set status = 'QUEUED', queued_at = v_now, not_before = null
        where t.id in (select c.id from chosen c) and t.status = 'PENDING'
        returning t.tenant_id, t.id, t.fence
    )
    select * from admitted order by tenant_id, id
  loop
    perform app.append_event(v_task.tenant_id, v_task.id, 'task.queued', '{"status": "QUEUED"}');
    task_id := v_task.id;
    next_fence := v_task.fence + 1;
    return next;
  end loop;
end $$;

-- A worker takes a task that waits for one, or whose worker stopped renewing. A mark that an earlier run left behind
-- is a doubt from now on. No row: somebody else was first. `p_run_label` is the run's public id.
create function app.claim_task(p_task uuid, p_run uuid, p_run_label text, p_worker text, p_lease interval)
  returns table (task public.automation_tasks, ticket public.ticket_issuances)
  language plpgsql security definer set search_path = '' as $$
begin
  -- The lease is counted from when the row is ours, not from when we began to wait for it.
  perform 1 from public.automation_tasks t where t.id = p_task for no key update;
  update public.automation_tasks t set
    status = 'RUNNING',
    fence = t.fence + 1,
    run_id = p_run,
    worker_id = p_worker,
    lease_until = app.now() + p_lease,
    started_at = coalesce(t.started_at, app.now()),
    waiting_reason = null,
    waiting_until = null,
    updated_at = app.now()
    where t.id = p_task and (t.status = 'QUEUED' or (t.status = 'RUNNING' and t.lease_until < app.now()))
    returning * into task;
  if not found then
    return;
  end if;
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

-- No row: the fence is no longer the run's. A lease that has passed may be taken up again while nobody else claimed.
create function app.renew_lease(p_task uuid, p_run uuid, p_fence integer, p_lease interval)
  returns table (cancel_requested boolean)
  language sql security definer set search_path = '' as $$
    update public.automation_tasks t set lease_until = app.now() + p_lease
      where t.id = p_task and t.run_id = p_run and t.fence = p_fence and t.status = 'RUNNING'
      returning t.cancel_requested_at is not null
  $$;

-- Tasks whose job the queue may have lost.
create function app.list_stranded_tasks(p_queued_for interval, p_limit integer)
  returns table (task_id uuid, next_fence integer)
  language plpgsql volatile security definer set search_path = '' as $$
declare
  v_now timestamptz := app.now();
begin
  return query
    (select t.id, t.fence + 1 from public.automation_tasks t
      where t.status = 'QUEUED' and t.queued_at < v_now - p_queued_for order by t.queued_at limit p_limit)
    union all
    (select t.id, t.fence + 1 from public.automation_tasks t
      where t.status = 'RUNNING' and t.lease_until < v_now order by t.lease_until limit p_limit)
    limit p_limit;
end $$;

-- Waiting tasks whose time is over end with the failure of their state (`p_failures`: code → failure). A ticket in
-- doubt ends by none of them: its task goes back to the queue, and its next run asks the portal. Returns how many failed.
create function app.fail_overdue_tasks(p_failures jsonb, p_limit integer) returns integer
  language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz := app.now();
  v_failed integer := 0;
  v_task record;
begin
  for v_task in
    with overdue as (
      select t.id, k.cfdi_uuid, k.task_id = t.id and app.is_in_doubt(k.state) as in_doubt,
        case
          when t.status = 'PENDING' then 'timeout'
          when t.status <> 'AWAITING_DELIVERY' then 'intervention_timeout'
          when t.waiting_reason = 'sat_pending' then 'cfdi_unverified'
          else 'delivery_timeout'
        end as code
        from public.automation_tasks t
        join public.ticket_issuances k on k.tenant_id = t.tenant_id and k.id = t.ticket_id
        where (t.status = 'PENDING' and t.deadline < v_now and not (k.task_id = t.id and app.is_in_doubt(k.state)))
          or (t.status in ('PAUSED', 'INTERVENTION_NEEDED', 'AWAITING_DELIVERY') and (
            t.waiting_until < v_now
            or (t.cancel_requested_at is not null and k.task_id = t.id and app.is_in_doubt(k.state))
          ))
        order by t.id limit p_limit
        for no key update of t skip locked
    ), moved as (
      update public.automation_tasks t set
        status = case when o.in_doubt then 'QUEUED'::public.task_status else 'FAILED' end,
        failure = case
          when o.in_doubt then null
          when o.code = 'cfdi_unverified' then jsonb_set(p_failures -> o.code, '{details,uuid}', to_jsonb(o.cfdi_uuid))
          else p_failures -> o.code
        end,
        queued_at = case when o.in_doubt then v_now end,
        finished_at = case when o.in_doubt then null else v_now end,
        waiting_reason = null,
        waiting_until = null
        from overdue o where t.id = o.id
        returning t.tenant_id, t.id, t.status, t.failure
    )
    select * from moved order by tenant_id, id
  loop
    if v_task.status = 'FAILED' then
      v_failed := v_failed + 1;
      perform app.append_event(
        v_task.tenant_id, v_task.id, 'task.failed',
        jsonb_build_object('status', 'FAILED', 'failure', v_task.failure)
      );
    else
      perform app.append_event(v_task.tenant_id, v_task.id, 'task.queued', '{"status": "QUEUED"}');
    end if;
  end loop;
  return v_failed;
end $$;

-- Sessions that no live run owns.
create function app.list_orphan_sessions() returns setof public.browser_sessions
  language sql stable security definer set search_path = '' as $$
    select s.* from public.browser_sessions s
      where s.status <> 'terminated' and not exists (
        select from public.automation_tasks t
          where t.tenant_id = s.tenant_id and t.id = s.task_id and t.status = 'RUNNING' and t.run_id = s.run_id
      )
      order by s.id limit 200
  $$;

revoke execute on function
  app.admit_tasks (integer),
  app.claim_task (uuid, uuid, text, text, interval),
  app.renew_lease (uuid, uuid, integer, interval),
  app.list_stranded_tasks (interval, integer),
  app.fail_overdue_tasks (jsonb, integer),
  app.list_orphan_sessions ()
from public;
grant execute on function
  app.admit_tasks (integer),
  app.claim_task (uuid, uuid, text, text, interval),
  app.renew_lease (uuid, uuid, integer, interval),
  app.list_stranded_tasks (interval, integer),
  app.fail_overdue_tasks (jsonb, integer),
  app.list_orphan_sessions ()
to cfdi_worker;
-- Last, for only the owner may grant.
alter function app.admit_tasks (integer) owner to cfdi_system;
alter function app.claim_task (uuid, uuid, text, text, interval) owner to cfdi_system;
alter function app.renew_lease (uuid, uuid, integer, interval) owner to cfdi_system;
alter function app.list_stranded_tasks (interval, integer) owner to cfdi_system;
alter function app.fail_overdue_tasks (jsonb, integer) owner to cfdi_system;
alter function app.list_orphan_sessions () owner to cfdi_system;
