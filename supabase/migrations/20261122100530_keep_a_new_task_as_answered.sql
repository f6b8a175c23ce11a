-- The first event tells that a task was made; it changes nothing of it. So the answer to its creation is what is read
-- right after.
create or replace function app.append_event(p_tenant uuid, p_task uuid, p_type text, p_data jsonb) returns void
  language plpgsql set search_path = '' as $$
declare
  v_mode public.mode;
  v_sequence integer;
begin
  update public.automation_tasks
    set event_count = event_count + 1, updated_at = case when event_count = 0 then updated_at else app.now() end
    where tenant_id = p_tenant and id = p_task
    returning mode, event_count into strict v_mode, v_sequence;
  perform app.log_event(p_tenant, v_mode, p_task, v_sequence, p_type, p_data);
end $$;
