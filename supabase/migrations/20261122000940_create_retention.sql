-- Retention: what is kept for how long, one rule each, removed in batches by `app.run_retention`. Children go before their
-- parents, so that no cascade is long. What usage counts is added to `usage_days` in the statement that removes it.

grant update (document_retention_months) on table public.tenants to cfdi_tenant;

-- Rows lie in the order in which they were made, and a rule looks for the oldest: ranges of blocks are index enough.
create index automation_tasks_by_age on public.automation_tasks using brin (created_at);
create index task_steps_by_age on public.task_steps using brin (created_at);
create index browser_sessions_by_age on public.browser_sessions using brin (created_at);
create index ticket_issuances_by_age on public.ticket_issuances using brin (created_at);
create index task_events_by_age on public.task_events using brin (created_at);
create index webhook_deliveries_by_age on public.webhook_deliveries using brin (created_at);
create index artifacts_by_age on public.artifacts using brin (created_at);
create index inbound_mails_by_age on public.inbound_mails using brin (received_at);
create index live_tokens_by_age on public.live_tokens using brin (created_at);
create index audit_log_by_age on public.audit_log using brin (created_at);
-- A task that goes looks for what refers to it.
create index if not exists browser_sessions_of_task on public.browser_sessions (tenant_id, task_id);
create index if not exists automation_tasks_retried on public.automation_tasks (tenant_id, retry_of)
  where retry_of is not null;

grant delete on table
  public.automation_tasks, public.browser_sessions, public.ticket_issuances, public.task_events,
  public.webhook_deliveries, public.live_tokens, public.health_checks, public.audit_log
to cfdi_system;
grant select, delete on table
  public.task_steps, public.artifacts, public.cfdi_documents, public.inbound_mails
to cfdi_system;
create policy "the system removes tasks past their time" on public.automation_tasks
  for delete to cfdi_system using (true);
create policy "the system removes sessions past their time" on public.browser_sessions
  for delete to cfdi_system using (true);
create policy "the system removes tickets past their time" on public.ticket_issuances
  for delete to cfdi_system using (true);
create policy "the system removes events past their time" on public.task_events
  for delete to cfdi_system using (true);
create policy "the system removes deliveries past their time" on public.webhook_deliveries
  for delete to cfdi_system using (true);
create policy "the system removes live tokens past their time" on public.live_tokens
  for delete to cfdi_system using (true);
create policy "the system removes health checks past their time" on public.health_checks
  for delete to cfdi_system using (true);
create policy "the system removes audit entries past their time" on public.audit_log
  for delete to cfdi_system using (true);
create policy "the system reads every step" on public.task_steps
  for select to cfdi_system using (true);
create policy "the system removes steps past their time" on public.task_steps
  for delete to cfdi_system using (true);
create policy "the system reads every artifact" on public.artifacts
  for select to cfdi_system using (true);
create policy "the system removes artifacts past their time" on public.artifacts
  for delete to cfdi_system using (true);
create policy "the system reads every invoice" on public.cfdi_documents
  for select to cfdi_system using (true);
create policy "the system removes invoices past their time" on public.cfdi_documents
  for delete to cfdi_system using (true);
create policy "the system reads every mail" on public.inbound_mails
  for select to cfdi_system using (true);
create policy "the system removes mails past their time" on public.inbound_mails
  for delete to cfdi_system using (true);

-- The rules in their order.
create function app.retention_rules() returns text[] language sql immutable parallel safe as $$
  select array[
    'idempotency_keys', 'task_quotas', 'webhook_deliveries', 'task_events', 'live_tokens', 'inbound_mails',
    'browser_sessions', 'evidence_of_completed_tasks', 'steps_of_completed_tasks', 'completed_tasks',
    'unsuccessful_tasks', 'cfdi_documents', 'documents', 'ticket_issuances', 'health_checks', 'audit_log'
  ]
$$;

-- Adds to the usage of days: rows of (tenant_id, mode, day, vendor_host, and any of the figures).
create function app.keep_usage(p_rows public.usage_days[]) returns void
  language sql set search_path = '' as $$
    insert into public.usage_days as u
      select r.tenant_id, r.mode, r.day, r.vendor_host,
        coalesce(sum(r.completed), 0), coalesce(sum(r.failed), 0), coalesce(sum(r.cancelled), 0),
        coalesce(sum(r.completed_ms), 0), coalesce(sum(r.sessions), 0), coalesce(sum(r.session_ms), 0),
        coalesce(sum(r.steps), 0), coalesce(sum(r.tokens), 0), coalesce(sum(r.cost_usd), 0)
        from unnest(p_rows) r
        group by 1, 2, 3, 4
      on conflict (tenant_id, mode, day, vendor_host) do update set
        completed = u.completed + excluded.completed, failed = u.failed + excluded.failed,
        cancelled = u.cancelled + excluded.cancelled, completed_ms = u.completed_ms + excluded.completed_ms,
        sessions = u.sessions + excluded.sessions, session_ms = u.session_ms + excluded.session_ms,
        steps = u.steps + excluded.steps, tokens = u.tokens + excluded.tokens, cost_usd = u.cost_usd + excluded.cost_usd
  $$;

create function app.remove_sessions(p_until timestamptz, p_limit integer) returns integer
  language plpgsql set search_path = '' as $$
declare
  v_usage public.usage_days[];
  v_removed integer;
begin
  with gone as (
    delete from public.browser_sessions s
      where (s.tenant_id, s.id) in (
        select o.tenant_id, o.id from public.browser_sessions o
          where o.created_at <= p_until and o.status = 'terminated' and o.terminated_at <= p_until limit p_limit
      )
      returning s.*
  )
  select count(*), array_agg(row(
      g.tenant_id, g.mode, (g.terminated_at at time zone 'UTC')::date, t.vendor_host, 0, 0, 0, 0,
      1, app.milliseconds(g.created_at, g.terminated_at), 0, 0, 0
    )::public.usage_days)
    into v_removed, v_usage
    from gone g join public.automation_tasks t on t.tenant_id = g.tenant_id and t.id = g.task_id;
  perform app.keep_usage(v_usage);
  return v_removed;
end $$;

create function app.remove_steps(p_until timestamptz, p_limit integer) returns integer
  language plpgsql set search_path = '' as $$
declare
  v_usage public.usage_days[];
  v_removed integer;
begin
  with gone as (
    delete from public.task_steps s
      where (s.tenant_id, s.id) in (
        select o.tenant_id, o.id from public.task_steps o
          join public.automation_tasks t on t.tenant_id = o.tenant_id and t.id = o.task_id
          where o.created_at <= p_until and t.status = 'COMPLETED' limit p_limit
      )
      returning s.*
  )
  select count(*), array_agg(row(
      g.tenant_id, g.mode, (g.created_at at time zone 'UTC')::date, t.vendor_host, 0, 0, 0, 0, 0, 0,
      1, g.tokens, g.cost_usd
    )::public.usage_days)
    into v_removed, v_usage
    from gone g join public.automation_tasks t on t.tenant_id = g.tenant_id and t.id = g.task_id;
  perform app.keep_usage(v_usage);
  return v_removed;
end $$;

-- Tasks go with the steps that are left of them; events, evidence and the like follow by their foreign keys.
create function app.remove_tasks(p_status public.task_status[], p_until timestamptz, p_limit integer) returns integer
  language plpgsql set search_path = '' as $$
declare
  v_usage public.usage_days[];
  v_removed integer;
begin
  with old as (
    select t.tenant_id, t.id from public.automation_tasks t
      where t.created_at <= p_until and t.status = any (p_status) and t.finished_at <= p_until
      limit p_limit
      for update skip locked
  ), gone_steps as (
    delete from public.task_steps s using old where s.tenant_id = old.tenant_id and s.task_id = old.id returning s.*
  ), gone as (
    delete from public.automation_tasks t using old where t.tenant_id = old.tenant_id and t.id = old.id returning t.*
  ), usage as (
    select row(
        g.tenant_id, g.mode, (g.finished_at at time zone 'UTC')::date, g.vendor_host,
        (g.status = 'COMPLETED')::integer, (g.status = 'FAILED')::integer, (g.status = 'CANCELLED')::integer,
        case g.status when 'COMPLETED' then app.milliseconds(g.started_at, g.finished_at) else 0 end, 0, 0, 0, 0, 0
      )::public.usage_days as day
      from gone g
    union all
    select row(
        s.tenant_id, s.mode, (s.created_at at time zone 'UTC')::date, g.vendor_host, 0, 0, 0, 0, 0, 0,
        1, s.tokens, s.cost_usd
      )::public.usage_days
      from gone_steps s join gone g on g.tenant_id = s.tenant_id and g.id = s.task_id
  )
  select (select count(*) from gone), array_agg(u.day) into v_removed, v_usage from usage u;
  perform app.keep_usage(v_usage);
  return v_removed;
end $$;

-- Removes up to `p_limit` rows that are past the time of one rule; returns how many. Fewer than `p_limit`: that was all.
create function app.retain(p_rule text, p_limit integer) returns integer
  language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz := app.now();
  v_removed integer;
begin
  case p_rule
    when 'idempotency_keys' then
      delete from public.idempotency_keys k
        where (k.tenant_id, k.mode, k.key_hash) in (
          select o.tenant_id, o.mode, o.key_hash from public.idempotency_keys o
            where o.created_at <= v_now - app.idempotency_retention()
              and (o.locked_until is null or o.locked_until <= v_now)
            limit p_limit
        );
    when 'task_quotas' then
      delete from public.task_quotas q
        where (q.tenant_id, q.mode, q.subject) in (
          select o.tenant_id, o.mode, o.subject from public.task_quotas o
            where o.hour_began_at <= v_now - interval '1 hour' limit p_limit
        );
    when 'webhook_deliveries' then -- and their attempts
      delete from public.webhook_deliveries d
        where (d.tenant_id, d.id) in (
          select o.tenant_id, o.id from public.webhook_deliveries o
            where o.created_at <= v_now - interval '30 days' and o.status <> 'pending'
            limit p_limit
            for update skip locked
        );
    when 'task_events' then
      delete from public.task_events e
        where (e.tenant_id, e.cursor) in (
          select o.tenant_id, o.cursor from public.task_events o
            where o.created_at <= v_now - interval '90 days' limit p_limit
        );
    when 'live_tokens' then
      delete from public.live_tokens l
        where (l.tenant_id, l.id) in (
          select o.tenant_id, o.id from public.live_tokens o
            where o.created_at <= v_now - interval '30 days' and o.expires_at <= v_now - interval '30 days' limit p_limit
        );
    when 'inbound_mails' then
      delete from public.inbound_mails m
        where (m.tenant_id, m.id) in (
          select o.tenant_id, o.id from public.inbound_mails o
            where o.received_at <= v_now - interval '90 days' limit p_limit
        );
    when 'browser_sessions' then
      return app.remove_sessions(v_now - interval '30 days', p_limit);
    when 'evidence_of_completed_tasks' then
      delete from public.artifacts a
        where (a.tenant_id, a.id) in (
          select o.tenant_id, o.id from public.artifacts o
            join public.automation_tasks t on t.tenant_id = o.tenant_id and t.id = o.evidence_of
            where o.created_at <= v_now - interval '3 months' and t.status = 'COMPLETED' limit p_limit
        );
    when 'steps_of_completed_tasks' then
      return app.remove_steps(v_now - interval '3 months', p_limit);
    when 'completed_tasks' then
      return app.remove_tasks('{COMPLETED}', v_now - interval '1 year', p_limit);
    when 'unsuccessful_tasks' then
      return app.remove_tasks('{FAILED,CANCELLED}', v_now - interval '6 months', p_limit);
    when 'cfdi_documents' then
      with gone as (
        delete from public.cfdi_documents d
          where (d.tenant_id, d.id) in (
            select o.tenant_id, o.id from public.tenants n
              cross join lateral (
                select c.tenant_id, c.id from public.cfdi_documents c
                  where c.tenant_id = n.id
                    and c.created_at <= v_now - make_interval(months => n.document_retention_months)
                  limit p_limit
              ) o
              limit p_limit
          )
          returning d.tenant_id, d.mode
      ), told as (
        -- That an invoice is kept no longer is its tenant's to know.
        insert into public.audit_log (id, tenant_id, mode, actor, action, details)
          select app.new_uuid(), g.tenant_id, g.mode, 'system:retention', 'cfdi.removed',
            jsonb_build_object('removed', count(*))
            from gone g group by g.tenant_id, g.mode
      )
      select count(*) into v_removed from gone;
      return v_removed;
    when 'documents' then -- the files of invoices
      delete from public.artifacts a
        where (a.tenant_id, a.id) in (
          select o.tenant_id, o.id from public.tenants n
            cross join lateral (
              select f.tenant_id, f.id from public.artifacts f
                where f.tenant_id = n.id and f.kind in ('xml', 'pdf')
                  and f.created_at <= v_now - make_interval(months => n.document_retention_months)
                limit p_limit
            ) o
            limit p_limit
        );
    when 'ticket_issuances' then
      -- The guard against a second invoice: a year where there is none; where there is one, or may be, as long as a
      -- tax authority may ask, however short the tenant keeps the document itself.
      delete from public.ticket_issuances k
        where (k.tenant_id, k.id) in (
          select o.tenant_id, o.id from public.ticket_issuances o
            join public.tenants n on n.id = o.tenant_id
            where o.created_at <= v_now - interval '1 year'
              and o.updated_at <= v_now - case
                when o.state in ('none', 'rejected') then interval '1 year'
                else make_interval(months => greatest(60, n.document_retention_months))
              end
              and not exists (
                select from public.automation_tasks t where t.tenant_id = o.tenant_id and t.ticket_id = o.id
              )
            limit p_limit
            for update of o skip locked
        );
    when 'health_checks' then
      delete from public.health_checks h
        where h.id in (
          select o.id from public.health_checks o where o.checked_at <= v_now - interval '30 days' limit p_limit
        );
    when 'audit_log' then
      delete from public.audit_log a
        where a.id in (
          select o.id from public.audit_log o where o.created_at <= v_now - interval '2 years' limit p_limit
        );
    else
      raise exception 'no such rule of retention: %', p_rule using errcode = 'invalid_parameter_value';
  end case;
  get diagnostics v_removed = row_count;
  return v_removed;
end $$;

-- What a run removed, by rule: the platform's own entry.
create function app.log_retention(p_removed jsonb, p_done boolean) returns void
  language sql security definer set search_path = '' as $$
    insert into public.audit_log (id, actor, action, details)
      values (
        app.new_uuid(), 'system:retention', 'retention.run', jsonb_build_object('removed', p_removed, 'done', p_done)
      )
  $$;

-- Every rule (or these), a transaction per batch, until nothing is past its time, or `p_budget` is used up: then
-- `p_done` is false. A run of all rules is logged.
create procedure app.run_retention(
  p_rules text[] default null, p_batch integer default 1000, p_budget interval default null,
  inout p_done boolean default false
)
  language plpgsql as $$
declare
  v_rule text;
  v_removed integer;
  v_total integer;
  v_log jsonb := '{}';
  v_stop_at timestamptz := clock_timestamp() + p_budget;
begin
  p_done := true;
  foreach v_rule in array coalesce(p_rules, app.retention_rules()) loop
    v_total := 0;
    loop
      v_removed := app.retain(v_rule, p_batch);
      commit;
      v_total := v_total + v_removed;
      exit when v_removed < p_batch;
      if clock_timestamp() >= v_stop_at then
        p_done := false;
        exit;
      end if;
    end loop;
    if v_total > 0 then
      v_log := v_log || jsonb_build_object(v_rule, v_total);
    end if;
    exit when not p_done;
  end loop;
  if p_rules is null then
    perform app.log_retention(v_log, p_done);
  end if;
end $$;

revoke execute on function
  app.retention_rules (),
  app.keep_usage (public.usage_days[]),
  app.remove_sessions (timestamptz, integer),
  app.remove_steps (timestamptz, integer),
  app.remove_tasks (public.task_status[], timestamptz, integer),
  app.retain (text, integer),
  app.log_retention (jsonb, boolean)
from public;
revoke execute on procedure app.run_retention (text[], integer, interval, boolean) from public;
grant execute on function
  app.keep_usage (public.usage_days[]),
  app.remove_sessions (timestamptz, integer),
  app.remove_steps (timestamptz, integer),
  app.remove_tasks (public.task_status[], timestamptz, integer)
to cfdi_system;
grant execute on function app.retention_rules (), app.retain (text, integer), app.log_retention (jsonb, boolean)
to cfdi_worker;
grant execute on procedure app.run_retention (text[], integer, interval, boolean) to cfdi_worker;
-- Last, for only the owner may grant.
alter function app.retain (text, integer) owner to cfdi_system;
alter function app.log_retention (jsonb, boolean) owner to cfdi_system;
