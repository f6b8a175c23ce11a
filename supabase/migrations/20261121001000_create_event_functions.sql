-- Appending an event: task → counter → event → deliveries → notification. It locks the tenant's counter until the
-- commit, so it is the last thing that a transaction does; locks are always taken in this order.

create function app.append_event(p_tenant uuid, p_task uuid, p_type text, p_data jsonb) returns void
  language plpgsql set search_path = '' as $$
declare
  v_mode public.mode;
  v_sequence integer;
  v_cursor bigint;
  v_event uuid := app.new_uuid();
  v_now timestamptz;
begin
  update public.automation_tasks set event_count = event_count + 1, updated_at = app.now()
    where tenant_id = p_tenant and id = p_task
    returning mode, event_count into strict v_mode, v_sequence;
  update public.tenant_event_counters set n = n + 1
    where tenant_id = p_tenant
    returning n into strict v_cursor;
  v_now := app.now();
  insert into public.task_events (tenant_id, cursor, id, mode, task_id, sequence, type, data, created_at)
    values (p_tenant, v_cursor, v_event, v_mode, p_task, v_sequence, p_type, p_data, v_now);
  insert into public.webhook_deliveries (id, tenant_id, mode, endpoint_id, event_id, next_attempt_at, created_at)
    select app.new_uuid(), p_tenant, v_mode, e.id, v_event, v_now, v_now
      from public.webhook_endpoints e
      where e.tenant_id = p_tenant and e.mode = v_mode and e.disabled_at is null
        and case when e.event_types is null then p_type <> 'task.step' else p_type = any (e.event_types) end;
  perform pg_notify('cfdi_events', p_tenant::text);
end $$;

-- The events of a tenant's transaction: [{ "taskId", "type", "data" }, …] in their order.
create function app.append_events(p_events jsonb) returns void
  language plpgsql set search_path = '' as $$
declare
  v_event record;
begin
  -- Every task before the counter, or two transactions could wait for each other.
  perform 1 from public.automation_tasks t
    where t.tenant_id = app.tenant_id()
      and t.id in (select (e ->> 'taskId')::uuid from jsonb_array_elements(p_events) e)
    order by t.id
    for no key update;
  for v_event in
    select (e ->> 'taskId')::uuid as task_id, e ->> 'type' as type, e -> 'data' as data
      from jsonb_array_elements(p_events) with ordinality as list (e, position)
      order by position
  loop
    perform app.append_event(app.tenant_id(), v_event.task_id, v_event.type, v_event.data);
  end loop;
end $$;

revoke execute on function app.append_event (uuid, uuid, text, jsonb), app.append_events (jsonb) from public;
grant execute on function app.append_event (uuid, uuid, text, jsonb) to cfdi_tenant, cfdi_system;
grant execute on function app.append_events (jsonb) to cfdi_tenant;
