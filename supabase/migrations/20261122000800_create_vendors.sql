-- The directory of vendors: what is known of each portal. It belongs to nobody: tenants read it, and a command writes it
-- from a reviewed file of the repository (`npm run vendors:sync`). The simulated portals of the sandbox stand in it too,
-- and show themselves in test mode only.

create table public.vendors (
  id uuid primary key,
  slug text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  name text not null check (length(name) between 1 and 200),
  sandbox boolean not null default false,
  -- the system behind the portal; it serves many vendors alike
  platform_id text check (platform_id ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  platform_name text,
  -- over which tickets the fields marked as identity tell one from another
  identity_scope text not null default 'vendor' check (identity_scope in ('vendor', 'platform')),
  country text not null check (country ~ '^[A-Z]{2}$'),
  -- lower case; with what lies below them, except `host:port`
  hosts text[] not null default '{}' check (array_position(hosts, null) is null),
  portal_url text check (portal_url ~ '^https?://[^[:space:]]+$'),
  requires_account boolean,
  ticket_fields jsonb check (jsonb_typeof(ticket_fields) = 'array'),
  opens jsonb check (jsonb_typeof(opens) = 'object'),
  closes jsonb check (jsonb_typeof(closes) = 'object'),
  delivery text check (delivery in ('download', 'mail', 'both')),
  technology text,
  notes jsonb not null default '[]' check (jsonb_typeof(notes) = 'array'),
  sources jsonb not null check (jsonb_typeof(sources) = 'array' and jsonb_array_length(sources) > 0),
  -- as exact as the source: a year, a month or a day
  verified_at text check (verified_at ~ '^[0-9]{4}(-[0-9]{2}){0,2}$'),
  confidence numeric(3, 2) not null check (confidence between 0 and 1),
  -- name, platform and hosts in small letters without accents, to be searched in
  search_text text not null,
  -- no longer in the file: kept for the tasks that name it
  retired_at timestamptz,
  updated_at timestamptz not null default app.now(),
  constraint a_platform_has_a_name check (num_nulls(platform_id, platform_name) in (0, 2)),
  constraint identity_over_a_platform_needs_one check (identity_scope = 'vendor' or platform_id is not null)
);
revoke all on table public.vendors from public, anon, authenticated, service_role;
grant select on table public.vendors to cfdi_tenant;
grant select, insert, update on table public.vendors to cfdi_system;
alter table public.vendors enable row level security;
alter table public.vendors force row level security;
create policy "a tenant reads the directory, and the sandbox in test mode" on public.vendors
  for select to cfdi_tenant using (not sandbox or (select app.mode()) = 'test');
create policy "the system reads the directory" on public.vendors
  for select to cfdi_system using (true);
create policy "the system adds vendors" on public.vendors
  for insert to cfdi_system with check (true);
create policy "the system changes vendors" on public.vendors
  for update to cfdi_system using (true) with check (true);

-- The whole directory, the sandbox's entries too: processes keep it in memory and tell the modes apart themselves.
create function app.list_vendors() returns setof public.vendors
  language sql stable security definer set search_path = '' as $$
    select * from public.vendors where retired_at is null
  $$;
revoke execute on function app.list_vendors () from public;
grant execute on function app.list_vendors () to cfdi_api;
alter function app.list_vendors () owner to cfdi_system;
