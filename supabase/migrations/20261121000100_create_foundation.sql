-- What every table and function stands on: the schema of our functions, who is asking, the time, ids, shared types.
-- The roles (cfdi_tenant, cfdi_system, cfdi_api, cfdi_worker) exist before the first migration.

create schema app;
revoke all on schema app from public;
grant usage on schema app to cfdi_tenant, cfdi_system, cfdi_api, cfdi_worker;
-- A function can only be handed to a role that may create in its schema.
grant create on schema app to cfdi_system;

create type public.mode as enum ('live', 'test');

-- Whose rows this transaction may touch: set per transaction, null outside one (and null matches no row).
create function app.tenant_id() returns uuid language sql stable parallel safe
  as $$ select nullif(current_setting('app.tenant_id', true), '')::uuid $$;

create function app.mode() returns public.mode language sql stable parallel safe
  as $$ select nullif(current_setting('app.mode', true), '')::public.mode $$;

-- The product's clock. Not now(): a transaction may have waited for a lock since it began, and a lease must not
-- look valid for it. A test lets days pass by replacing this function, which only its owner may.
create function app.now() returns timestamptz language sql volatile parallel safe
  as $$ select clock_timestamp() $$;

-- A UUIDv7 (RFC 9562): sorts by time, as the ids that are made in Node do.
create function app.new_uuid() returns uuid language sql volatile as $$
  select (
    lpad(to_hex(floor(extract(epoch from app.now()) * 1000)::bigint), 12, '0')
    || '7' || substr(replace(gen_random_uuid()::text, '-', ''), 14)
  )::uuid
$$;

revoke execute on all functions in schema app from public;
grant execute on function app.tenant_id(), app.mode(), app.now(), app.new_uuid() to cfdi_tenant, cfdi_system;
