-- Sending webhooks: fairly among endpoints, with an end to those that fail for days, and again when a tenant asks.
-- Locks: endpoint before its deliveries, and the event counter last of all.

-- Only who owns a function may replace it.
select set_config('app.migrator', current_user, true);
set local role cfdi_system;
drop function app.claim_deliveries (integer, interval);
drop function app.settle_delivery (uuid, uuid, integer, integer, text, text, text, timestamptz);
-- Not `reset role`: the Supabase CLI logs in as somebody else than it migrates as.
select set_config('role', current_setting('app.migrator'), true);

-- Due deliveries, held by this dispatcher until the lock passes: of each endpoint at most `p_per_endpoint` in flight
-- over all dispatchers (one, while it fails), and first those of endpoints that have the fewest.
create function app.claim_deliveries(p_limit integer, p_lock interval, p_per_endpoint integer) returns table (
  id uuid, tenant_id uuid, mode public.mode, endpoint_id uuid, url text, secret bytea, previous_secret bytea,
  tries integer, event_id uuid, task_id uuid, external_id text, sequence integer, type text, data jsonb,
  event_created_at timestamptz
)
  language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz;
begin
  -- One dispatcher at a time counts what is in flight.
  perform pg_advisory_xact_lock(7220403);
  v_now := app.now();
  return query
    with recursive waiting as (
      -- From endpoint to endpoint by the index, however many deliveries each has.
      (select d.tenant_id, d.endpoint_id from public.webhook_deliveries d
        where d.status = 'pending' order by d.tenant_id, d.endpoint_id limit 1)
      union all
      select next.tenant_id, next.endpoint_id
        from waiting w cross join lateral (
          select d.tenant_id, d.endpoint_id from public.webhook_deliveries d
            where d.status = 'pending' and (d.tenant_id, d.endpoint_id) > (w.tenant_id, w.endpoint_id)
            order by d.tenant_id, d.endpoint_id limit 1
        ) next
    ), endpoints as (
      select p.tenant_id, p.id, case when p.failing_since is null then p_per_endpoint else 1 end as most,
        (select count(*) from public.webhook_deliveries b
          where b.tenant_id = p.tenant_id and b.endpoint_id = p.id and b.locked_until > v_now) as busy
        from waiting w
        join public.webhook_endpoints p on p.tenant_id = w.tenant_id and p.id = w.endpoint_id
        where p.disabled_at is null
    ), chosen as (
      select p.tenant_id, due.id from endpoints p cross join lateral (
        select d.id, d.next_attempt_at, row_number() over (order by d.next_attempt_at) as turn
          from public.webhook_deliveries d
          where d.tenant_id = p.tenant_id and d.endpoint_id = p.id
            and d.status = 'pending' and d.next_attempt_at <= v_now
            and (d.locked_until is null or d.locked_until <= v_now)
          order by d.next_attempt_at limit greatest(p.most - p.busy, 0)
      ) due
      order by p.busy + due.turn, due.next_attempt_at limit p_limit
    ), due as (
      -- Never waits: who holds one of these is ending it.
      select d.tenant_id, d.id from public.webhook_deliveries d
        join chosen c on c.tenant_id = d.tenant_id and c.id = d.id
        where d.status = 'pending' and (d.locked_until is null or d.locked_until <= v_now)
        for no key update of d skip locked
    ), held as (
      update public.webhook_deliveries d set locked_until = v_now + p_lock
        from due where d.tenant_id = due.tenant_id and d.id = due.id
        returning d.*
    )
    select h.id, h.tenant_id, h.mode, h.endpoint_id, p.url, p.secret,
      case when p.previous_secret_until > v_now then p.previous_secret end, h.tries,
      e.id, e.task_id, t.external_id, e.sequence, e.type, e.data, e.created_at
      from held h
      join public.webhook_endpoints p on p.tenant_id = h.tenant_id and p.id = h.endpoint_id
      join public.task_events e on e.tenant_id = h.tenant_id and e.id = h.event_id
      left join public.automation_tasks t on t.tenant_id = e.tenant_id and t.id = e.task_id
      order by h.next_attempt_at, h.id;
end $$;

-- What is not sent any more: every delivery that waits for this endpoint. The caller holds the endpoint.
create function app.end_deliveries(p_tenant uuid, p_endpoint uuid) returns void
  language sql set search_path = '' as $$
    update public.webhook_deliveries set status = 'failed', next_attempt_at = null
      where tenant_id = p_tenant and endpoint_id = p_endpoint and status = 'pending'
  $$;

-- Logs an attempt and draws its consequences. `p_outcome`: 'delivered'; 'pending', to be tried again after `p_wait`;
-- 'failed', for good; 'gone', the receiver wants no more; 'unchanged', for an attempt beside the schedule that failed.
-- `p_endpoint_label` is the endpoint's public id. An endpoint that was deleted in the meantime takes no answer any more.
create function app.record_attempt(
  p_tenant uuid, p_delivery uuid, p_endpoint_label text, p_manual boolean, p_status integer, p_duration_ms integer,
  p_response_head text, p_error text, p_outcome text, p_wait interval
) returns void
  language plpgsql set search_path = '' as $$
declare
  v_endpoint public.webhook_endpoints;
  v_delivery public.webhook_deliveries;
  v_reason text;
  v_now timestamptz;
begin
  select p.* into v_endpoint from public.webhook_endpoints p
    join public.webhook_deliveries d on d.tenant_id = p.tenant_id and d.endpoint_id = p.id
    where d.tenant_id = p_tenant and d.id = p_delivery
    for no key update of p;
  if not found then
    return;
  end if;
  v_now := app.now();
  update public.webhook_deliveries d set
    attempts = d.attempts + 1,
    tries = d.tries + case when p_manual then 0 else 1 end,
    last_status = p_status,
    locked_until = case when p_manual then d.locked_until end,
    -- What was delivered stays so, and what was ended is not begun again by an answer that comes late.
    status = case
      when p_outcome = 'delivered' then 'delivered'
      when d.status = 'pending' and p_outcome in ('failed', 'gone') then 'failed'
      else d.status
    end,
    next_attempt_at = case
      when d.status <> 'pending' then null
      when p_outcome = 'pending' then v_now + p_wait
      when p_outcome = 'unchanged' then d.next_attempt_at
    end
    where d.tenant_id = p_tenant and d.id = p_delivery
    returning * into strict v_delivery;
  insert into public.webhook_attempts (
    tenant_id, mode, delivery_id, number, manual, status, duration_ms, response_head, error, created_at
  ) values (
    p_tenant, v_delivery.mode, p_delivery, v_delivery.attempts, p_manual, p_status, p_duration_ms, p_response_head,
    p_error, v_now
  );

  if p_outcome = 'delivered' then
    if v_endpoint.failing_since is not null then
      update public.webhook_endpoints set failing_since = null where tenant_id = p_tenant and id = v_endpoint.id;
    end if;
    return;
  end if;
  if v_endpoint.disabled_at is not null then
    return;
  end if;
  if p_outcome = 'gone' then
    v_reason := 'gone';
  elsif not p_manual and v_endpoint.failing_since is null then
    update public.webhook_endpoints set failing_since = v_now where tenant_id = p_tenant and id = v_endpoint.id;
  -- One failure days after the last says little: what was tried once is tried again in seconds.
  elsif not p_manual and v_delivery.tries > 1 and v_endpoint.failing_since <= v_now - interval '5 days' then
    v_reason := 'failing';
  end if;
  if v_reason is not null then
    update public.webhook_endpoints set disabled_at = v_now, disabled_reason = v_reason
      where tenant_id = p_tenant and id = v_endpoint.id;
    perform app.end_deliveries(p_tenant, v_endpoint.id);
    perform app.log_event(
      p_tenant, v_endpoint.mode, null, null, 'webhook_endpoint.disabled',
      jsonb_build_object(
        'endpointId', p_endpoint_label,
        'reason', v_reason,
        'failingSince', to_char(v_endpoint.failing_since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
      )
    );
  end if;
end $$;

-- The same for the dispatcher, which speaks for no tenant.
create function app.settle_delivery(
  p_tenant uuid, p_delivery uuid, p_endpoint_label text, p_status integer, p_duration_ms integer, p_response_head text,
  p_error text, p_outcome text, p_wait interval
) returns void
  language sql security definer set search_path = '' as $$
    select app.record_attempt(
      p_tenant, p_delivery, p_endpoint_label, false, p_status, p_duration_ms, p_response_head, p_error, p_outcome, p_wait
    )
  $$;

-- Queues what an endpoint did not get, oldest first: deliveries that failed for good, and events of which none was made.
-- Returns how many; null: no such endpoint here.
create function app.recover_endpoint(p_endpoint uuid, p_since timestamptz, p_limit integer) returns integer
  language plpgsql set search_path = '' as $$
declare
  v_endpoint public.webhook_endpoints;
  v_now timestamptz;
  v_queued integer;
begin
  select * into v_endpoint from public.webhook_endpoints p
    where p.tenant_id = app.tenant_id() and p.id = p_endpoint
    for no key update;
  if not found then
    return null;
  end if;
  v_now := app.now();
  with missed as (
    select e.id, e.created_at from public.task_events e
      left join public.webhook_deliveries d
        on d.tenant_id = e.tenant_id and d.endpoint_id = p_endpoint and d.event_id = e.id
      where e.tenant_id = app.tenant_id() and e.created_at >= p_since
        -- Ids begin with their time, a little before the event's own: so the index knows where to begin.
        and e.id >= (
          lpad(to_hex(floor(extract(epoch from p_since - interval '5 minutes') * 1000)::bigint), 12, '0') || repeat('0', 20)
        )::uuid
        and app.wants_event(v_endpoint.event_types, e.type)
        and (d.id is null or d.status = 'failed')
      order by e.id limit p_limit
  ), queued as (
    insert into public.webhook_deliveries as d (id, endpoint_id, tenant_id, mode, event_id, next_attempt_at, created_at)
      select app.new_uuid(), p_endpoint, v_endpoint.tenant_id, v_endpoint.mode, m.id, v_now, m.created_at from missed m
      on conflict (tenant_id, endpoint_id, event_id) do update
        set status = 'pending', tries = 0, next_attempt_at = v_now
        where d.status = 'failed'
      returning 1
  )
  select count(*) into v_queued from queued;
  return v_queued;
end $$;

revoke execute on function
  app.claim_deliveries (integer, interval, integer),
  app.end_deliveries (uuid, uuid),
  app.record_attempt (uuid, uuid, text, boolean, integer, integer, text, text, text, interval),
  app.settle_delivery (uuid, uuid, text, integer, integer, text, text, text, interval),
  app.recover_endpoint (uuid, timestamptz, integer)
from public;
grant execute on function
  app.end_deliveries (uuid, uuid),
  app.record_attempt (uuid, uuid, text, boolean, integer, integer, text, text, text, interval)
to cfdi_tenant, cfdi_system;
grant execute on function app.recover_endpoint (uuid, timestamptz, integer) to cfdi_tenant;
grant execute on function
  app.claim_deliveries (integer, interval, integer),
  app.settle_delivery (uuid, uuid, text, integer, integer, text, text, text, interval)
to cfdi_worker;
-- Last, for only the owner may grant.
alter function app.claim_deliveries (integer, interval, integer) owner to cfdi_system;
alter function app.settle_delivery (uuid, uuid, text, integer, integer, text, text, text, interval) owner to cfdi_system;
