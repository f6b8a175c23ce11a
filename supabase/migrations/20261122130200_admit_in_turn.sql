-- Admission at a cost that does not grow with what waits. Tenants stand in a line by their share of browsers (start-time fair
-- queueing by weight); a tenant stands in it only while something of it may go. What may not go though its turn has come is
-- held: it leaves the index of the ready ones until its profile or portal has a place again. So a pass looks at what it admits,
-- and at what it holds once.
--
-- Triggers only append to `queue_changes`, which locks nothing; all the rest is written by the one admitter.

-- What may become ready or has made room, since the last pass looked. A tenant that left the line comes back by it.
create table public.queue_changes (
  tenant_id uuid not null,
  -- when a task of it is ready; null: now
  ready_at timestamptz,
  -- of the task that left its place; null: none did
  mode public.mode,
  profile_index bytea
);
revoke all on table public.queue_changes from public, anon, authenticated, service_role;
grant select, insert, delete on table public.queue_changes to cfdi_system;
alter table public.queue_changes enable row level security;
alter table public.queue_changes force row level security;
create policy "the system reads what changed in the queue" on public.queue_changes
  for select to cfdi_system using (true);
create policy "the system notes what changed in the queue" on public.queue_changes
  for insert to cfdi_system with check (true);
create policy "the system strikes changes it has looked at" on public.queue_changes
  for delete to cfdi_system using (true);

-- A tenant's place in the line.
create table public.tenant_queues (
  tenant_id uuid primary key references public.tenants (id) on delete cascade,
  -- its virtual time: raised by 1 / weight with each task admitted; the lowest is next
  pass double precision not null,
  -- whether something of it may be ready, and it is below its limit, as far as is known
  in_line boolean not null,
  -- the earliest `not_before` of its scheduled tasks, or before it
  wake_at timestamptz,
  constraint a_pass_is_a_number check (pass >= 0 and pass < 'infinity')
) with (fillfactor = 50);
create index tenant_queues_in_line on public.tenant_queues (pass, tenant_id) where in_line;
create index tenant_queues_to_wake on public.tenant_queues (wake_at) where wake_at is not null;
revoke all on table public.tenant_queues from public, anon, authenticated, service_role;
grant select, insert, update on table public.tenant_queues to cfdi_system;
alter table public.tenant_queues enable row level security;
alter table public.tenant_queues force row level security;
create policy "the system reads the line" on public.tenant_queues
  for select to cfdi_system using (true);
create policy "the system lets tenants into the line" on public.tenant_queues
  for insert to cfdi_system with check (true);
create policy "the system moves tenants in the line" on public.tenant_queues
  for update to cfdi_system using (true) with check (true);

-- The shared browsers: one row, the same for all processes.
create table public.browser_pool (
  only_row boolean primary key default true check (only_row),
  -- as the last admitter was told; null: none was yet
  max_sessions integer check (max_sessions > 0),
  -- null: as many as the provider makes
  creations_per_minute integer check (creations_per_minute > 0),
  -- the provider refused until then
  paused_until timestamptz,
  -- of the line: the pass of the tenant that was admitted last
  virtual_time double precision not null default 0
) with (fillfactor = 50);
insert into public.browser_pool default values;
revoke all on table public.browser_pool from public, anon, authenticated, service_role;
grant select, update on table public.browser_pool to cfdi_system;
alter table public.browser_pool enable row level security;
alter table public.browser_pool force row level security;
create policy "the system reads the state of the browsers" on public.browser_pool
  for select to cfdi_system using (true);
create policy "the system notes the state of the browsers" on public.browser_pool
  for update to cfdi_system using (true) with check (true);

-- `limits` may hold `weight` (default 1): a tenant's share of the browsers where not all can be served.
alter table public.tenants add constraint a_weight_is_a_share
  check (not limits ? 'weight' or (limits ->> 'weight')::numeric between 0.01 and 100);
create function app.weight_of(p_limits jsonb) returns double precision
  language sql immutable parallel safe as $$ select coalesce((p_limits ->> 'weight')::double precision, 1) $$;

create type public.hold_kind as enum ('profile', 'portal');
alter table public.automation_tasks
  -- its turn came, but its profile has enough of them running, or its portal is down or full
  add column held_for public.hold_kind,
  add constraint only_a_pending_task_is_held check (held_for is null or status = 'PENDING');

drop index public.automation_tasks_ready;
create index automation_tasks_ready on public.automation_tasks
  (tenant_id, first_in_line desc, priority desc, deadline, created_at)
  where status = 'PENDING' and not_before is null and held_for is null;
create index automation_tasks_scheduled on public.automation_tasks (tenant_id, not_before)
  where status = 'PENDING' and not_before is not null;
create index automation_tasks_held_for_profile on public.automation_tasks
  (tenant_id, mode, profile_index, first_in_line desc, priority desc, deadline, created_at)
  where status = 'PENDING' and held_for = 'profile';
create index automation_tasks_held_for_portal on public.automation_tasks
  (vendor_host, tenant_id, first_in_line desc, priority desc, deadline, created_at)
  where status = 'PENDING' and held_for = 'portal';
-- What counts against the limits of tenants, profiles and portals: never more than there are browsers, or about that.
create index automation_tasks_active on public.automation_tasks (tenant_id, mode, profile_index)
  where status in ('QUEUED', 'RUNNING') or park = 'warm';
create index browser_sessions_by_creation on public.browser_sessions (created_at);

-- How often the breaker opened in a row: the time until the next try grows with it. And where a round of tenants stands.
alter table public.portal_states
  add column openings smallint not null default 0 check (openings >= 0),
  add column served_tenant uuid not null default '00000000-0000-0000-0000-000000000000';

create function app.let_go_of_held_task() returns trigger language plpgsql set search_path = '' as $$
begin
  new.held_for := null;
  return new;
end $$;
create trigger a_held_task_is_let_go before update of status on public.automation_tasks
  for each row when (old.held_for is not null and new.status <> 'PENDING') execute function app.let_go_of_held_task();

create function app.note_new_task() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  insert into public.queue_changes (tenant_id, ready_at) values (new.tenant_id, new.not_before);
  return null;
end $$;
create trigger a_new_task_is_looked_at after insert on public.automation_tasks
  for each row execute function app.note_new_task ();

create function app.note_queue_change() returns trigger
  language plpgsql security definer set search_path = '' as $$
declare
  v_left boolean := old.status <> new.status or old.park is distinct from new.park;
begin
  insert into public.queue_changes (tenant_id, ready_at, mode, profile_index)
    values (
      new.tenant_id, case when new.status = 'PENDING' then new.not_before end,
      case when v_left then new.mode end, case when v_left then new.profile_index end
    );
  return null;
end $$;
create trigger a_change_of_the_queue_is_looked_at after update of status, park, not_before on public.automation_tasks
  for each row when (
    (old.status <> new.status and new.status not in ('QUEUED', 'RUNNING'))
    or (old.park = 'warm' and new.park is distinct from 'warm' and new.status not in ('QUEUED', 'RUNNING'))
    or (new.status = 'PENDING' and old.not_before is distinct from new.not_before)
  )
  execute function app.note_queue_change ();

-- Other limits: what was held for the old ones is looked at again.
create function app.note_changed_limits() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  update public.automation_tasks t set held_for = null
    where t.tenant_id = new.id and t.status = 'PENDING' and t.held_for = 'profile';
  insert into public.queue_changes (tenant_id) values (new.id);
  return null;
end $$;
create trigger a_change_of_limits_is_looked_at after update of plan, limits on public.tenants
  for each row when (old.plan <> new.plan or old.limits <> new.limits) execute function app.note_changed_limits ();

revoke execute on function
  app.weight_of (jsonb),
  app.let_go_of_held_task (),
  app.note_new_task (),
  app.note_queue_change (),
  app.note_changed_limits ()
from public;
grant execute on function app.weight_of (jsonb) to cfdi_system;
-- Last, for only the owner may grant.
alter function app.note_new_task () owner to cfdi_system;
alter function app.note_queue_change () owner to cfdi_system;
alter function app.note_changed_limits () owner to cfdi_system;

-- Tasks that wait already are looked at by the first pass.
select set_config('app.migrator', current_user, true);
set local role cfdi_system;
insert into public.queue_changes (tenant_id, ready_at)
  select t.tenant_id, t.not_before from public.automation_tasks t where t.status = 'PENDING';
-- Not `reset role`: the Supabase CLI logs in as somebody else than it migrates as.
select set_config('role', current_setting('app.migrator'), true);
