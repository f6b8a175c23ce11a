-- One task that is tried three times says as much of its portal as one that is tried once: the breaker opens when five tasks in
-- a row, over all tenants, found nobody.

alter table public.portal_states
  -- those of the failures in a row, five at most
  add column failed_tasks uuid[] not null default '{}';

-- What a run learnt of its portal: it answered, or it did not. Five tasks in a row that found nobody open the breaker, for a
-- minute, and twice as long each time that the one task that then tries fails too, up to an hour. A portal in good health
-- costs a look. `changed`: the breaker opened or closed by this.
select set_config('app.migrator', current_user, true);
set local role cfdi_system;
create or replace function app.report_portal(
  p_task uuid, p_answered boolean,
  out host text, out breaker public.breaker_state, out retry_at timestamptz, out changed boolean
)
  language plpgsql security definer set search_path = '' as $$
declare
  v_host text;
  v_now timestamptz;
  v_portal public.portal_states;
  v_failed uuid[];
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
      breaker = 'closed', failures = 0, failed_tasks = '{}', openings = 0, opened_at = null, retry_at = null, probe_task_id = null,
      updated_at = v_now
      where p.host = v_host;
    changed := v_portal.breaker <> 'closed';
    return;
  end if;
  v_failed := case
    when p_task = any (v_portal.failed_tasks) or cardinality(v_portal.failed_tasks) >= 5 then v_portal.failed_tasks
    else v_portal.failed_tasks || p_task
  end;
  v_opens := case v_portal.breaker
    when 'closed' then cardinality(v_failed) >= 5
    -- Those who were on their way when it opened say nothing new.
    else v_portal.breaker = 'half_open' and v_portal.probe_task_id = p_task
  end;
  update public.portal_states p set
    breaker = case when v_opens then 'open' else p.breaker end,
    failures = p.failures + 1,
    failed_tasks = v_failed,
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
-- Not `reset role`: the Supabase CLI logs in as somebody else than it migrates as.
select set_config('role', current_setting('app.migrator'), true);
