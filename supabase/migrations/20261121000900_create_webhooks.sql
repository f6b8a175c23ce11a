-- Webhooks: where a tenant's events are sent, what is to be sent, and what came of each attempt.

create table public.webhook_endpoints (
  id uuid primary key,
  tenant_id uuid not null default app.tenant_id() references public.tenants (id) on delete cascade,
  mode public.mode not null default app.mode(),
  url text not null check (url ~ '^https?://[^[:space:]]+$'),
  description text,
  -- null: every type but task.step
  event_types text[],
  -- encrypted
  secret bytea not null,
  disabled_at timestamptz,
  created_at timestamptz not null default app.now(),
  unique (tenant_id, id)
);
create index webhook_endpoints_newest_first on public.webhook_endpoints (tenant_id, mode, id desc);
revoke all on table public.webhook_endpoints from public, anon, authenticated, service_role;
grant select, insert, delete on table public.webhook_endpoints to cfdi_tenant;
grant select, update (disabled_at) on table public.webhook_endpoints to cfdi_system;
alter table public.webhook_endpoints enable row level security;
alter table public.webhook_endpoints force row level security;
create policy "a tenant reads its own endpoints" on public.webhook_endpoints
  for select to cfdi_tenant using (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
create policy "a tenant adds endpoints of its own" on public.webhook_endpoints
  for insert to cfdi_tenant with check (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
create policy "a tenant removes its own endpoints" on public.webhook_endpoints
  for delete to cfdi_tenant using (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
create policy "the system reads every endpoint" on public.webhook_endpoints
  for select to cfdi_system using (true);
create policy "the system disables endpoints" on public.webhook_endpoints
  for update to cfdi_system using (true) with check (true);

create type public.delivery_status as enum ('pending', 'delivered', 'failed');

create table public.webhook_deliveries (
  id uuid primary key,
  tenant_id uuid not null,
  mode public.mode not null,
  endpoint_id uuid not null,
  event_id uuid not null,
  status public.delivery_status not null default 'pending',
  attempts integer not null default 0,
  -- HTTP status of the last attempt
  last_status integer,
  next_attempt_at timestamptz,
  -- a dispatcher holds it until then
  locked_until timestamptz,
  created_at timestamptz not null,
  unique (tenant_id, id),
  unique (tenant_id, endpoint_id, event_id),
  foreign key (tenant_id, endpoint_id) references public.webhook_endpoints (tenant_id, id) on delete cascade,
  foreign key (tenant_id, event_id) references public.task_events (tenant_id, id) on delete cascade,
  constraint what_is_pending_has_its_turn check ((status = 'pending') = (next_attempt_at is not null))
);
create index webhook_deliveries_of_endpoint on public.webhook_deliveries (tenant_id, endpoint_id, id desc);
create index webhook_deliveries_of_event on public.webhook_deliveries (tenant_id, event_id);
create index webhook_deliveries_due on public.webhook_deliveries (next_attempt_at) where status = 'pending';
revoke all on table public.webhook_deliveries from public, anon, authenticated, service_role;
grant select, insert on table public.webhook_deliveries to cfdi_tenant;
grant select, insert, update on table public.webhook_deliveries to cfdi_system;
alter table public.webhook_deliveries enable row level security;
alter table public.webhook_deliveries force row level security;
create policy "a tenant reads its own deliveries" on public.webhook_deliveries
  for select to cfdi_tenant using (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
create policy "a tenant adds deliveries of its own" on public.webhook_deliveries
  for insert to cfdi_tenant with check (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
create policy "the system reads every delivery" on public.webhook_deliveries
  for select to cfdi_system using (true);
create policy "the system adds deliveries" on public.webhook_deliveries
  for insert to cfdi_system with check (true);
create policy "the system settles deliveries" on public.webhook_deliveries
  for update to cfdi_system using (true) with check (true);

create table public.webhook_attempts (
  tenant_id uuid not null,
  mode public.mode not null,
  delivery_id uuid not null,
  number integer not null check (number > 0),
  -- null: no HTTP answer; `error` says why
  status integer,
  duration_ms integer not null,
  -- first 2 KB of the answer
  response_head text not null,
  error text,
  created_at timestamptz not null,
  primary key (tenant_id, delivery_id, number),
  foreign key (tenant_id, delivery_id) references public.webhook_deliveries (tenant_id, id) on delete cascade
);
revoke all on table public.webhook_attempts from public, anon, authenticated, service_role;
grant select on table public.webhook_attempts to cfdi_tenant;
grant insert on table public.webhook_attempts to cfdi_system;
alter table public.webhook_attempts enable row level security;
alter table public.webhook_attempts force row level security;
create policy "a tenant reads its own attempts" on public.webhook_attempts
  for select to cfdi_tenant using (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
create policy "the system logs every attempt" on public.webhook_attempts
  for insert to cfdi_system with check (true);
