-- Usage: what a tenant's tasks came to, by portal, by profile and by kind of step. Days are UTC.

create index automation_tasks_by_day_of_end on public.automation_tasks
  (tenant_id, mode, ((finished_at at time zone 'UTC')::date)) where finished_at is not null;
create index browser_sessions_by_day_of_end on public.browser_sessions
  (tenant_id, mode, ((terminated_at at time zone 'UTC')::date)) where terminated_at is not null;
create index task_steps_by_day on public.task_steps (tenant_id, mode, ((created_at at time zone 'UTC')::date));

-- What tasks, sessions and steps amounted to whose rows retention has removed: figures outlive what they were counted on.
create table public.usage_days (
  tenant_id uuid not null references public.tenants (id) on delete cascade,
  mode public.mode not null,
  day date not null,
  vendor_host text not null,
  completed bigint not null default 0,
  failed bigint not null default 0,
  cancelled bigint not null default 0,
  -- from start to end of the completed ones
  completed_ms bigint not null default 0,
  sessions bigint not null default 0,
  session_ms bigint not null default 0,
  steps bigint not null default 0,
  tokens bigint not null default 0,
  cost_usd numeric(18, 6) not null default 0,
  primary key (tenant_id, mode, day, vendor_host)
);
revoke all on table public.usage_days from public, anon, authenticated, service_role;
grant select on table public.usage_days to cfdi_tenant;
grant select, insert, update on table public.usage_days to cfdi_system;
alter table public.usage_days enable row level security;
alter table public.usage_days force row level security;
create policy "a tenant reads its own usage" on public.usage_days
  for select to cfdi_tenant using (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
create policy "the system reads every tenant's usage" on public.usage_days
  for select to cfdi_system using (true);
create policy "the system keeps the usage of a day" on public.usage_days
  for insert to cfdi_system with check (true);
create policy "the system adds to the usage of a day" on public.usage_days
  for update to cfdi_system using (true) with check (true);

create function app.milliseconds(p_from timestamptz, p_to timestamptz) returns bigint
  language sql immutable parallel safe
  as $$ select greatest(0, round(extract(epoch from p_to - p_from) * 1000))::bigint $$;

-- Completed of those that came to an answer, from 0 to 1; what was cancelled says nothing. Null: none has.
create function app.success_rate(p_completed numeric, p_failed numeric) returns numeric
  language sql immutable parallel safe
  as $$ select round(p_completed / nullif(p_completed + p_failed, 0), 4) $$;

-- What happened, by day and portal: tasks by their end, sessions by theirs, steps by when they were taken. Rows that are
-- still there, and what was kept of those that are not: one line of the view for each of the four, to be summed.
create view public.usage_by_day with (security_invoker = true) as
  select t.tenant_id, t.mode, (t.finished_at at time zone 'UTC')::date as day, t.vendor_host,
    count(*) filter (where t.status = 'COMPLETED') as completed,
    count(*) filter (where t.status = 'FAILED') as failed,
    count(*) filter (where t.status = 'CANCELLED') as cancelled,
    coalesce(sum(app.milliseconds(t.started_at, t.finished_at)) filter (where t.status = 'COMPLETED'), 0) as completed_ms,
    0::bigint as sessions, 0::numeric as session_ms, 0::bigint as steps, 0::bigint as tokens, 0::numeric as cost_usd
    from public.automation_tasks t
    where t.finished_at is not null
    group by 1, 2, 3, 4
  union all
  select s.tenant_id, s.mode, (s.terminated_at at time zone 'UTC')::date, t.vendor_host,
    0, 0, 0, 0, count(*), sum(app.milliseconds(s.created_at, s.terminated_at)), 0, 0, 0
    from public.browser_sessions s
    join public.automation_tasks t on t.tenant_id = s.tenant_id and t.id = s.task_id
    where s.terminated_at is not null
    group by 1, 2, 3, 4
  union all
  select s.tenant_id, s.mode, (s.created_at at time zone 'UTC')::date, t.vendor_host,
    0, 0, 0, 0, 0, 0, count(*), sum(s.tokens), sum(s.cost_usd)
    from public.task_steps s
    join public.automation_tasks t on t.tenant_id = s.tenant_id and t.id = s.task_id
    group by 1, 2, 3, 4
  union all
  select u.tenant_id, u.mode, u.day, u.vendor_host, u.completed, u.failed, u.cancelled, u.completed_ms, u.sessions,
    u.session_ms, u.steps, u.tokens, u.cost_usd
    from public.usage_days u;

-- How tasks ended, by portal.
create view public.task_success_rates with (security_invoker = true) as
  select tenant_id, mode, vendor_host, sum(completed) as completed, sum(failed) as failed, sum(cancelled) as cancelled,
    app.success_rate(sum(completed), sum(failed)) as success_rate,
    round(sum(completed_ms) / 1000 / nullif(sum(completed), 0), 1) as average_seconds
    from public.usage_by_day
    group by 1, 2, 3
    having sum(completed + failed + cancelled) > 0;

-- How a profile's tasks ended, as far as they are kept. Tasks without a profile count together.
create view public.user_automation_stats with (security_invoker = true) as
  select t.tenant_id, t.mode, t.profile_id,
    count(*) filter (where t.status = 'COMPLETED') as completed,
    count(*) filter (where t.status = 'FAILED') as failed,
    count(*) filter (where t.status = 'CANCELLED') as cancelled,
    app.success_rate(
      count(*) filter (where t.status = 'COMPLETED'), count(*) filter (where t.status = 'FAILED')
    ) as success_rate,
    max(t.finished_at) as last_finished_at
    from public.automation_tasks t
    where t.finished_at is not null
    group by 1, 2, 3;

-- How long each kind of step takes, as far as steps are kept.
create view public.task_step_performance with (security_invoker = true) as
  select s.tenant_id, s.mode, s.step_type, s.planner, count(*) as steps,
    percentile_disc(0.5) within group (order by s.duration_ms) as p50_ms,
    percentile_disc(0.95) within group (order by s.duration_ms) as p95_ms
    from public.task_steps s
    group by 1, 2, 3, 4;

-- The same from one UTC day to another, for a tenant's report: one call, a row each. 'total'; 'period' with its first day
-- (`p_period`: day, week, month, or null for none); the hundred busiest of 'vendor' and 'profile'; and 'step'.
create function app.usage(p_from date, p_to date, p_period text) returns table (kind text, key text, figures jsonb)
  language sql stable set search_path = '' as $$
    with figures as (
      select
        case grouping(u.vendor_host, p.start) when 3 then 'total' when 1 then 'vendor' else 'period' end as kind,
        coalesce(u.vendor_host, p.start::text) as key,
        coalesce(sum(u.completed), 0) as completed, coalesce(sum(u.failed), 0) as failed,
        coalesce(sum(u.cancelled), 0) as cancelled, coalesce(sum(u.completed_ms), 0) as completed_ms,
        coalesce(sum(u.sessions), 0) as sessions, coalesce(sum(u.session_ms), 0) as session_ms,
        coalesce(sum(u.steps), 0) as steps, coalesce(sum(u.tokens), 0) as tokens, coalesce(sum(u.cost_usd), 0) as cost_usd
        from public.usage_by_day u
        cross join lateral (select date_trunc(p_period, u.day::timestamp)::date as start) p
        where u.day between p_from and p_to
        group by grouping sets ((), (u.vendor_host), (p.start))
    ), profiles as (
      select t.profile_id,
        count(*) filter (where t.status = 'COMPLETED') as completed,
        count(*) filter (where t.status = 'FAILED') as failed,
        count(*) filter (where t.status = 'CANCELLED') as cancelled
        from public.automation_tasks t
        where (t.finished_at at time zone 'UTC')::date between p_from and p_to and t.profile_id is not null
        group by 1 order by count(*) desc, 1 limit 100
    ), steps as (
      select s.step_type as type, s.planner, count(*) as steps,
        percentile_disc(0.5) within group (order by s.duration_ms) as p50_ms,
        percentile_disc(0.95) within group (order by s.duration_ms) as p95_ms
        from public.task_steps s
        where (s.created_at at time zone 'UTC')::date between p_from and p_to
        group by 1, 2 order by 1, 2
    )
    (select f.kind, f.key, to_jsonb(f) from figures f where f.kind = 'total')
    union all
    (select f.kind, f.key, to_jsonb(f) from figures f where f.kind = 'period' and f.key is not null order by f.key)
    union all
    (select f.kind, f.key, to_jsonb(f) from figures f where f.kind = 'vendor'
      order by f.completed + f.failed + f.cancelled desc, f.key limit 100)
    union all
    (select 'profile', p.profile_id::text, to_jsonb(p) from profiles p)
    union all
    (select 'step', null, to_jsonb(s) from steps s)
  $$;

revoke all on table
  public.usage_by_day, public.task_success_rates, public.user_automation_stats, public.task_step_performance
from public, anon, authenticated, service_role;
grant select on table
  public.usage_by_day, public.task_success_rates, public.user_automation_stats, public.task_step_performance
to cfdi_tenant;
revoke execute on function
  app.milliseconds (timestamptz, timestamptz), app.success_rate (numeric, numeric), app.usage (date, date, text)
from public;
grant execute on function app.usage (date, date, text), app.success_rate (numeric, numeric) to cfdi_tenant;
grant execute on function app.milliseconds (timestamptz, timestamptz) to cfdi_tenant, cfdi_system;
