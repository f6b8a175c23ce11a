/**
 * Statements of a superuser that let a crowd of tasks wait, by plain inserts with triggers and foreign keys at rest, and indexes
 * built at once afterwards: each tenant has tasks of ten taxpayers at twenty portals, of all priorities; one in four has a
 * deadline, some of them soon.
 */
export function crowdOf({ tasks, tenants }: { tasks: number; tenants: number }): string[] {
  return [
    `set session_replication_role = replica`,
    `set maintenance_work_mem = '256MB'`,
    `create temp table built_later as
       select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index
         where indrelid = 'automation_tasks'::regclass and not indisunique`,
    `do $$ declare v_index record; begin
       for v_index in select name from built_later loop execute 'drop index ' || v_index.name; end loop;
     end $$`,
    `create temp table crowd as
       select gen_random_uuid() as id, n from generate_series(1, ${tenants}) n`,
    `insert into tenants (id, name) select id, 'Tenant ' || n from crowd`,
    `insert into tenant_event_counters (tenant_id) select id from crowd on conflict do nothing`,
    // One ticket of each is enough: admission knows none.
    `insert into ticket_issuances (id, tenant_id, mode, ticket_key, task_id)
       select id, id, 'live', sha256(id::text::bytea), id from crowd`,
    `insert into automation_tasks (
       id, tenant_id, mode, vendor_url, vendor_host, ticket_id, ticket_details, profile_snapshot, profile_index, priority,
       deadline, created_by, created_at
     )
       select gen_random_uuid(), c.id, 'live', 'https://a.mx/', 'portal-' || i % 20 || '.mx', c.id, 'x', 'x',
         sha256((c.n || ' ' || i % 10)::bytea), 1 + i / 10 % 10,
         case i % 4 when 0 then now() + (1 + i % 200) * interval '1 hour' end, 'key', now() - i * interval '1 s'
         from generate_series(1, ${tasks / tenants}) i, crowd c`,
    `do $$ declare v_index record; begin
       for v_index in select definition from built_later loop execute v_index.definition; end loop;
     end $$`,
    // What the triggers would have noted.
    `insert into queue_changes (tenant_id) select id from crowd`,
    `set session_replication_role = origin`,
    `analyze`,
  ];
}
