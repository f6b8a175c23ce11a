-- Credentials: logins of a profile for a vendor's portal. Every value is encrypted; none of them is given out again.

create table public.user_vendor_credentials (
  id uuid primary key,
  tenant_id uuid not null default app.tenant_id() references public.tenants (id) on delete cascade,
  mode public.mode not null default app.mode(),
  profile_id uuid not null,
  -- registrable domain of the portal, lower case; host and port where it has none
  vendor_domain text not null check (length(vendor_domain) between 1 and 260 and vendor_domain = lower(vendor_domain)),
  -- encrypted
  username bytea not null,
  password bytea,
  -- the secret of time-based codes, as an otpauth URI
  totp_secret bytea,
  -- JSON: what else the portal's login asks for, by its label
  additional_fields bytea,
  last_used_at timestamptz,
  created_at timestamptz not null default app.now(),
  updated_at timestamptz not null default app.now(),
  unique (tenant_id, id),
  unique (tenant_id, mode, profile_id, vendor_domain),
  foreign key (tenant_id, profile_id) references public.user_profiles (tenant_id, id) on delete cascade
);
create index user_vendor_credentials_newest_first on public.user_vendor_credentials (tenant_id, mode, id desc);
revoke all on table public.user_vendor_credentials from public, anon, authenticated, service_role;
grant select, insert, update, delete on table public.user_vendor_credentials to cfdi_tenant;
alter table public.user_vendor_credentials enable row level security;
alter table public.user_vendor_credentials force row level security;
create policy "a tenant reads its own credentials" on public.user_vendor_credentials
  for select to cfdi_tenant using (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
create policy "a tenant adds credentials of its own" on public.user_vendor_credentials
  for insert to cfdi_tenant with check (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
create policy "a tenant changes its own credentials" on public.user_vendor_credentials
  for update to cfdi_tenant
  using (tenant_id = (select app.tenant_id()) and mode = (select app.mode()))
  with check (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
create policy "a tenant removes its own credentials" on public.user_vendor_credentials
  for delete to cfdi_tenant using (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));

-- Which login a task may use.
alter table public.automation_tasks
  add column credential_id uuid,
  add foreign key (tenant_id, credential_id)
    references public.user_vendor_credentials (tenant_id, id) on delete set null (credential_id);
create index automation_tasks_of_credential on public.automation_tasks (tenant_id, credential_id)
  where credential_id is not null;
