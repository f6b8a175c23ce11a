-- Documents that reach a task by another way than a run: a mail to the task's own address, a file that the integrator
-- hands over. Both lie in `inbound_mails`, encrypted as they came, until somebody has looked what they prove.

alter table public.automation_tasks
  -- keyed hash of the token in the task's mail address; null until an address was given out
  add column mailbox_hash bytea check (length(mailbox_hash) = 32),
  -- while it waits for its document: when the portal is asked for it again
  add column ask_portal_at timestamptz;
create unique index automation_tasks_by_mailbox on public.automation_tasks (mailbox_hash) where mailbox_hash is not null;
create index automation_tasks_to_ask_for on public.automation_tasks (ask_portal_at)
  where status = 'AWAITING_DELIVERY' and ask_portal_at is not null;

alter table public.inbound_mails
  alter column token_hash drop not null,
  alter column message_id_hash drop not null,
  add column via text not null default 'mail' check (via in ('mail', 'upload')),
  -- when somebody looks at it next; a worker that looks moves it on, so that no other does meanwhile
  add column look_at timestamptz default app.now(),
  add constraint a_mail_came_to_an_address check ((via = 'mail') = (num_nulls(token_hash, message_id_hash) = 0));
-- An upload that is sent again is the same upload.
create unique index inbound_mails_uploaded_once on public.inbound_mails (tenant_id, task_id, body_hash)
  where via = 'upload';
update public.inbound_mails set look_at = case when state = 'received' then received_at end;
alter table public.inbound_mails
  add constraint what_waits_is_looked_at check ((state = 'received') = (look_at is not null));
create index inbound_mails_to_look_at on public.inbound_mails (look_at) where look_at is not null;
grant update (look_at) on table public.inbound_mails to cfdi_system;

-- A late picture of an invoice that counts already.
grant update (pdf_artifact_id) on table public.cfdi_documents to cfdi_tenant;

-- Whom an address belongs to; no row: to nobody.
create function app.find_mailbox(p_hash bytea) returns table (tenant_id uuid, mode public.mode, task_id uuid)
  language sql stable security definer set search_path = '' as $$
    select t.tenant_id, t.mode, t.id from public.automation_tasks t where t.mailbox_hash = p_hash
  $$;

-- Keeps a mail, once: a sender repeats what it was not told we have. 'received', 'repeated', or 'full' where the address
-- holds as much as one may.
create function app.receive_mail(
  p_id uuid, p_task uuid, p_token_hash bytea, p_message_id_hash bytea, p_body_hash bytea, p_content bytea, p_size integer,
  p_most integer, p_most_bytes bigint
) returns text
  language plpgsql set search_path = '' as $$
declare
  v_held record;
begin
  if exists (
    select from public.inbound_mails m
      where m.tenant_id = app.tenant_id() and m.token_hash = p_token_hash
        and m.message_id_hash = p_message_id_hash and m.body_hash = p_body_hash
  ) then
    return 'repeated';
  end if;
  select count(*) as mails, coalesce(sum(m.size), 0) as bytes into v_held
    from public.inbound_mails m where m.tenant_id = app.tenant_id() and m.task_id = p_task;
  if v_held.mails >= p_most or v_held.bytes + p_size > p_most_bytes then
    return 'full';
  end if;
  insert into public.inbound_mails (id, task_id, token_hash, message_id_hash, body_hash, content, size)
    values (p_id, p_task, p_token_hash, p_message_id_hash, p_body_hash, p_content, p_size)
    on conflict do nothing;
  return case when found then 'received' else 'repeated' end;
end $$;

-- What is to be looked at now: one mail of each task stands for all of them. A running task has other things to do.
create function app.list_due_mails(p_limit integer) returns table (mail_id uuid)
  language plpgsql stable security definer set search_path = '' as $$
declare
  v_now timestamptz := app.now();
begin
  return query
    select m.id from public.inbound_mails m
      join public.automation_tasks t on t.tenant_id = m.tenant_id and t.id = m.task_id
      where m.look_at <= v_now and t.status <> 'RUNNING'
      order by m.look_at limit p_limit;
end $$;

-- Takes what is due of the task of this mail, for as long as the lock; no row: nothing is, or somebody else looks.
create function app.claim_mails(p_mail uuid, p_lock interval)
  returns table (tenant_id uuid, mode public.mode, task_id uuid)
  language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz := app.now();
begin
  return query
    with due as (
      select m.tenant_id, m.id from public.inbound_mails m
        join public.inbound_mails named on named.tenant_id = m.tenant_id and named.task_id = m.task_id
        join public.automation_tasks t on t.tenant_id = m.tenant_id and t.id = m.task_id
        where named.id = p_mail and m.look_at <= v_now and t.status <> 'RUNNING'
        for no key update of m skip locked
    ), taken as (
      update public.inbound_mails m set look_at = v_now + p_lock
        from due where m.tenant_id = due.tenant_id and m.id = due.id
        returning m.tenant_id, m.mode, m.task_id
    )
    select distinct k.tenant_id, k.mode, k.task_id from taken k;
end $$;

-- Locks a task and its ticket, in that order, so that what a document means to them is decided once.
create function app.hold_for_delivery(p_task uuid)
  returns table (task public.automation_tasks, ticket public.ticket_issuances)
  language plpgsql set search_path = '' as $$
begin
  select * into task from public.automation_tasks t
    where t.tenant_id = app.tenant_id() and t.id = p_task for no key update;
  if not found then
    return;
  end if;
  select * into strict ticket from public.ticket_issuances k
    where k.tenant_id = task.tenant_id and k.id = task.ticket_id for no key update;
  return next;
end $$;

-- A proven document of this task is in our hands: its ticket is issued, and the task completed where it still waits
-- (`p_cfdi`; a running task is its run's). True: completed.
create function app.deliver_invoice(p_task uuid, p_uuid text, p_cfdi bytea) returns boolean
  language plpgsql set search_path = '' as $$
declare
  v_task public.automation_tasks;
begin
  update public.automation_tasks t set
    status = 'COMPLETED',
    cfdi = p_cfdi,
    not_before = null,
    queued_at = null,
    waiting_reason = null,
    waiting_until = null,
    ask_portal_at = null,
    finished_at = app.now(),
    updated_at = app.now()
    where t.tenant_id = app.tenant_id() and t.id = p_task
      and t.status in ('PENDING', 'QUEUED', 'PAUSED', 'INTERVENTION_NEEDED', 'AWAITING_DELIVERY')
    returning * into v_task;
  update public.ticket_issuances k
    set state = 'issued', cfdi_uuid = p_uuid, doubt_since = null, updated_at = app.now()
    from public.automation_tasks t
    where t.tenant_id = app.tenant_id() and t.id = p_task
      and k.tenant_id = t.tenant_id and k.id = t.ticket_id and k.state <> 'issued';
  return v_task.id is not null;
end $$;

-- Tasks that have waited for their document for a while ask the portal for it. The portal said that the invoice is made:
-- what was not in doubt is now, so that no run submits it again. Never more than `p_most` tasks in the queue by this.
create function app.ask_portals(p_most integer) returns table (task_id uuid, next_fence integer)
  language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz := app.now();
  v_task record;
begin
  for v_task in
    with due as (
      select t.tenant_id, t.id, t.ticket_id from public.automation_tasks t
        where t.status = 'AWAITING_DELIVERY' and t.ask_portal_at <= v_now
        order by t.ask_portal_at
        limit greatest(p_most - (select count(*) from public.automation_tasks q where q.status = 'QUEUED'), 0)
        for no key update of t skip locked
    ), doubted as (
      update public.ticket_issuances k set
        state = 'in_doubt',
        doubt_since = coalesce(k.doubt_since, k.submitted_at, v_now),
        answered_at = coalesce(k.answered_at, v_now),
        updated_at = v_now
        from due where k.tenant_id = due.tenant_id and k.id = due.ticket_id and k.task_id = due.id and k.state <> 'issued'
    ), moved as (
      update public.automation_tasks t set
        status = 'QUEUED',
        queued_at = v_now,
        waiting_reason = null,
        waiting_until = null,
        ask_portal_at = null,
        updated_at = v_now
        from due where t.tenant_id = due.tenant_id and t.id = due.id
        returning t.tenant_id, t.id, t.fence
    )
    select * from moved order by moved.tenant_id, moved.id
  loop
    perform app.append_event(v_task.tenant_id, v_task.id, 'task.queued', '{"status": "QUEUED"}');
    task_id := v_task.id;
    next_fence := v_task.fence + 1;
    return next;
  end loop;
end $$;

-- As before, and: a document that arrives ends every state of waiting.
create or replace function app.may_become(p_from public.task_status, p_to public.task_status) returns boolean
  language sql immutable parallel safe as $$
    select (p_from, p_to) in (
      ('PENDING', 'QUEUED'), ('PENDING', 'COMPLETED'), ('PENDING', 'FAILED'), ('PENDING', 'CANCELLED'),
      ('QUEUED', 'PENDING'), ('QUEUED', 'RUNNING'), ('QUEUED', 'COMPLETED'), ('QUEUED', 'CANCELLED'),
      ('RUNNING', 'RUNNING'), ('RUNNING', 'PENDING'), ('RUNNING', 'QUEUED'), ('RUNNING', 'PAUSED'),
      ('RUNNING', 'INTERVENTION_NEEDED'), ('RUNNING', 'AWAITING_DELIVERY'),
      ('RUNNING', 'COMPLETED'), ('RUNNING', 'FAILED'), ('RUNNING', 'CANCELLED'),
      ('PAUSED', 'QUEUED'), ('PAUSED', 'PENDING'), ('PAUSED', 'COMPLETED'), ('PAUSED', 'FAILED'),
      ('PAUSED', 'CANCELLED'), ('INTERVENTION_NEEDED', 'QUEUED'), ('INTERVENTION_NEEDED', 'PENDING'),
      ('INTERVENTION_NEEDED', 'COMPLETED'), ('INTERVENTION_NEEDED', 'FAILED'), ('INTERVENTION_NEEDED', 'CANCELLED'),
      ('AWAITING_DELIVERY', 'QUEUED'), ('AWAITING_DELIVERY', 'COMPLETED'), ('AWAITING_DELIVERY', 'FAILED'),
      ('AWAITING_DELIVERY', 'CANCELLED')
    )
  $$;

-- Whose mailbox portals are told, as a setting of each tenant; settings are seen where its members see the tenant.
alter table public.tenants
  add column mailbox text not null default 'task' check (mailbox in ('task', 'profile'));
grant update (mailbox) on table public.tenants to cfdi_tenant;
grant select (mailbox) on table public.tenants to authenticated;

select set_config('app.migrator', current_user, true);
set local role cfdi_system;
drop function app.find_memberships (uuid);
-- Not `reset role`: the Supabase CLI logs in as somebody else than it migrates as.
select set_config('role', current_setting('app.migrator'), true);
create function app.find_memberships(p_user uuid)
  returns table (
    id uuid, name text, plan text, document_retention_months smallint, unauthenticated_cfdis text, mailbox text,
    created_at timestamptz, role text
  )
  language sql stable security definer set search_path = '' as $$
    select t.id, t.name, t.plan, t.document_retention_months, t.unauthenticated_cfdis, t.mailbox, t.created_at, m.role
      from public.tenant_members m join public.tenants t on t.id = m.tenant_id
      where m.user_id = p_user
  $$;

revoke execute on function
  app.find_mailbox (bytea),
  app.receive_mail (uuid, uuid, bytea, bytea, bytea, bytea, integer, integer, bigint),
  app.list_due_mails (integer),
  app.claim_mails (uuid, interval),
  app.hold_for_delivery (uuid),
  app.deliver_invoice (uuid, text, bytea),
  app.ask_portals (integer),
  app.find_memberships (uuid)
from public;
grant execute on function
  app.receive_mail (uuid, uuid, bytea, bytea, bytea, bytea, integer, integer, bigint),
  app.hold_for_delivery (uuid),
  app.deliver_invoice (uuid, text, bytea)
to cfdi_tenant;
grant execute on function
  app.find_mailbox (bytea),
  app.list_due_mails (integer),
  app.claim_mails (uuid, interval),
  app.ask_portals (integer)
to cfdi_worker;
grant execute on function app.find_memberships (uuid) to cfdi_api;
-- Last, for only the owner may grant.
alter function app.find_memberships (uuid) owner to cfdi_system;
alter function app.find_mailbox (bytea) owner to cfdi_system;
alter function app.list_due_mails (integer) owner to cfdi_system;
alter function app.claim_mails (uuid, interval) owner to cfdi_system;
alter function app.ask_portals (integer) owner to cfdi_system;
