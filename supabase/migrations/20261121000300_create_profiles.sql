-- Profiles: fiscal identities that invoices are made out to. `bytea` columns are encrypted with the tenant's key
-- (except the index, a keyed hash); what they must look like is checked before they are encrypted.

create table public.user_profiles (
  id uuid primary key,
  tenant_id uuid not null default app.tenant_id() references public.tenants (id) on delete cascade,
  mode public.mode not null default app.mode(),
  external_id text check (length(external_id) between 1 and 200),
  rfc bytea not null,
  rfc_index bytea not null check (length(rfc_index) = 32),
  full_name bytea not null,
  email bytea not null,
  fiscal_regime text not null check (fiscal_regime ~ '^[0-9]{3}$'),
  postal_code text not null,
  cfdi_use text not null check (cfdi_use ~ '^[A-Z]{1,2}[0-9]{2}$'),
  created_at timestamptz not null default app.now(),
  updated_at timestamptz not null default app.now(),
  unique (tenant_id, id),
  unique nulls not distinct (tenant_id, mode, rfc_index, external_id),
  constraint valid_postal_code check (postal_code ~ '^[0-9]{5}$')
);
create index user_profiles_newest_first on public.user_profiles (tenant_id, mode, id desc);
revoke all on table public.user_profiles from public, anon, authenticated, service_role;
grant select, insert on table public.user_profiles to cfdi_tenant;
alter table public.user_profiles enable row level security;
alter table public.user_profiles force row level security;
create policy "a tenant reads its own profiles" on public.user_profiles
  for select to cfdi_tenant using (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
create policy "a tenant adds profiles of its own" on public.user_profiles
  for insert to cfdi_tenant with check (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
