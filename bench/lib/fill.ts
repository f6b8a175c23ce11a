/**
 * A database in use, by plain inserts of a superuser with triggers and foreign keys at rest: 50 tenants, one of which
 * (`$tenant`) is looked at; 50,000 tasks of the last 30 days with events, steps and sessions, and 2,000 that wait.
 */
export const FILL: readonly string[] = [
  `set session_replication_role = replica`,
  `create temp table t as select case n when 1 then $tenant else gen_random_uuid() end as id, n from generate_series(1, 50) n`,
  `insert into tenants (id, name) select id, 'Tenant ' || n from t where n > 1`,
  `insert into tenant_event_counters (tenant_id, n) select id, 3000 from t on conflict (tenant_id) do update set n = 3000`,
  `insert into api_keys (id, tenant_id, mode, name, secret_hash, scopes)
     select gen_random_uuid(), t.id, 'live', 'k', sha256(''), '{}' from t, generate_series(1, 20)`,
  `create temp table k as
     select app.new_uuid() as id, t.id as tenant_id, t.n as tenant, i, now() - i * interval '2592 s' as at
       from generate_series(1000, 1, -1) i, t`,
  `insert into automation_tasks (
     id, tenant_id, mode, status, vendor_url, vendor_host, ticket_id, ticket_details, profile_snapshot, cfdi, failure,
     created_by, event_count, created_at, started_at, finished_at
   )
     select id, tenant_id, 'live', case when i % 10 = 0 then 'FAILED' else 'COMPLETED' end::task_status, 'https://a.mx/',
       'portal-' || i % 40 || '.mx', gen_random_uuid(), repeat('x', 300)::bytea, repeat('x', 300)::bytea,
       repeat('x', 400)::bytea, '{}', 'key', 3, at, at, at + interval '1 min' from k`,
  `create temp table w as select app.new_uuid() as id, t.id as tenant_id from t, generate_series(1, 40)`,
  `insert into ticket_issuances (id, tenant_id, mode, ticket_key, task_id)
     select id, tenant_id, 'live', sha256(id::text::bytea), id from w`,
  `insert into automation_tasks (
     id, tenant_id, mode, status, vendor_url, vendor_host, ticket_id, ticket_details, profile_snapshot, created_by
   )
     select id, tenant_id, 'live', 'PENDING', 'https://a.mx/', 'a.mx', id, 'x', 'x', 'key' from w`,
  `insert into task_events (tenant_id, cursor, id, mode, task_id, sequence, type, data, created_at)
     select tenant_id, (1000 - i) * 3 + s, gen_random_uuid(), 'live', id, s, 'task.running', '{"status": "RUNNING"}', at
       from k, generate_series(1, 3) s`,
  `insert into task_steps (
     id, tenant_id, mode, task_id, run_id, index, step_type, summary, planner, duration_ms, tokens, cost_usd, created_at
   )
     select gen_random_uuid(), tenant_id, 'live', id, id, s, 'click', 'clicked', 'form', 100 + i % 400, 0, 0, at
       from k, generate_series(1, 4) s`,
  `insert into browser_sessions (id, tenant_id, mode, task_id, run_id, status, created_at, terminated_at)
     select gen_random_uuid(), tenant_id, 'live', id, id, 'terminated', at, at + interval '50 s' from k`,
  `insert into webhook_endpoints (id, tenant_id, mode, url, secret)
     select gen_random_uuid(), id, 'live', 'https://a.mx/hook', 'x' from t`,
  `insert into webhook_deliveries (
     id, tenant_id, mode, endpoint_id, event_id, status, attempts, next_attempt_at, created_at
   )
     select gen_random_uuid(), e.tenant_id, 'live', p.id, e.id,
       case when k.i <= 4 then 'pending' else 'delivered' end::delivery_status, 1, case when k.i <= 4 then now() end, k.at
       from k join task_events e on e.tenant_id = k.tenant_id and e.task_id = k.id and e.sequence = 3
       join webhook_endpoints p on p.tenant_id = k.tenant_id`,
  // What the triggers would have noted of those that wait.
  `insert into queue_changes (tenant_id) select id from t`,
  `set session_replication_role = origin`,
  `analyze`,
];
