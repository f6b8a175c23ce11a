-- Sending webhooks: definer functions of the system role, for the dispatcher.

-- Due deliveries, oldest first, held by this dispatcher until the lock passes.
create function app.claim_deliveries(p_limit integer, p_lock interval) returns table (
  id uuid, tenant_id uuid, mode public.mode, endpoint_id uuid, url text, secret bytea, attempts integer,
  event_id uuid, task_id uuid, external_id text, sequence integer, type text, data jsonb, event_created_at timestamptz
)
  language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz := app.now();
begin
  return query
    with due as (
      select d.tenant_id, d.id from public.webhook_deliveries d
        where d.status = 'pending' and d.next_attempt_at <= v_now
          and (d.locked_until is null or d.locked_until <= v_now)
        order by d.next_attempt_at limit p_limit
        for no key update skip locked
    ), held as (
      update public.webhook_deliveries d set locked_until = v_now + p_lock
        from due where d.tenant_id = due.tenant_id and d.id = due.id
        returning d.*
    )
    select h.id, h.tenant_id, h.mode, h.endpoint_id, p.url, p.secret, h.attempts,
      e.id, e.task_id, t.external_id, e.sequence, e.type, e.data, e.created_at
      from held h
      join public.webhook_endpoints p on p.tenant_id = h.tenant_id and p.id = h.endpoint_id
      join public.task_events e on e.tenant_id = h.tenant_id and e.id = h.event_id
      join public.automation_tasks t on t.tenant_id = e.tenant_id and t.id = e.task_id
      order by h.next_attempt_at, h.id;
end $$;

-- Logs an attempt and says what comes next: 'delivered', 'failed', 'pending' (then `p_next` is when), or
-- 'endpoint_disabled' (then nothing that waits for this endpoint is sent any more).
create function app.settle_delivery(
  p_tenant uuid, p_id uuid, p_status integer, p_duration_ms integer, p_response_head text, p_error text,
  p_outcome text, p_next timestamptz
) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  v_delivery public.webhook_deliveries;
begin
  update public.webhook_deliveries d set
    attempts = d.attempts + 1,
    last_status = p_status,
    locked_until = null,
    -- What one dispatcher delivered is not undone by another that was slower than its lock.
    status = case
      when d.status <> 'pending' then d.status
      when p_outcome = 'endpoint_disabled' then 'failed'
      else p_outcome::public.delivery_status
    end,
    next_attempt_at = case when d.status = 'pending' and p_outcome = 'pending' then p_next end
    where d.tenant_id = p_tenant and d.id = p_id
    returning * into v_delivery;
  if not found then
    return; -- its endpoint was deleted while the request was on its way
  end if;
  insert into public.webhook_attempts (
    tenant_id, mode, delivery_id, number, status, duration_ms, response_head, error, created_at
  ) values (
    p_tenant, v_delivery.mode, p_id, v_delivery.attempts, p_status, p_duration_ms, p_response_head, p_error, app.now()
  );
  if p_outcome = 'endpoint_disabled' then
    update public.webhook_endpoints e set disabled_at = coalesce(e.disabled_at, app.now())
      where e.tenant_id = p_tenant and e.id = v_delivery.endpoint_id;
    update public.webhook_deliveries d set status = 'failed', next_attempt_at = null
      where d.tenant_id = p_tenant and d.endpoint_id = v_delivery.endpoint_id and d.status = 'pending';
  end if;
end $$;

revoke execute on function
  app.claim_deliveries (integer, interval),
  app.settle_delivery (uuid, uuid, integer, integer, text, text, text, timestamptz)
from public;
grant execute on function
  app.claim_deliveries (integer, interval),
  app.settle_delivery (uuid, uuid, integer, integer, text, text, text, timestamptz)
to cfdi_worker;
-- Last, for only the owner may grant.
alter function app.claim_deliveries (integer, interval) owner to cfdi_system;
alter function app.settle_delivery (uuid, uuid, integer, integer, text, text, text, timestamptz) owner to cfdi_system;
