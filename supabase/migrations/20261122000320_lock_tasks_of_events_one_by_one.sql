-- The events of a tenant's transaction: [{ "taskId", "type", "data" }, …] in their order.
create or replace function app.append_events(p_events jsonb) returns void
  language plpgsql set search_path = '' as $$
declare
  v_task uuid;
  v_event record;
begin
  if jsonb_array_length(p_events) > 1 then
    -- Every task before the counter, or two transactions could wait for each other. One by one, for a join would be
    -- planned for many rows and read all of the tenant's.
    for v_task in select distinct (e ->> 'taskId')::uuid as id from jsonb_array_elements(p_events) e order by id loop
      perform 1 from public.automation_tasks t where t.tenant_id = app.tenant_id() and t.id = v_task
        for no key update;
    end loop;
  end if;
  for v_event in
    select (e ->> 'taskId')::uuid as task_id, e ->> 'type' as type, e -> 'data' as data
      from jsonb_array_elements(p_events) with ordinality as list (e, position)
      order by position
  loop
    perform app.append_event(app.tenant_id(), v_event.task_id, v_event.type, v_event.data);
  end loop;
end $$;
