-- The database's own health, looked at every five minutes.

create table public.health_checks (
  id uuid primary key default app.new_uuid(),
  status text not null check (status in ('ok', 'warning')),
  -- connections to this database, whatever they do
  connections integer not null,
  -- of those, at work; and queries at work for more than 30 s. null: cfdi_system may not see (it is no pg_read_all_stats)
  active_connections integer,
  long_queries integer,
  -- { "automation_tasks": bytes, … }, indexes included
  table_sizes jsonb not null check (jsonb_typeof(table_sizes) = 'object'),
  checked_at timestamptz not null default app.now()
);
create index health_checks_newest_first on public.health_checks (checked_at desc);
revoke all on table public.health_checks from public, anon, authenticated, service_role;
grant select, insert on table public.health_checks to cfdi_system;
alter table public.health_checks enable row level security;
alter table public.health_checks force row level security;
create policy "the system reads its health" on public.health_checks
  for select to cfdi_system using (true);
create policy "the system notes its health" on public.health_checks
  for insert to cfdi_system with check (true);

-- More than 100 connections at work, or more than 5 queries of over 30 s, are a warning.
create function app.health_status(p_active_connections integer, p_long_queries integer) returns text
  language sql immutable parallel safe
  as $$ select case when p_active_connections > 100 or p_long_queries > 5 then 'warning' else 'ok' end $$;

create function app.check_health() returns public.health_checks
  language plpgsql security definer set search_path = '' as $$
declare
  v_check public.health_checks;
  v_sees boolean := pg_has_role('pg_read_all_stats', 'usage');
  v_long_ago timestamptz := app.now() - interval '30 seconds';
begin
  select count(*),
      case when v_sees then count(*) filter (where a.state = 'active') end,
      case when v_sees then count(*) filter (where a.state = 'active' and a.query_start < v_long_ago) end
    into v_check.connections, v_check.active_connections, v_check.long_queries
    from pg_catalog.pg_stat_activity a
    where a.datname = current_database() and a.pid <> pg_backend_pid()
      and coalesce(a.backend_type, 'client backend') = 'client backend';
  select coalesce(jsonb_object_agg(c.relname, pg_total_relation_size(c.oid)), '{}') into v_check.table_sizes
    from pg_catalog.pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r';
  insert into public.health_checks (status, connections, active_connections, long_queries, table_sizes)
    values (
      app.health_status(coalesce(v_check.active_connections, v_check.connections), v_check.long_queries),
      v_check.connections, v_check.active_connections, v_check.long_queries, v_check.table_sizes
    )
    returning * into v_check;
  return v_check;
end $$;

-- The history, for whoever runs the database: `set role cfdi_system; table health_history;`
create view public.health_history with (security_invoker = true) as
  select h.checked_at, h.status, h.connections, h.active_connections, h.long_queries, s.total_bytes, s.largest_table,
    s.largest_bytes
    from public.health_checks h
    cross join lateral (
      select sum(value::bigint) as total_bytes, (array_agg(key order by value::bigint desc))[1] as largest_table,
        max(value::bigint) as largest_bytes
        from jsonb_each_text(h.table_sizes)
    ) s
    order by h.checked_at desc;

revoke all on table public.health_history from public, anon, authenticated, service_role;
grant select on table public.health_history to cfdi_system;
revoke execute on function app.health_status (integer, integer), app.check_health () from public;
grant execute on function app.health_status (integer, integer) to cfdi_system;
grant execute on function app.check_health () to cfdi_worker;
-- Last, for only the owner may grant.
alter function app.check_health () owner to cfdi_system;
