-- Idempotency keys: what was answered to a request, so that the same request gets the same answer. A key is in use while
-- somebody holds its lock: a request whose work is one transaction locks by that transaction, so a crash frees the key;
-- one that calls outside holds a row until `locked_until`, and renews it while it is at work.

create table public.idempotency_keys (
  tenant_id uuid not null default app.tenant_id() references public.tenants (id) on delete cascade,
  mode public.mode not null default app.mode(),
  -- hash of tenant, mode, method, path and key
  key_hash bytea not null check (length(key_hash) = 32),
  -- hash of path, query and body
  request_hash bytea not null check (length(request_hash) = 32),
  -- who works on it, and until when it counts as working; not for work that is one transaction
  holder uuid,
  locked_until timestamptz,
  -- null: not answered yet
  status smallint check (status between 200 and 499),
  -- of the answer; the body is encrypted
  location text,
  content_type text,
  body bytea,
  created_at timestamptz not null default app.now(),
  primary key (tenant_id, mode, key_hash),
  constraint it_is_answered_or_at_work check (num_nonnulls(status, locked_until) = 1)
) with (fillfactor = 80);
-- What the system looks for, over all tenants.
create index idempotency_keys_by_age on public.idempotency_keys (created_at);
revoke all on table public.idempotency_keys from public, anon, authenticated, service_role;
grant select, insert, update on table public.idempotency_keys to cfdi_tenant;
grant select, delete on table public.idempotency_keys to cfdi_system;
alter table public.idempotency_keys enable row level security;
alter table public.idempotency_keys force row level security;
create policy "a tenant reads its own idempotency keys" on public.idempotency_keys
  for select to cfdi_tenant using (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
create policy "a tenant adds idempotency keys of its own" on public.idempotency_keys
  for insert to cfdi_tenant with check (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
create policy "a tenant settles its own idempotency keys" on public.idempotency_keys
  for update to cfdi_tenant
  using (tenant_id = (select app.tenant_id()) and mode = (select app.mode()))
  with check (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
create policy "the system reads every idempotency key" on public.idempotency_keys
  for select to cfdi_system using (true);
create policy "the system forgets old idempotency keys" on public.idempotency_keys
  for delete to cfdi_system using (true);

-- How long an answer is kept.
create function app.idempotency_retention() returns interval language sql immutable parallel safe
  as $$ select interval '24 hours' $$;

-- Takes a key for this transaction, or raises: CLI01, somebody else has it; CLI02, it is answered. It raises so that
-- what was sent to the server together with it is not done.
create function app.claim_idempotency_key(p_key bytea) returns void
  language plpgsql set search_path = '' as $$
begin
  if not pg_try_advisory_xact_lock(('x' || encode(substr(p_key, 1, 8), 'hex'))::bit(64)::bigint) then
    raise exception 'the idempotency key is in use' using errcode = 'CLI01';
  end if;
  -- Whoever had the lock before has committed: its answer is seen here.
  if exists (
    select from public.idempotency_keys k
      where k.tenant_id = app.tenant_id() and k.mode = app.mode() and k.key_hash = p_key
        and k.status is not null and k.created_at > app.now() - app.idempotency_retention()
  ) then
    raise exception 'the idempotency key is answered' using errcode = 'CLI02';
  end if;
end $$;

-- Keeps the answer of the transaction that holds the key.
create function app.keep_answer(
  p_key bytea, p_request bytea, p_status integer, p_location text, p_content_type text, p_body bytea
) returns void
  language sql set search_path = '' as $$
    insert into public.idempotency_keys (key_hash, request_hash, status, location, content_type, body)
      values (p_key, p_request, p_status, p_location, p_content_type, p_body)
      on conflict (tenant_id, mode, key_hash) do update set
        request_hash = excluded.request_hash, holder = null, locked_until = null, status = excluded.status,
        location = excluded.location, content_type = excluded.content_type, body = excluded.body,
        created_at = excluded.created_at
  $$;

-- For work that calls outside: takes the key until `p_for` is over, unless it is answered or at work. An answer that is
-- kept no longer, and work that stopped renewing, give way.
create function app.hold_idempotency_key(p_key bytea, p_request bytea, p_holder uuid, p_for interval) returns boolean
  language plpgsql set search_path = '' as $$
begin
  insert into public.idempotency_keys as k (key_hash, request_hash, holder, locked_until)
    values (p_key, p_request, p_holder, app.now() + p_for)
    on conflict (tenant_id, mode, key_hash) do update set
      request_hash = excluded.request_hash, holder = excluded.holder, locked_until = excluded.locked_until,
      status = null, location = null, content_type = null, body = null, created_at = excluded.created_at
      where k.locked_until <= app.now() or k.created_at <= app.now() - app.idempotency_retention();
  return found;
end $$;

-- Renews the hold, or ends it (`p_for` null). False: it is somebody else's by now.
create function app.renew_idempotency_key(p_key bytea, p_holder uuid, p_for interval) returns boolean
  language plpgsql set search_path = '' as $$
begin
  update public.idempotency_keys k set locked_until = app.now() + coalesce(p_for, interval '0')
    where k.tenant_id = app.tenant_id() and k.mode = app.mode() and k.key_hash = p_key
      and k.holder = p_holder and k.status is null;
  return found;
end $$;

-- Keeps the answer of work that called outside. False: it took too long, and the key is somebody else's by now.
create function app.answer_held_key(
  p_key bytea, p_holder uuid, p_status integer, p_location text, p_content_type text, p_body bytea
) returns boolean
  language plpgsql set search_path = '' as $$
begin
  update public.idempotency_keys k set
    holder = null, locked_until = null, status = p_status, location = p_location, content_type = p_content_type,
    body = p_body, created_at = app.now()
    where k.tenant_id = app.tenant_id() and k.mode = app.mode() and k.key_hash = p_key
      and k.holder = p_holder and k.status is null;
  return found;
end $$;

revoke execute on function
  app.idempotency_retention (),
  app.claim_idempotency_key (bytea),
  app.keep_answer (bytea, bytea, integer, text, text, bytea),
  app.hold_idempotency_key (bytea, bytea, uuid, interval),
  app.renew_idempotency_key (bytea, uuid, interval),
  app.answer_held_key (bytea, uuid, integer, text, text, bytea)
from public;
grant execute on function app.idempotency_retention () to cfdi_tenant, cfdi_system;
grant execute on function
  app.claim_idempotency_key (bytea),
  app.keep_answer (bytea, bytea, integer, text, text, bytea),
  app.hold_idempotency_key (bytea, bytea, uuid, interval),
  app.renew_idempotency_key (bytea, uuid, interval),
  app.answer_held_key (bytea, uuid, integer, text, text, bytea)
to cfdi_tenant;
