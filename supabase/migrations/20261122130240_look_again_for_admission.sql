-- Moves PENDING tasks to QUEUED while there is a browser for them. One admitter at a time; who misses its turn goes on, for
-- the one at work asks again until nothing is left, or the next sweep does. Tasks are locked without waiting; the events come
-- last, in the order of their tenants. A tenant with many tasks to be held is passed over until all others had their turn.
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
  v_look_again boolean := false;
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
    if not found then
      exit when not v_look_again;
      v_passed_over := '{}';
      v_look_again := false;
      continue;
    end if;
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
      v_look_again := v_look_again or v_found.held > 0;
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
