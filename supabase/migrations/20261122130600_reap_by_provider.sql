-- The reaper's other half: what the provider says is running, held against the rows. Several deployments may share one
-- account of the provider, so every browser is tagged with the deployment that asked for it.

-- Made once with the database, and restored with it. A copy that runs beside the original needs a DEPLOYMENT_ID of its own.
do $$
begin
  execute format(
    'create function app.deployment_id() returns uuid language sql immutable parallel safe as %L',
    format('select %L::uuid', app.new_uuid())
  );
end $$;

-- Of the browsers that run at the provider (its ids, and the rows that asked for them) those that nobody works or waits with
-- any more. `p_grace`: for at least so long, as an end is told to the one side first and then to the other. No row: its
-- tenant or task is gone, for a row is written before the provider is asked. A row names one browser: a second one that
-- runs in its name is the answer to a request that was given up.
create function app.list_stray_browsers(p_browsers text[], p_rows uuid[], p_grace interval) returns setof text
  language sql stable security definer set search_path = '' as $$
    select r.browser from unnest(p_browsers, p_rows) r (browser, id)
      left join public.browser_sessions s on s.id = r.id
      left join public.automation_tasks t on t.tenant_id = s.tenant_id and t.id = s.task_id
      where s.id is null
        or s.terminated_at < app.now() - p_grace
        or t.finished_at < app.now() - p_grace
        or (s.browserbase_session_id <> r.browser and s.created_at < app.now() - p_grace)
  $$;

-- Rows of browsers that the provider does not show (any more), among those that are older than `p_grace` and that no run works
-- with: a run notices by itself.
create function app.list_unseen_sessions(p_seen text[], p_grace interval) returns setof public.browser_sessions
  language sql stable security definer set search_path = '' as $$
    select s.* from public.browser_sessions s
      where s.status <> 'terminated' and s.browserbase_session_id is not null
        and s.created_at < app.now() - p_grace
        and s.browserbase_session_id <> all (p_seen)
        and not exists (
          select from public.automation_tasks t
            where t.tenant_id = s.tenant_id and t.id = s.task_id and t.status = 'RUNNING' and t.run_id = s.run_id
        )
      order by s.id limit 200
  $$;

revoke execute on function
  app.deployment_id (),
  app.list_stray_browsers (text[], uuid[], interval),
  app.list_unseen_sessions (text[], interval)
from public;
grant execute on function
  app.deployment_id (),
  app.list_stray_browsers (text[], uuid[], interval),
  app.list_unseen_sessions (text[], interval)
to cfdi_worker;
-- Last, for only the owner may grant.
alter function app.deployment_id () owner to cfdi_system;
alter function app.list_stray_browsers (text[], uuid[], interval) owner to cfdi_system;
alter function app.list_unseen_sessions (text[], interval) owner to cfdi_system;
