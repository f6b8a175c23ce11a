-- Tasks made together: what several requests of one tenant ask for in the same moment is one transaction, and one call of
-- each function below instead of one for each task. Their plans are made once a session: one made for a list of today's
-- length would look better to the planner by more than it saves, and be made anew each time.

-- A task that is wanted. Bytes come as `\x…`.
create type app.new_task as (
  id uuid,
  -- of the request that it is made for; null: one without a key, or whose key is claimed already
  request_key bytea,
  external_id text,
  ticket_id uuid,
  ticket_key bytea,
  general_key bytea,
  key_rule text,
  vendor_url text,
  vendor_host text,
  vendor_id uuid,
  ticket_details bytea,
  profile_snapshot bytea,
  profile_index bytea,
  profile_id uuid,
  credential_id uuid,
  retry_of uuid,
  retry_count smallint,
  priority smallint,
  not_before timestamptz,
  deadline timestamptz,
  metadata jsonb,
  options jsonb,
  warnings jsonb,
  created_by text
);

-- What became of one of them; `other_task` is the task in the way.
create type app.made_task as (
  outcome text,
  other_task uuid,
  ticket uuid,
  created timestamptz,
  exceeded text,
  retry_after integer
);

-- The lock that stands for a request's key while it is at work.
create function app.request_lock(p_key bytea) returns bigint
  language sql immutable parallel safe
  return ('x' || encode(substr(p_key, 1, 8), 'hex'))::bit(64)::bigint;

-- The ticket of a task that is wanted: a new row, or the one there is, locked; or why it is taken.
create function app.take_ticket(p_task app.new_task, out ticket uuid, out outcome text, out other_task uuid)
  language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  v_general bytea := coalesce(p_task.general_key, p_task.ticket_key);
  v_ticket public.ticket_issuances;
begin
  -- The ticket by another rule. That it is another one with the same numbers cannot be excluded, so it counts as this one.
  select * into v_ticket from public.ticket_issuances k
    where k.tenant_id = app.tenant_id() and k.mode = app.mode()
      and k.general_key = v_general and k.key_rule is distinct from p_task.key_rule
    order by app.why_taken(k) is null, k.id desc limit 1
    for no key update;
  if v_ticket.id is null and p_task.general_key is not null then
    select * into v_ticket from public.ticket_issuances k
      where k.tenant_id = app.tenant_id() and k.mode = app.mode() and k.ticket_key = p_task.general_key
      for no key update;
  end if;
  if v_ticket.id is not null and app.why_taken(v_ticket) is null and exists (
    select from public.ticket_issuances k
      where k.tenant_id = app.tenant_id() and k.mode = app.mode() and k.ticket_key = p_task.ticket_key
  ) then
    v_ticket := null;
  end if;
  if v_ticket.id is null then
    insert into public.ticket_issuances (id, ticket_key, general_key, key_rule, task_id)
      values (p_task.ticket_id, p_task.ticket_key, p_task.general_key, p_task.key_rule, p_task.id)
      on conflict (tenant_id, mode, ticket_key) do nothing
      returning id into ticket;
    if found then
      return;
    end if;
    select * into strict v_ticket from public.ticket_issuances k
      where k.tenant_id = app.tenant_id() and k.mode = app.mode() and k.ticket_key = p_task.ticket_key
      for no key update;
  end if;
  outcome := app.why_taken(v_ticket);
  if outcome is null then
    ticket := v_ticket.id;
  else
    other_task := v_ticket.task_id;
  end if;
end $$;

-- Counts a task of this hour for each of these profiles, in their order: together where all fit in, else one by one. The
-- rows stay locked until the commit, profiles before the tenant. No row: none is refused.
create function app.take_task_quotas(p_profiles bytea[])
  returns table (place integer, exceeded text, retry_after integer)
  language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  v_limits jsonb;
  v_now timestamptz := app.now();
  v_all_fit boolean;
begin
  select t.limits into v_limits from public.tenants t where t.id = app.tenant_id() and t.plan <> 'unlimited';
  if not found then
    return;
  end if;
  with wanted as (
    select p.subject, count(*)::integer as tasks from unnest(p_profiles) p (subject) group by p.subject
    union all select '', cardinality(p_profiles)
  ), counted as (
    insert into public.task_quotas as q (subject, hour_began_at, used)
      select w.subject, v_now, w.tasks from wanted w order by w.subject = '', w.subject
      on conflict (tenant_id, mode, subject) do update set
        used = case when q.hour_began_at > v_now - interval '1 hour' then q.used else 0 end + excluded.used,
        hour_began_at = case when q.hour_began_at > v_now - interval '1 hour' then q.hour_began_at else v_now end
      returning q.subject, q.used
  )
  select bool_and(
      c.used <= app.limit_of(v_limits, case when c.subject = '' then 'hourly' else 'profileHourly' end)
    ) into v_all_fit
    from counted c;
  if v_all_fit then
    return;
  end if;
  update public.task_quotas q set used = q.used - w.tasks
    from (
      select p.subject, count(*)::integer as tasks from unnest(p_profiles) p (subject) group by p.subject
      union all select '', cardinality(p_profiles)
    ) w
    where q.tenant_id = app.tenant_id() and q.mode = app.mode() and q.subject = w.subject;
  for v_place in 1 .. cardinality(p_profiles) loop
    select q.exceeded, q.retry_after into exceeded, retry_after from app.take_task_quota(p_profiles[v_place]) q;
    if exceeded is not null then
      place := v_place;
      return next;
    end if;
  end loop;
end $$;

-- Makes tasks of tickets, each unless its request is known (`key_in_use`, `key_answered`), something is in the way, or a
-- quota is used up: an answer for each, in their order. No two of them are of one request, external id or ticket. What
-- two transactions could both want is locked in one order: external ids, tickets, quotas; the event counter comes last.
create function app.make_tasks(p_tasks json) returns setof app.made_task
  language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  v_tenant uuid := app.tenant_id();
  v_mode public.mode := app.mode();
  v_tasks app.new_task[];
  v_made app.made_task[];
  v_new uuid[];
  v_profiles bytea[];
  v_counted integer[];
  v_known integer[] := '{}';
  v_found record;
  v_now timestamptz;
  n integer;
begin
  select array_agg(t) into v_tasks from json_populate_recordset(null::app.new_task, p_tasks) t;
  select array_agg(row(
      case when not pg_try_advisory_xact_lock(app.request_lock(t.request_key)) then 'key_in_use' end,
      null, t.ticket_id, null, null, null
    )::app.made_task order by t.ordinality)
    into v_made from unnest(v_tasks) with ordinality t;
  perform pg_advisory_xact_lock(l.key) from (
      select 0 as seed, hashtextextended(format('%s %s %s', v_tenant, v_mode, t.external_id), 0) as key
        from unnest(v_tasks, v_made) t where t.outcome is null and t.external_id is not null
      union
      select 1, hashtextextended(
          format('%s %s %s', v_tenant, v_mode, encode(coalesce(t.general_key, t.ticket_key), 'hex')), 1
        )
        from unnest(v_tasks, v_made) t where t.outcome is null
      order by 1, 2
    ) l;
  v_now := app.now();

  -- Few are known. Look-ups by `limit 1`, for a join could be planned to read all of the tenant's rows.
  for v_found in
    select * from (
      select t.ordinality::integer as place,
        (select true from public.idempotency_keys k
          where k.tenant_id = v_tenant and k.mode = v_mode and k.key_hash = t.request_key
            and k.status is not null and k.created_at > v_now - app.idempotency_retention() limit 1) as answered,
        case when t.external_id is not null then
          (select o.id from public.automation_tasks o
            where o.tenant_id = v_tenant and o.mode = v_mode and o.external_id = t.external_id limit 1)
        end as same_external_id,
        coalesce(
          (select true from public.ticket_issuances k
            where k.tenant_id = v_tenant and k.mode = v_mode and k.ticket_key = t.ticket_key limit 1),
          (select true from public.ticket_issuances k
            where k.tenant_id = v_tenant and k.mode = v_mode and k.general_key = coalesce(t.general_key, t.ticket_key)
            limit 1),
          case when t.general_key is not null then
            (select true from public.ticket_issuances k
              where k.tenant_id = v_tenant and k.mode = v_mode and k.ticket_key = t.general_key limit 1)
          end
        ) as known_ticket
        from unnest(v_tasks, v_made) with ordinality t
        where t.outcome is null
    ) f
    where f.answered or f.same_external_id is not null or f.known_ticket
  loop
    n := v_found.place;
    if v_found.answered then
      v_made[n].outcome := 'key_answered';
    elsif v_found.same_external_id is not null then
      v_made[n].outcome := 'external_id_taken';
      v_made[n].other_task := v_found.same_external_id;
    else
      v_known := v_known || n;
    end if;
  end loop;

  with added as (
    insert into public.ticket_issuances (id, ticket_key, general_key, key_rule, task_id)
      select t.ticket_id, t.ticket_key, t.general_key, t.key_rule, t.id
        from unnest(v_tasks, v_made) with ordinality t
        where t.outcome is null and t.ordinality <> all (v_known)
        order by t.ticket_key
      on conflict (tenant_id, mode, ticket_key) do nothing
      returning id
  )
  select array_agg(a.id) into v_new from added a;
  if coalesce(cardinality(v_new), 0) < cardinality(v_tasks) then
    for n in
      select t.ordinality from unnest(v_tasks, v_made) with ordinality t
        where t.outcome is null and (v_new is null or t.ticket_id <> all (v_new))
        order by t.ticket_key
    loop
      select * into v_found from app.take_ticket(v_tasks[n]);
      v_made[n].ticket := v_found.ticket;
      v_made[n].outcome := v_found.outcome;
      v_made[n].other_task := v_found.other_task;
    end loop;
  end if;

  -- A new ticket that meets a used-up quota stays, without a task: the next request for it finds it free.
  select array_agg(t.profile_index order by t.ordinality), array_agg(t.ordinality::integer order by t.ordinality)
    into v_profiles, v_counted
    from unnest(v_tasks, v_made) with ordinality t where t.outcome is null;
  if v_counted is not null then
    for v_found in select * from app.take_task_quotas(v_profiles) loop
      n := v_counted[v_found.place];
      v_made[n].outcome := 'quota_exceeded';
      v_made[n].exceeded := v_found.exceeded;
      v_made[n].retry_after := v_found.retry_after;
    end loop;
  end if;

  if coalesce(cardinality(v_new), 0) < cardinality(v_tasks) then
    -- From here on a ticket that was there is known by the rule of today.
    update public.ticket_issuances k
      set task_id = t.id, ticket_key = t.ticket_key, general_key = t.general_key, key_rule = t.key_rule,
        updated_at = v_now
      from unnest(v_tasks, v_made) t
      where t.outcome is null and t.ticket <> t.ticket_id and k.tenant_id = v_tenant and k.id = t.ticket;
  end if;
  insert into public.automation_tasks (
    id, external_id, ticket_id, vendor_url, vendor_host, vendor_id, ticket_details, profile_snapshot, profile_index,
    profile_id, credential_id, retry_of, retry_count, priority, not_before, deadline, metadata, options, warnings,
    created_by, event_count, created_at, updated_at
  )
    select t.id, t.external_id, t.ticket, t.vendor_url, t.vendor_host, t.vendor_id, t.ticket_details,
        t.profile_snapshot, t.profile_index, t.profile_id,
        -- a login that was deleted meanwhile is no login
        case when t.credential_id is not null then
          (select c.id from public.user_vendor_credentials c where c.id = t.credential_id for key share)
        end,
        t.retry_of, coalesce(t.retry_count, 0), t.priority, t.not_before, t.deadline, t.metadata, t.options,
        t.warnings, t.created_by,
        -- its event follows: `app.tell_of_new_tasks`
        1, v_now, v_now
      from unnest(v_tasks, v_made) t
      where t.outcome is null;
  return query
    select coalesce(m.outcome, 'created'), m.other_task, m.ticket, v_now, m.exceeded, m.retry_after
      from unnest(v_made) m;
end $$;

-- Makes the retry of a task that ended without its invoice: `not_found`, `not_ended` (or ended well), `retried` (its retry
-- has ended too: retry that one), `retried_too_often`, or what `make_tasks` says. The lock on the task lets those who ask
-- at once take turns; the second finds the first one's task. Other values of the ticket may lead to another row than the
-- task's own, but what that one guards must be free too.
create function app.make_retry(p_of uuid, p_task jsonb, out made app.made_task, out retries integer)
  language plpgsql set search_path = '' as $$
declare
  v_old public.automation_tasks;
  v_ticket public.ticket_issuances;
begin
  select * into v_old from public.automation_tasks t where t.tenant_id = app.tenant_id() and t.id = p_of
    for no key update;
  if not found then
    made.outcome := 'not_found';
    return;
  elsif v_old.status not in ('FAILED', 'CANCELLED') then
    made.outcome := 'not_ended';
    return;
  end if;
  select case when t.status in ('COMPLETED', 'FAILED', 'CANCELLED') then 'retried' else 'duplicate_ticket' end, t.id
    into made.outcome, made.other_task
    from public.automation_tasks t where t.tenant_id = v_old.tenant_id and t.retry_of = p_of;
  if found then
    return;
  elsif v_old.retry_count >= 5 then
    made.outcome := 'retried_too_often';
    return;
  end if;
  select * into strict v_ticket from public.ticket_issuances k
    where k.tenant_id = v_old.tenant_id and k.id = v_old.ticket_id;
  made.outcome := app.why_taken(v_ticket);
  if made.outcome is not null then
    made.other_task := v_ticket.task_id;
    return;
  end if;
  retries := v_old.retry_count + 1;
  select m.* into made
    from app.make_tasks(
      json_build_array(p_task || jsonb_build_object('retry_of', p_of, 'retry_count', retries))
    ) m;
end $$;

-- The first event of new tasks, in their order. Like every event it locks the tenant's counter until the commit, so this is
-- the last thing that a transaction does, or all but the last.
create function app.tell_of_new_tasks(p_tasks uuid[]) returns void
  language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  v_tenant uuid := app.tenant_id();
  v_mode public.mode := app.mode();
  v_before bigint;
  v_now timestamptz;
begin
  update public.tenant_event_counters set n = n + cardinality(p_tasks)
    where tenant_id = v_tenant
    returning n - cardinality(p_tasks) into strict v_before;
  v_now := app.now();
  with told as (
    insert into public.task_events (tenant_id, cursor, id, mode, task_id, sequence, type, data, created_at)
      select v_tenant, v_before + t.place, app.new_uuid(), v_mode, t.id, 1, 'task.created', '{"status": "PENDING"}', v_now
        from unnest(p_tasks) with ordinality t (id, place)
      returning id
  )
  insert into public.webhook_deliveries (id, tenant_id, mode, endpoint_id, event_id, next_attempt_at, created_at)
    select app.new_uuid(), v_tenant, v_mode, e.id, told.id, v_now, v_now
      from public.webhook_endpoints e, told
      where e.tenant_id = v_tenant and e.mode = v_mode and e.disabled_at is null
        and app.wants_event(e.event_types, 'task.created');
  perform pg_notify('cfdi_events', v_tenant::text);
end $$;

create type app.kept_answer as (
  key bytea, request bytea, status smallint, location text, content_type text, body bytea
);

-- Keeps the answers of requests whose keys the transaction holds.
create function app.keep_answers(p_answers json) returns void
  language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  insert into public.idempotency_keys (key_hash, request_hash, status, location, content_type, body)
    select a.key, a.request, a.status, a.location, a.content_type, a.body
      from json_populate_recordset(null::app.kept_answer, p_answers) a
    on conflict (tenant_id, mode, key_hash) do update set
      request_hash = excluded.request_hash, holder = null, locked_until = null, status = excluded.status,
      location = excluded.location, content_type = excluded.content_type, body = excluded.body,
      created_at = excluded.created_at;
end $$;

-- What a row's triggers do, once for all rows of a statement, or not at all.
drop trigger a_task_begins_pending on public.automation_tasks;
create trigger a_task_begins_pending before insert on public.automation_tasks
  for each row when (new.status <> 'PENDING') execute function app.check_transition();
drop trigger a_task_is_found_by_its_metadata on public.automation_tasks;
create function app.note_metadata_of_new_tasks() returns trigger language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  insert into public.task_metadata (tenant_id, mode, key, value, task_id)
    select t.tenant_id, t.mode, m.key, m.value, t.id from made t, jsonb_each_text(t.metadata) m;
  return null;
end $$;
create trigger a_task_is_found_by_its_metadata after insert on public.automation_tasks
  referencing new table as made for each statement execute function app.note_metadata_of_new_tasks();

revoke execute on function
  app.request_lock (bytea),
  app.take_ticket (app.new_task),
  app.take_task_quotas (bytea[]),
  app.make_tasks (json),
  app.make_retry (uuid, jsonb),
  app.tell_of_new_tasks (uuid[]),
  app.keep_answers (json),
  app.note_metadata_of_new_tasks ()
from public;
grant execute on function
  app.request_lock (bytea),
  app.take_ticket (app.new_task),
  app.take_task_quotas (bytea[]),
  app.make_tasks (json),
  app.make_retry (uuid, jsonb),
  app.tell_of_new_tasks (uuid[]),
  app.keep_answers (json)
to cfdi_tenant;
