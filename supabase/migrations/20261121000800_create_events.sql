-- Events: immutable rows of a tenant's history, the only bus of truth. A tenant's events are counted without gaps, and
-- the order of their commits is the order of their cursors: whoever read up to a cursor has missed nothing before it.

create table public.tenant_event_counters (
  tenant_id uuid primary key references public.tenants (id) on delete cascade,
  n bigint not null default 0
) with (fillfactor = 50);
revoke all on table public.tenant_event_counters from public, anon, authenticated, service_role;
grant select, update on table public.tenant_event_counters to cfdi_tenant;
grant select, insert, update on table public.tenant_event_counters to cfdi_system;
alter table public.tenant_event_counters enable row level security;
alter table public.tenant_event_counters force row level security;
create policy "a tenant reads its own counter" on public.tenant_event_counters
  for select to cfdi_tenant using (tenant_id = (select app.tenant_id()));
create policy "a tenant counts its own events" on public.tenant_event_counters
  for update to cfdi_tenant
  using (tenant_id = (select app.tenant_id())) with check (tenant_id = (select app.tenant_id()));
create policy "the system reads every counter" on public.tenant_event_counters
  for select to cfdi_system using (true);
create policy "the system starts a tenant's counter" on public.tenant_event_counters
  for insert to cfdi_system with check (true);
create policy "the system counts every tenant's events" on public.tenant_event_counters
  for update to cfdi_system using (true) with check (true);

create table public.task_events (
  tenant_id uuid not null,
  cursor bigint not null,
  id uuid not null,
  mode public.mode not null,
  task_id uuid not null,
  -- counts the events of one task from 1
  sequence integer not null check (sequence > 0),
  type text not null,
  -- as it goes on the wire: ids, states, amounts, UUID, emisor; never a value of the profile
  data jsonb not null,
  created_at timestamptz not null,
  primary key (tenant_id, cursor),
  unique (tenant_id, id),
  unique (tenant_id, task_id, sequence),
  foreign key (tenant_id, task_id) references public.automation_tasks (tenant_id, id) on delete cascade
);
revoke all on table public.task_events from public, anon, authenticated, service_role;
grant select, insert on table public.task_events to cfdi_tenant, cfdi_system;
alter table public.task_events enable row level security;
alter table public.task_events force row level security;
create policy "a tenant reads its own events" on public.task_events
  for select to cfdi_tenant using (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
create policy "a tenant appends events of its own" on public.task_events
  for insert to cfdi_tenant with check (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
create policy "the system reads every event" on public.task_events
  for select to cfdi_system using (true);
create policy "the system appends events" on public.task_events
  for insert to cfdi_system with check (true);
