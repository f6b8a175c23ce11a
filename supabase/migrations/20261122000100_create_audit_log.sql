-- The audit log: who did what to whose data, and what upkeep removed. It outlives the tenants it speaks of, so it has no
-- foreign key to them, and it holds ids and words of ours only, never a value of a person.

create table public.audit_log (
  id uuid primary key,
  -- null: the platform's own upkeep
  tenant_id uuid,
  -- null: of no mode in particular
  mode public.mode,
  -- `api_key:<uuid>`, `member:<uuid>`, `live_token:<uuid>`, `system:<name>`
  actor text not null check (actor ~ '^(api_key|member|live_token|system):[[:graph:]]{1,200}$'),
  -- what happened, as `<noun>.<verb>`: `api_key.revoked`, `profile.erased`
  action text not null check (action ~ '^[a-z_]+\.[a-z_]+$'),
  subject_type text,
  subject_id uuid,
  details jsonb not null default '{}' check (jsonb_typeof(details) = 'object'),
  created_at timestamptz not null default app.now()
);
create index audit_log_of_tenant on public.audit_log (tenant_id, id desc);
revoke all on table public.audit_log from public, anon, authenticated, service_role;
grant select, insert on table public.audit_log to cfdi_tenant;
grant select, insert on table public.audit_log to cfdi_system;
alter table public.audit_log enable row level security;
alter table public.audit_log force row level security;
create policy "a tenant reads its own audit" on public.audit_log
  for select to cfdi_tenant using (tenant_id = (select app.tenant_id()));
create policy "a tenant adds to its own audit" on public.audit_log
  for insert to cfdi_tenant with check (tenant_id = (select app.tenant_id()));
create policy "the system reads the whole audit" on public.audit_log
  for select to cfdi_system using (true);
create policy "the system adds to the audit" on public.audit_log
  for insert to cfdi_system with check (true);
