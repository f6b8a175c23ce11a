-- Tasks: attempts of ours to obtain the CFDI of one ticket for one profile. And their steps.

create type public.task_status as enum (
  'PENDING', 'QUEUED', 'RUNNING', 'PAUSED', 'INTERVENTION_NEEDED', 'AWAITING_DELIVERY', 'COMPLETED', 'FAILED',
  'CANCELLED'
);

create table public.automation_tasks (
  id uuid primary key,
  tenant_id uuid not null default app.tenant_id() references public.tenants (id) on delete cascade,
  mode public.mode not null default app.mode(),
  external_id text check (length(external_id) between 1 and 200),
  status public.task_status not null default 'PENDING',
  vendor_url text not null,
  vendor_host text not null,
  ticket_id uuid not null,
  -- encrypted: the ticket's values, the fiscal identity as it was when the task was made, the proven invoice
  ticket_details bytea not null,
  profile_snapshot bytea not null,
  cfdi bytea,
  profile_id uuid,
  failure jsonb,
  retry_of uuid,
  retry_count smallint not null default 0,
  priority smallint not null default 5 check (priority between 1 and 10),
  -- attempts burned so far
  attempt smallint not null default 0 check (attempt >= 0),
  not_before timestamptz,
  deadline timestamptz,
  metadata jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
  options jsonb not null default '{}' check (jsonb_typeof(options) = 'object'),
  created_by text not null,
  -- A claim raises the fence and starts a run; its worker may act until `lease_until`.
  fence integer not null default 0,
  run_id uuid,
  worker_id text,
  lease_until timestamptz,
  cancel_requested_at timestamptz,
  -- why and until when a task waits without a worker
  waiting_reason text,
  waiting_until timestamptz,
  -- the last `sequence` of its events
  event_count integer not null default 0,
  queued_at timestamptz,
  started_at timestamptz,
  finished_at timestamptz,
  created_at timestamptz not null default app.now(),
  updated_at timestamptz not null default app.now(),
  unique (tenant_id, id),
  unique (tenant_id, mode, external_id),
  foreign key (tenant_id, ticket_id) references public.ticket_issuances (tenant_id, id),
  foreign key (tenant_id, profile_id) references public.user_profiles (tenant_id, id) on delete set null (profile_id),
  foreign key (tenant_id, retry_of) references public.automation_tasks (tenant_id, id) on delete set null (retry_of),
  constraint valid_vendor_url check (vendor_url ~ '^https?://[^[:space:]]+$'),
  constraint max_retries check (retry_count between 0 and 5),
  constraint a_run_has_a_lease check (status <> 'RUNNING' or num_nulls(run_id, lease_until) = 0),
  constraint a_queued_task_knows_since_when check (status <> 'QUEUED' or queued_at is not null),
  constraint a_completed_task_has_its_invoice check (status <> 'COMPLETED' or cfdi is not null),
  constraint an_unsuccessful_end_says_why check (status not in ('FAILED', 'CANCELLED') or failure is not null),
  constraint an_end_has_a_time check ((status in ('COMPLETED', 'FAILED', 'CANCELLED')) = (finished_at is not null))
) with (fillfactor = 80); -- leases and counts change in place
create index automation_tasks_newest_first on public.automation_tasks (tenant_id, mode, id desc);
create index automation_tasks_of_ticket on public.automation_tasks (tenant_id, ticket_id);
-- What the system looks for, over all tenants.
create index automation_tasks_ready on public.automation_tasks (tenant_id, priority desc, deadline, created_at)
  where status = 'PENDING';
create index automation_tasks_queued on public.automation_tasks (queued_at) where status = 'QUEUED';
create index automation_tasks_running on public.automation_tasks (lease_until) where status = 'RUNNING';
create index automation_tasks_waiting on public.automation_tasks (waiting_until)
  where status in ('PAUSED', 'INTERVENTION_NEEDED', 'AWAITING_DELIVERY');
create index automation_tasks_with_deadline on public.automation_tasks (deadline)
  where status = 'PENDING' and deadline is not null;
revoke all on table public.automation_tasks from public, anon, authenticated, service_role;
grant select, insert, update on table public.automation_tasks to cfdi_tenant;
grant select, update on table public.automation_tasks to cfdi_system;
alter table public.automation_tasks enable row level security;
alter table public.automation_tasks force row level security;
create policy "a tenant reads its own tasks" on public.automation_tasks
  for select to cfdi_tenant using (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
create policy "a tenant adds tasks of its own" on public.automation_tasks
  for insert to cfdi_tenant with check (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
create policy "a tenant changes its own tasks" on public.automation_tasks
  for update to cfdi_tenant
  using (tenant_id = (select app.tenant_id()) and mode = (select app.mode()))
  with check (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
create policy "the system reads every task" on public.automation_tasks
  for select to cfdi_system using (true);
create policy "the system moves every task" on public.automation_tasks
  for update to cfdi_system using (true) with check (true);

-- The pairs of the life of a task (packages/domain/src/transitions.ts; a test compares).
create function app.may_become(p_from public.task_status, p_to public.task_status) returns boolean
  language sql immutable parallel safe as $$
    select (p_from, p_to) in (
      ('PENDING', 'QUEUED'), ('PENDING', 'FAILED'), ('PENDING', 'CANCELLED'),
      ('QUEUED', 'PENDING'), ('QUEUED', 'RUNNING'), ('QUEUED', 'CANCELLED'),
      ('RUNNING', 'RUNNING'), ('RUNNING', 'PENDING'), ('RUNNING', 'QUEUED'), ('RUNNING', 'PAUSED'),
      ('RUNNING', 'INTERVENTION_NEEDED'), ('RUNNING', 'AWAITING_DELIVERY'),
      ('RUNNING', 'COMPLETED'), ('RUNNING', 'FAILED'), ('RUNNING', 'CANCELLED'),
      ('PAUSED', 'QUEUED'), ('PAUSED', 'FAILED'), ('PAUSED', 'CANCELLED'),
      ('INTERVENTION_NEEDED', 'QUEUED'), ('INTERVENTION_NEEDED', 'FAILED'), ('INTERVENTION_NEEDED', 'CANCELLED'),
      ('AWAITING_DELIVERY', 'QUEUED'), ('AWAITING_DELIVERY', 'COMPLETED'), ('AWAITING_DELIVERY', 'FAILED'),
      ('AWAITING_DELIVERY', 'CANCELLED')
    )
  $$;

create function app.check_transition() returns trigger language plpgsql set search_path = '' as $$
begin
  if tg_op = 'INSERT' then
    if new.status <> 'PENDING' then
      raise exception 'a task begins PENDING, not %', new.status using errcode = 'check_violation';
    end if;
  elsif not app.may_become(old.status, new.status) then
    raise exception 'a task never goes from % to %', old.status, new.status using errcode = 'check_violation';
  end if;
  return new;
end $$;
revoke execute on function app.may_become (public.task_status, public.task_status), app.check_transition () from public;
grant execute on function app.may_become (public.task_status, public.task_status) to cfdi_tenant, cfdi_system;

create trigger a_task_begins_pending before insert on public.automation_tasks
  for each row execute function app.check_transition();
create trigger a_task_goes_only_where_it_may before update of status on public.automation_tasks
  for each row when (old.status is distinct from new.status) execute function app.check_transition();

create type public.step_type as enum (
  'navigate', 'input', 'click', 'select', 'upload', 'download', 'wait', 'extract', 'thinking', 'error', 'captcha',
  'user_intervention', 'completed'
);

create table public.task_steps (
  id uuid primary key,
  tenant_id uuid not null default app.tenant_id(),
  mode public.mode not null default app.mode(),
  task_id uuid not null,
  run_id uuid not null,
  index integer not null check (index >= 0),
  step_type public.step_type not null,
  -- what was done, redacted: placeholders instead of values
  summary text not null,
  planner text not null check (planner in ('recipe', 'form', 'llm', 'person', 'platform')),
  confidence real,
  duration_ms integer not null check (duration_ms >= 0),
  tokens integer not null check (tokens >= 0),
  cost_usd numeric(12, 6) not null check (cost_usd >= 0),
  screenshot_artifact_id uuid,
  created_at timestamptz not null default app.now(),
  unique (tenant_id, id),
  unique (tenant_id, run_id, index),
  foreign key (tenant_id, task_id) references public.automation_tasks (tenant_id, id) on delete cascade
);
create index task_steps_of_task on public.task_steps (tenant_id, task_id, id desc);
revoke all on table public.task_steps from public, anon, authenticated, service_role;
grant select, insert on table public.task_steps to cfdi_tenant;
alter table public.task_steps enable row level security;
alter table public.task_steps force row level security;
create policy "a tenant reads its own steps" on public.task_steps
  for select to cfdi_tenant using (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
create policy "a tenant adds steps of its own" on public.task_steps
  for insert to cfdi_tenant with check (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
