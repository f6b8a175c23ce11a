-- Browser sessions: remote browsers. A row is written before the provider is asked, so that none is ever lost.

create type public.session_status as enum ('starting', 'active', 'paused', 'user_controlled', 'terminated');

create table public.browser_sessions (
  id uuid primary key,
  tenant_id uuid not null default app.tenant_id(),
  mode public.mode not null default app.mode(),
  task_id uuid not null,
  run_id uuid not null,
  provider text not null default 'browserbase',
  -- null until the provider answered
  browserbase_session_id text,
  status public.session_status not null default 'starting',
  created_at timestamptz not null default app.now(),
  terminated_at timestamptz,
  unique (tenant_id, id),
  foreign key (tenant_id, task_id) references public.automation_tasks (tenant_id, id) on delete cascade,
  constraint an_end_has_a_time check ((status = 'terminated') = (terminated_at is not null))
);
create index browser_sessions_open on public.browser_sessions (tenant_id, task_id) where status <> 'terminated';
revoke all on table public.browser_sessions from public, anon, authenticated, service_role;
grant select, insert, update on table public.browser_sessions to cfdi_tenant;
grant select on table public.browser_sessions to cfdi_system;
alter table public.browser_sessions enable row level security;
alter table public.browser_sessions force row level security;
create policy "a tenant reads its own sessions" on public.browser_sessions
  for select to cfdi_tenant using (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
create policy "a tenant opens sessions of its own" on public.browser_sessions
  for insert to cfdi_tenant with check (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
create policy "a tenant changes its own sessions" on public.browser_sessions
  for update to cfdi_tenant
  using (tenant_id = (select app.tenant_id()) and mode = (select app.mode()))
  with check (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
create policy "the system counts every session" on public.browser_sessions
  for select to cfdi_system using (true);
