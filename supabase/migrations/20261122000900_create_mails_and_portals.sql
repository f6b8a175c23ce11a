-- Mails that arrive for a task, what is known of a portal's health, recipes; and columns of earlier tables that hold what
-- only their own processes may read. `bytea` columns are encrypted with the tenant's key, hashes excepted.

alter table public.automation_tasks add column agent_state bytea;
comment on column public.automation_tasks.agent_state is 'Encrypted: where the agent stood when its run was parked.';

alter table public.user_profiles add column if not exists company_details bytea;
comment on column public.user_profiles.company_details is 'Encrypted: what a company tells beside its fiscal identity.';

alter table public.browser_sessions add column session_data bytea;
comment on column public.browser_sessions.session_data is
  'Encrypted: what a later run needs to go on in this session. Never a live or takeover URL.';

-- How long invoices and their files are kept, apart from the tasks that brought them.
alter table public.tenants add column document_retention_months smallint not null default 60
  check (document_retention_months between 1 and 360);

create type public.mail_state as enum ('received', 'matched', 'ignored');

-- Mails to a task's own address. One row each: a sender repeats what it was not told we have.
create table public.inbound_mails (
  id uuid primary key,
  tenant_id uuid not null default app.tenant_id(),
  mode public.mode not null default app.mode(),
  task_id uuid not null,
  -- keyed hashes: of the address's token, of the Message-ID, of the whole mail
  token_hash bytea not null check (length(token_hash) = 32),
  message_id_hash bytea not null check (length(message_id_hash) = 32),
  body_hash bytea not null check (length(body_hash) = 32),
  -- encrypted: the mail as it came
  content bytea not null,
  size integer not null check (size >= 0),
  state public.mail_state not null default 'received',
  received_at timestamptz not null default app.now(),
  settled_at timestamptz,
  unique (tenant_id, id),
  unique (tenant_id, token_hash, message_id_hash, body_hash),
  foreign key (tenant_id, task_id) references public.automation_tasks (tenant_id, id) on delete cascade,
  constraint a_settled_mail_has_a_time check ((state = 'received') = (settled_at is null))
);
create index inbound_mails_of_task on public.inbound_mails (tenant_id, task_id, id desc);
revoke all on table public.inbound_mails from public, anon, authenticated, service_role;
grant select, insert, update on table public.inbound_mails to cfdi_tenant;
alter table public.inbound_mails enable row level security;
alter table public.inbound_mails force row level security;
create policy "a tenant reads its own mails" on public.inbound_mails
  for select to cfdi_tenant using (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
create policy "a tenant receives mails of its own" on public.inbound_mails
  for insert to cfdi_tenant with check (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
create policy "a tenant settles its own mails" on public.inbound_mails
  for update to cfdi_tenant
  using (tenant_id = (select app.tenant_id()) and mode = (select app.mode()))
  with check (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));

create type public.breaker_state as enum ('closed', 'open', 'half_open');

-- Whether a portal answers, over all tenants. A portal without a row is in good health.
create table public.portal_states (
  host text primary key check (host = lower(host) and length(host) between 1 and 253),
  breaker public.breaker_state not null default 'closed',
  -- failures in a row
  failures integer not null default 0 check (failures >= 0),
  opened_at timestamptz,
  -- when an open breaker lets one task try
  retry_at timestamptz,
  -- that task, while it is under way
  probe_task_id uuid,
  -- browsers that may be on this portal at once; null: as many as there are
  max_sessions smallint check (max_sessions > 0),
  updated_at timestamptz not null default app.now(),
  constraint an_open_breaker_says_when check (breaker = 'closed' or num_nulls(opened_at, retry_at) = 0),
  constraint a_half_open_breaker_has_its_probe check ((breaker = 'half_open') = (probe_task_id is not null))
);
revoke all on table public.portal_states from public, anon, authenticated, service_role;
grant select, insert, update, delete on table public.portal_states to cfdi_system;
alter table public.portal_states enable row level security;
alter table public.portal_states force row level security;
create policy "the system reads the state of portals" on public.portal_states
  for select to cfdi_system using (true);
create policy "the system notes a portal's first failure" on public.portal_states
  for insert to cfdi_system with check (true);
create policy "the system moves a portal's breaker" on public.portal_states
  for update to cfdi_system using (true) with check (true);
create policy "the system forgets portals" on public.portal_states
  for delete to cfdi_system using (true);

create type public.recipe_status as enum ('draft', 'active', 'retired');

-- Recipes: learned scripts for one portal. Their steps hold placeholders (`{{profile.rfc}}`), never a value. A recipe is
-- its tenant's own until it is shared (then it has no tenant), which only the system does.
create table public.vendor_recipes (
  id uuid primary key,
  tenant_id uuid default app.tenant_id() references public.tenants (id) on delete cascade,
  -- of the platform where several portals run the same one, else of the host alone
  platform_fingerprint text check (length(platform_fingerprint) between 1 and 200),
  host text not null check (host = lower(host) and length(host) between 1 and 253),
  version integer not null check (version > 0),
  status public.recipe_status not null default 'draft',
  steps jsonb not null check (jsonb_typeof(steps) = 'array'),
  successes integer not null default 0 check (successes >= 0),
  failures integer not null default 0 check (failures >= 0),
  -- the version that this one healed
  healed_from integer,
  created_at timestamptz not null default app.now(),
  updated_at timestamptz not null default app.now(),
  unique nulls not distinct (tenant_id, platform_fingerprint, host, version)
);
create index vendor_recipes_of_host on public.vendor_recipes (tenant_id, host, version desc);
revoke all on table public.vendor_recipes from public, anon, authenticated, service_role;
grant select, insert, update on table public.vendor_recipes to cfdi_tenant;
grant select, insert, update on table public.vendor_recipes to cfdi_system;
alter table public.vendor_recipes enable row level security;
alter table public.vendor_recipes force row level security;
create policy "a tenant reads its own recipes and the shared ones" on public.vendor_recipes
  for select to cfdi_tenant using (tenant_id = (select app.tenant_id()) or tenant_id is null);
create policy "a tenant learns recipes of its own" on public.vendor_recipes
  for insert to cfdi_tenant with check (tenant_id = (select app.tenant_id()));
create policy "a tenant scores its own recipes" on public.vendor_recipes
  for update to cfdi_tenant
  using (tenant_id = (select app.tenant_id())) with check (tenant_id = (select app.tenant_id()));
create policy "the system reads every recipe" on public.vendor_recipes
  for select to cfdi_system using (true);
create policy "the system shares recipes" on public.vendor_recipes
  for insert to cfdi_system with check (true);
create policy "the system promotes and demotes recipes" on public.vendor_recipes
  for update to cfdi_system using (true) with check (true);
