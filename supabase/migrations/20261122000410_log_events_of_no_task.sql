-- Events that tell of no task: they have neither task nor sequence, but their place in the tenant's log like all others.

alter table public.task_events
  alter column task_id drop not null,
  alter column sequence drop not null,
  add constraint only_events_of_a_task_are_counted check ((task_id is null) = (sequence is null));

-- Whether an endpoint with this filter gets events of this type. No filter: everything but the many steps.
create function app.wants_event(p_event_types text[], p_type text) returns boolean
  language sql immutable parallel safe
  as $$ select case when p_event_types is null then p_type <> 'task.step' else p_type = any (p_event_types) end $$;

-- Counter → event → deliveries → notification. It locks the tenant's counter until the commit, so it is the last thing
-- that a transaction does.
create function app.log_event(
  p_tenant uuid, p_mode public.mode, p_task uuid, p_sequence integer, p_type text, p_data jsonb
) returns void
  language plpgsql set search_path = '' as $$
declare
  v_cursor bigint;
  v_event uuid := app.new_uuid();
  v_now timestamptz;
begin
  update public.tenant_event_counters set n = n + 1
    where tenant_id = p_tenant
    returning n into strict v_cursor;
  v_now := app.now();
  insert into public.task_events (tenant_id, cursor, id, mode, task_id, sequence, type, data, created_at)
    values (p_tenant, v_cursor, v_event, p_mode, p_task, p_sequence, p_type, p_data, v_now);
  insert into public.webhook_deliveries (id, tenant_id, mode, endpoint_id, event_id, next_attempt_at, created_at)
    select app.new_uuid(), p_tenant, p_mode, e.id, v_event, v_now, v_now
      from public.webhook_endpoints e
      where e.tenant_id = p_tenant and e.mode = p_mode and e.disabled_at is null
        and app.wants_event(e.event_types, p_type);
  perform pg_notify('cfdi_events', p_tenant::text);
end $$;

-- An event of a task: the task before the counter, always.
create or replace function app.append_event(p_tenant uuid, p_task uuid, p_type text, p_data jsonb) returns void
  language plpgsql set search_path = '' as $$
declare
  v_mode public.mode;
  v_sequence integer;
begin
  update public.automation_tasks set event_count = event_count + 1, updated_at = app.now()
    where tenant_id = p_tenant and id = p_task
    returning mode, event_count into strict v_mode, v_sequence;
  perform app.log_event(p_tenant, v_mode, p_task, v_sequence, p_type, p_data);
end $$;

revoke execute on function
  app.wants_event (text[], text),
  app.log_event (uuid, public.mode, uuid, integer, text, jsonb)
from public;
grant execute on function
  app.wants_event (text[], text),
  app.log_event (uuid, public.mode, uuid, integer, text, jsonb)
to cfdi_tenant, cfdi_system;
