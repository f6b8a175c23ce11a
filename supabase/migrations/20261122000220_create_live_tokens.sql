-- Live tokens: a short-lived right to look at one task, or to act in its session, from one origin. And who holds control of
-- a session.

create table public.live_tokens (
  id uuid primary key,
  tenant_id uuid not null default app.tenant_id(),
  mode public.mode not null default app.mode(),
  task_id uuid not null,
  -- SHA-256 of the token's random part
  secret_hash bytea not null check (length(secret_hash) = 32),
  access text not null check (access in ('view', 'control')),
  -- scheme, host and port of the page that may use it
  origin text not null check (origin ~ '^https?://[^/[:space:]]+$'),
  -- encrypted { id, label }: the person that the integrator named
  actor bytea not null,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  -- `api_key:<uuid>`
  created_by text not null,
  created_at timestamptz not null default app.now(),
  unique (tenant_id, id),
  foreign key (tenant_id, task_id) references public.automation_tasks (tenant_id, id) on delete cascade,
  constraint a_live_token_is_short_lived check (expires_at <= created_at + interval '15 minutes')
);
create index live_tokens_of_task on public.live_tokens (tenant_id, task_id);
revoke all on table public.live_tokens from public, anon, authenticated, service_role;
grant select (id, tenant_id, mode, task_id, access, origin, actor, expires_at, revoked_at, created_by, created_at)
  on table public.live_tokens to cfdi_tenant;
grant insert, update (revoked_at) on table public.live_tokens to cfdi_tenant;
grant select on table public.live_tokens to cfdi_system;
alter table public.live_tokens enable row level security;
alter table public.live_tokens force row level security;
create policy "a tenant reads its own live tokens" on public.live_tokens
  for select to cfdi_tenant using (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
create policy "a tenant gives out live tokens of its own" on public.live_tokens
  for insert to cfdi_tenant with check (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
create policy "a tenant revokes its own live tokens" on public.live_tokens
  for update to cfdi_tenant
  using (tenant_id = (select app.tenant_id()) and mode = (select app.mode()))
  with check (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
create policy "the system reads every live token" on public.live_tokens
  for select to cfdi_system using (true);
create trigger an_end_of_a_live_token_is_told after update of revoked_at or delete on public.live_tokens
  for each row execute function app.tell_access_changed();

-- Whose token this is, before there is a tenant to speak for. Expired and revoked ones are returned as such, and whether
-- the task has ended: from then on nobody controls it.
create function app.find_live_token(p_id uuid) returns table (
  id uuid, tenant_id uuid, mode public.mode, task_id uuid, secret_hash bytea, access text, origin text, actor bytea,
  expires_at timestamptz, revoked_at timestamptz, task_ended boolean
)
  language sql stable security definer set search_path = '' as $$
    select l.id, l.tenant_id, l.mode, l.task_id, l.secret_hash, l.access, l.origin, l.actor, l.expires_at, l.revoked_at,
      t.finished_at is not null
      from public.live_tokens l
      join public.automation_tasks t on t.tenant_id = l.tenant_id and t.id = l.task_id
      where l.id = p_id
  $$;
revoke execute on function app.find_live_token (uuid) from public;
grant execute on function app.find_live_token (uuid) to cfdi_api;
-- Last, for only the owner may grant.
alter function app.find_live_token (uuid) owner to cfdi_system;

-- Who acts in a session: the worker, or a person by a live token. Each change of hands raises the epoch, so that what an
-- earlier holder still sends is known to be late.
create table public.control_leases (
  tenant_id uuid not null default app.tenant_id(),
  mode public.mode not null default app.mode(),
  session_id uuid not null,
  epoch integer not null default 0 check (epoch >= 0),
  -- null: nobody's
  holder text check (holder ~ '^(run|live_token):[0-9a-f-]{36}$'),
  lease_until timestamptz,
  updated_at timestamptz not null default app.now(),
  primary key (tenant_id, session_id),
  foreign key (tenant_id, session_id) references public.browser_sessions (tenant_id, id) on delete cascade,
  constraint a_holder_has_a_lease check ((holder is null) = (lease_until is null))
);
revoke all on table public.control_leases from public, anon, authenticated, service_role;
grant select, insert, update on table public.control_leases to cfdi_tenant;
alter table public.control_leases enable row level security;
alter table public.control_leases force row level security;
create policy "a tenant reads who controls its own sessions" on public.control_leases
  for select to cfdi_tenant using (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
create policy "a tenant opens control of its own sessions" on public.control_leases
  for insert to cfdi_tenant with check (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
create policy "a tenant hands over control of its own sessions" on public.control_leases
  for update to cfdi_tenant
  using (tenant_id = (select app.tenant_id()) and mode = (select app.mode()))
  with check (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
