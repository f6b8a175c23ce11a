-- Deadlines in every state in which a task waits: its own while it waits for a turn or a person, that of its waiting, and
-- the wish to cancel where the invoice may exist.

create index automation_tasks_waiting_with_deadline on public.automation_tasks (deadline)
  where status in ('PAUSED', 'INTERVENTION_NEEDED') and deadline is not null;

select set_config('app.migrator', current_user, true);
set local role cfdi_system;
-- Waiting tasks whose time is over end with the failure of their state (`p_failures`: code → failure); its details say
-- which time that was. A ticket in doubt ends by none of them: its task goes back to the queue, and its next run asks the
-- portal. What waits for the word of SAT ends by that, as long as somebody asks for it; what waits for a mail was
-- invoiced, so the task's own deadline does not matter any more. Returns how many failed.
create or replace function app.fail_overdue_tasks(p_failures jsonb, p_limit integer) returns integer
  language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz := app.now();
  v_failed integer := 0;
  v_task record;
begin
  for v_task in
    with candidates as (
      -- One index each.
      select t.id from public.automation_tasks t where t.status = 'PENDING' and t.deadline < v_now
      union
      select t.id from public.automation_tasks t
        where t.status in ('PAUSED', 'INTERVENTION_NEEDED', 'AWAITING_DELIVERY') and t.waiting_until < v_now
      union
      select t.id from public.automation_tasks t
        where t.status in ('PAUSED', 'INTERVENTION_NEEDED') and t.deadline is not null and t.deadline < v_now
      union
      select t.id from public.automation_tasks t
        where t.status in ('PAUSED', 'INTERVENTION_NEEDED', 'AWAITING_DELIVERY') and t.cancel_requested_at is not null
    ), overdue as (
      select t.id, t.deadline, jsonb_build_object('uuid', k.cfdi_uuid, 'satStatus', d.sat_status) as sat,
        k.task_id = t.id and app.is_in_doubt(k.state) as in_doubt,
        case
          when t.status = 'PENDING' then 'timeout'
          when t.status <> 'AWAITING_DELIVERY' then 'intervention_timeout'
          when t.waiting_reason = 'sat_pending' then 'cfdi_unverified'
          else 'delivery_timeout'
        end as code
        from candidates c
        join public.automation_tasks t on t.id = c.id
        join public.ticket_issuances k on k.tenant_id = t.tenant_id and k.id = t.ticket_id
        left join lateral (
          select c.sat_status, c.sat_check_at from public.cfdi_documents c
            where t.waiting_reason = 'sat_pending' and c.tenant_id = t.tenant_id and c.task_id = t.id
            order by c.id desc limit 1
        ) d on true
        where (
            t.status in ('PENDING', 'PAUSED', 'INTERVENTION_NEEDED') and t.deadline < v_now
            and not (k.task_id = t.id and app.is_in_doubt(k.state))
          )
          or (t.status in ('PAUSED', 'INTERVENTION_NEEDED', 'AWAITING_DELIVERY') and (
            t.waiting_until < case when d.sat_check_at is null then v_now else v_now - interval '12 hours' end
            or (t.cancel_requested_at is not null and k.task_id = t.id and app.is_in_doubt(k.state))
          ))
        order by t.id limit p_limit
        for no key update of t skip locked
    ), moved as (
      update public.automation_tasks t set
        status = case when o.in_doubt then 'QUEUED'::public.task_status else 'FAILED' end,
        failure = case
          when o.in_doubt then null
          when o.code = 'cfdi_unverified' then jsonb_set(p_failures -> o.code, '{details}', o.sat)
          when o.code in ('timeout', 'intervention_timeout') and o.deadline < v_now then
            jsonb_set(
              p_failures -> o.code, '{details,deadline}',
              to_jsonb(to_char(o.deadline at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
            )
          else p_failures -> o.code
        end,
        queued_at = case when o.in_doubt then v_now end,
        finished_at = case when o.in_doubt then null else v_now end,
        waiting_reason = null,
        waiting_until = null,
        updated_at = v_now
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
-- Not `reset role`: the Supabase CLI logs in as somebody else than it migrates as.
select set_config('role', current_setting('app.migrator'), true);
