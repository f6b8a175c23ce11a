-- Task quotas: how many tasks a tenant, and each of its profiles, made in the current hour; how many may run at once.
-- A tenant of plan `unlimited` has none. `tenants.limits` may hold, each in place of its default:
--   hourly 1000, running 20: the tenant's; profileHourly 10, profileRunning 3: of one profile.

-- Keyed hash of the RFC that the invoice is made out to: a profile in the request counts like a stored one. Null on
-- tasks from before there were quotas.
alter table public.automation_tasks
  add column profile_index bytea check (length(profile_index) = 32);

create table public.task_quotas (
  tenant_id uuid not null default app.tenant_id() references public.tenants (id) on delete cascade,
  mode public.mode not null default app.mode(),
  -- the profile's index, or empty: the tenant as a whole
  subject bytea not null check (length(subject) in (0, 32)),
  -- an hour begins with the first task after the one before
  hour_began_at timestamptz not null,
  used integer not null check (used >= 0),
  primary key (tenant_id, mode, subject)
) with (fillfactor = 50);
revoke all on table public.task_quotas from public, anon, authenticated, service_role;
grant select, insert, update on table public.task_quotas to cfdi_tenant;
grant select, delete on table public.task_quotas to cfdi_system;
alter table public.task_quotas enable row level security;
alter table public.task_quotas force row level security;
create policy "a tenant reads its own quotas" on public.task_quotas
  for select to cfdi_tenant using (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
create policy "a tenant begins to count its own tasks" on public.task_quotas
  for insert to cfdi_tenant with check (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
create policy "a tenant counts its own tasks" on public.task_quotas
  for update to cfdi_tenant
  using (tenant_id = (select app.tenant_id()) and mode = (select app.mode()))
  with check (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
create policy "the system reads every quota" on public.task_quotas
  for select to cfdi_system using (true);
create policy "the system forgets hours that are over" on public.task_quotas
  for delete to cfdi_system using (true);

-- One of a tenant's limits: what it was given, or the default.
create function app.limit_of(p_limits jsonb, p_name text) returns integer
  language sql immutable parallel safe as $$
    select coalesce((p_limits ->> p_name)::integer, case p_name
      when 'hourly' then 1000 when 'running' then 20 when 'profileHourly' then 10 when 'profileRunning' then 3
    end)
  $$;

-- Counts one more task of this hour. `retry_after`: nothing was counted, for `exceeded` allows the next one only then.
-- The rows stay locked until the commit, profile before tenant, so nobody counts past a limit.
create function app.take_task_quota(p_profile bytea, out exceeded text, out retry_after integer)
  language plpgsql set search_path = '' as $$
declare
  v_limits jsonb;
  v_now timestamptz := app.now();
  v_full record;
begin
  select n.limits into v_limits from public.tenants n where n.id = app.tenant_id() and n.plan <> 'unlimited';
  if not found then
    return;
  end if;
  with counted as (
    insert into public.task_quotas as q (subject, hour_began_at, used) values (p_profile, v_now, 1), ('', v_now, 1)
      on conflict (tenant_id, mode, subject) do update set
        used = case when q.hour_began_at > v_now - interval '1 hour' then q.used + 1 else 1 end,
        hour_began_at = case when q.hour_began_at > v_now - interval '1 hour' then q.hour_began_at else v_now end
      returning q.subject, q.used, q.hour_began_at
  )
  select case when c.subject = '' then 'tenant' else 'profile' end as whose, c.hour_began_at into v_full
    from counted c
    where c.used > app.limit_of(v_limits, case when c.subject = '' then 'hourly' else 'profileHourly' end)
    order by c.hour_began_at desc limit 1;
  if found then
    update public.task_quotas q set used = q.used - 1
      where q.tenant_id = app.tenant_id() and q.mode = app.mode() and q.subject in (p_profile, '');
    exceeded := v_full.whose;
    retry_after := greatest(1, ceil(extract(epoch from v_full.hour_began_at + interval '1 hour' - v_now)));
  end if;
end $$;

-- Makes a task of a ticket, unless the ticket is taken or a quota is used up. `other_task` is the task in the way.
drop function app.create_task (
  uuid, text, uuid, bytea, text, text, bytea, bytea, uuid, integer, timestamptz, timestamptz, jsonb, jsonb, text
);
create function app.create_task(
  p_id uuid, p_external_id text, p_ticket_id uuid, p_ticket_key bytea, p_vendor_url text, p_vendor_host text,
  p_ticket_details bytea, p_profile_snapshot bytea, p_profile_index bytea, p_profile_id uuid, p_priority integer,
  p_not_before timestamptz, p_deadline timestamptz, p_metadata jsonb, p_options jsonb, p_created_by text,
  out outcome text, out other_task uuid, out ticket uuid, out created timestamptz,
  out exceeded text, out retry_after integer
)
  language plpgsql set search_path = '' as $$
declare
  v_ticket public.ticket_issuances;
begin
  if p_external_id is not null then
    -- Whoever asks for the same external id waits here, so that the look-up below cannot miss it.
    perform pg_advisory_xact_lock(hashtextextended(format('%s %s %s', app.tenant_id(), app.mode(), p_external_id), 0));
    select 'external_id_taken', t.id into outcome, other_task
      from public.automation_tasks t
      where t.tenant_id = app.tenant_id() and t.mode = app.mode() and t.external_id = p_external_id;
    if found then
      return;
    end if;
  end if;

  insert into public.ticket_issuances (id, ticket_key, task_id) values (p_ticket_id, p_ticket_key, p_id)
    on conflict (tenant_id, mode, ticket_key) do nothing
    returning id into ticket;
  if not found then
    select * into strict v_ticket from public.ticket_issuances k
      where k.tenant_id = app.tenant_id() and k.mode = app.mode() and k.ticket_key = p_ticket_key
      for no key update;
    if v_ticket.state = 'issued' or exists (
      select from public.automation_tasks t
        where t.tenant_id = app.tenant_id() and t.id = v_ticket.task_id
          and t.status not in ('COMPLETED', 'FAILED', 'CANCELLED')
    ) then
      outcome := 'duplicate_ticket';
      other_task := v_ticket.task_id;
      return;
    elsif app.is_in_doubt(v_ticket.state) then
      outcome := 'ticket_in_doubt';
      other_task := v_ticket.task_id;
      return;
    end if;
    ticket := v_ticket.id;
  end if;

  -- A new ticket that meets a used-up quota stays, without a task: the next request for it finds it free.
  select q.exceeded, q.retry_after into exceeded, retry_after from app.take_task_quota(p_profile_index) q;
  if exceeded is not null then
    outcome := 'quota_exceeded';
    return;
  end if;
  if v_ticket.id is not null then
    update public.ticket_issuances set task_id = p_id, updated_at = app.now()
      where tenant_id = v_ticket.tenant_id and id = v_ticket.id;
  end if;
  insert into public.automation_tasks (
    id, external_id, ticket_id, vendor_url, vendor_host, ticket_details, profile_snapshot, profile_index, profile_id,
    priority, not_before, deadline, metadata, options, created_by, created_at, updated_at
  ) values (
    p_id, p_external_id, ticket, p_vendor_url, p_vendor_host, p_ticket_details, p_profile_snapshot, p_profile_index,
    p_profile_id, p_priority, p_not_before, p_deadline, p_metadata, p_options, p_created_by, app.now(), app.now()
  ) returning created_at into created;
  outcome := 'created';
end $$;

revoke execute on function
  app.limit_of (jsonb, text),
  app.take_task_quota (bytea),
  app.create_task (
    uuid, text, uuid, bytea, text, text, bytea, bytea, bytea, uuid, integer, timestamptz, timestamptz, jsonb, jsonb,
    text
  )
from public;
grant execute on function app.limit_of (jsonb, text) to cfdi_tenant, cfdi_system;
grant execute on function
  app.take_task_quota (bytea),
  app.create_task (
    uuid, text, uuid, bytea, text, text, bytea, bytea, bytea, uuid, integer, timestamptz, timestamptz, jsonb, jsonb,
    text
  )
to cfdi_tenant;

-- Moves PENDING tasks to QUEUED while there is a browser for them. One admitter at a time; who misses its turn goes on,
-- for the one at work or the next sweep sees the same tasks.
select set_config('app.migrator', current_user, true);
set local role cfdi_system;
create or replace function app.admit_tasks(p_max_sessions integer) returns table (task_id uuid, next_fence integer)
  language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz;
  v_capacity integer;
  v_task record;
begin
  if not pg_try_advisory_xact_lock(7220402) then
    return;
  end if;
  v_now := app.now();
  -- A browser that runs, or one that a task on its way will ask for.
  v_capacity := p_max_sessions
    - (select count(*) from public.browser_sessions where status <> 'terminated')
    - (select count(*) from public.automation_tasks t
        where t.status in ('QUEUED', 'RUNNING') and not exists (
          select from public.browser_sessions s
            where s.tenant_id = t.tenant_id and s.task_id = t.id and s.status <> 'terminated'
        ));
  if v_capacity <= 0 then
    return;
  end if;

  for v_task in
    with active as (
      select t.tenant_id, count(*) as n from public.automation_tasks t
        where t.status in ('QUEUED', 'RUNNING') group by t.tenant_id
    ), active_profile as (
      select t.tenant_id, t.mode, t.profile_index, count(*) as n from public.automation_tasks t
        where t.status in ('QUEUED', 'RUNNING') and t.profile_index is not null
        group by t.tenant_id, t.mode, t.profile_index
    ), ready as (
      select t.id, t.tenant_id, t.mode, t.profile_index, t.created_at,
        coalesce(t.deadline < v_now + interval '6 hours', false) as urgent, t.priority, t.deadline,
        row_number() over (
          partition by t.tenant_id, t.mode, coalesce(t.profile_index, uuid_send(t.id))
          order by coalesce(t.deadline < v_now + interval '6 hours', false) desc, t.priority desc,
            t.deadline nulls last, t.created_at
        ) as turn_of_profile
        from public.automation_tasks t
        where t.status = 'PENDING' and (t.not_before is null or t.not_before <= v_now)
    ), allowed as (
      -- A task whose profile has enough of them running lets the tenant's others pass.
      -- Tenants take turns; inside one: what is due within 6 h, then priority, deadline, age.
      select r.id, r.tenant_id, n.plan, n.limits,
        row_number() over (
          partition by r.tenant_id order by r.urgent desc, r.priority desc, r.deadline nulls last, r.created_at
        ) as turn,
        min(r.created_at) over (partition by r.tenant_id) as waiting_since
        from ready r
        join public.tenants n on n.id = r.tenant_id
        left join active_profile p
          on p.tenant_id = r.tenant_id and p.mode = r.mode and p.profile_index = r.profile_index
        where n.plan = 'unlimited'
          or coalesce(p.n, 0) + r.turn_of_profile <= app.limit_of(n.limits, 'profileRunning')
    ), chosen as (
      select r.id from allowed r
        left join active a on a.tenant_id = r.tenant_id
        where r.plan = 'unlimited' or coalesce(a.n, 0) + r.turn <= app.limit_of(r.limits, 'running')
        order by r.turn, r.waiting_since, r.tenant_id
        limit v_capacity
    ), admitted as (
      update public.automation_tasks t set status = 'QUEUED', queued_at = v_now, not_before = null
        where t.id in (select c.id from chosen c) and t.status = 'PENDING'
        returning t.tenant_id, t.id, t.fence
    )
    select * from admitted order by tenant_id, id
  loop
    perform app.append_event(v_task.tenant_id, v_task.id, 'task.queued', '{"status": "QUEUED"}');
    task_id := v_task.id;
    next_fence := v_task.fence + 1;
    return next;
  end loop;
end $$;
-- Not `reset role`: the Supabase CLI logs in as somebody else than it migrates as.
select set_config('role', current_setting('app.migrator'), true);
