-- The vendor of a task, what pre-flight had to say about its ticket, and which rule a ticket's key was made by.

alter table public.automation_tasks
  add column vendor_id uuid references public.vendors (id),
  -- findings of pre-flight that refused nothing; they name fields and rules, never values
  add column warnings jsonb not null default '[]' check (jsonb_typeof(warnings) = 'array');
create index automation_tasks_of_vendor on public.automation_tasks (tenant_id, mode, vendor_id, id desc)
  where vendor_id is not null;

-- A ticket of a known vendor is keyed by that vendor's own fields. `general_key` is then its key by the rule for unknown
-- vendors, so that a ticket is found again when its vendor enters the directory, leaves it, or changes its fields. Null:
-- `ticket_key` is that general key.
alter table public.ticket_issuances
  add column general_key bytea check (length(general_key) = 32),
  add column key_rule text check (length(key_rule) between 1 and 500),
  add constraint a_vendors_rule_keeps_the_general_key check (num_nulls(general_key, key_rule) in (0, 2));
create index ticket_issuances_by_general_key on public.ticket_issuances (tenant_id, mode, general_key)
  where general_key is not null;

-- Why no task may be made of a ticket now; null when one may.
create function app.why_taken(p_ticket public.ticket_issuances) returns text
  language sql stable set search_path = '' as $$
    select case
      when p_ticket.state = 'issued' or exists (
        select from public.automation_tasks t
          where t.tenant_id = p_ticket.tenant_id and t.id = p_ticket.task_id
            and t.status not in ('COMPLETED', 'FAILED', 'CANCELLED')
      ) then 'duplicate_ticket'
      when app.is_in_doubt(p_ticket.state) then 'ticket_in_doubt'
    end
  $$;

-- Makes a task of a ticket, unless the ticket is taken or a quota is used up. `other_task` is the task in the way.
drop function app.create_task (
  uuid, text, uuid, bytea, text, text, bytea, bytea, bytea, uuid, integer, timestamptz, timestamptz, jsonb, jsonb, text
);
create function app.create_task(
  p_id uuid, p_external_id text, p_ticket_id uuid, p_ticket_key bytea, p_general_key bytea, p_key_rule text,
  p_vendor_url text, p_vendor_host text, p_vendor_id uuid, p_ticket_details bytea, p_profile_snapshot bytea,
  p_profile_index bytea, p_profile_id uuid, p_priority integer, p_not_before timestamptz, p_deadline timestamptz,
  p_metadata jsonb, p_options jsonb, p_warnings jsonb, p_created_by text,
  out outcome text, out other_task uuid, out ticket uuid, out created timestamptz,
  out exceeded text, out retry_after integer
)
  language plpgsql set search_path = '' as $$
declare
  v_general bytea := coalesce(p_general_key, p_ticket_key);
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

  -- Two processes may know a vendor's rule differently for a while: their requests for what may be one ticket take turns.
  perform pg_advisory_xact_lock(
    hashtextextended(format('%s %s %s', app.tenant_id(), app.mode(), encode(v_general, 'hex')), 1)
  );
  -- The ticket by another rule. That it is another one with the same numbers cannot be excluded, so it counts as this one.
  select * into v_ticket from public.ticket_issuances k
    where k.tenant_id = app.tenant_id() and k.mode = app.mode()
      and k.general_key = v_general and k.key_rule is distinct from p_key_rule
    order by app.why_taken(k) is null, k.id desc limit 1
    for no key update;
  if v_ticket.id is null and p_general_key is not null then
    select * into v_ticket from public.ticket_issuances k
      where k.tenant_id = app.tenant_id() and k.mode = app.mode() and k.ticket_key = p_general_key
      for no key update;
  end if;
  if v_ticket.id is not null and app.why_taken(v_ticket) is null and exists (
    select from public.ticket_issuances k
      where k.tenant_id = app.tenant_id() and k.mode = app.mode() and k.ticket_key = p_ticket_key
  ) then
    v_ticket := null;
  end if;
  if v_ticket.id is null then
    insert into public.ticket_issuances (id, ticket_key, general_key, key_rule, task_id)
      values (p_ticket_id, p_ticket_key, p_general_key, p_key_rule, p_id)
      on conflict (tenant_id, mode, ticket_key) do nothing
      returning id into ticket;
    if not found then
      select * into strict v_ticket from public.ticket_issuances k
        where k.tenant_id = app.tenant_id() and k.mode = app.mode() and k.ticket_key = p_ticket_key
        for no key update;
    end if;
  end if;
  if v_ticket.id is not null then
    outcome := app.why_taken(v_ticket);
    if outcome is not null then
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
    -- From here on it is known by the rule of today.
    update public.ticket_issuances k
      set task_id = p_id, ticket_key = p_ticket_key, general_key = p_general_key, key_rule = p_key_rule,
        updated_at = app.now()
      where k.tenant_id = v_ticket.tenant_id and k.id = v_ticket.id;
  end if;
  insert into public.automation_tasks (
    id, external_id, ticket_id, vendor_url, vendor_host, vendor_id, ticket_details, profile_snapshot, profile_index,
    profile_id, priority, not_before, deadline, metadata, options, warnings, created_by, created_at, updated_at
  ) values (
    p_id, p_external_id, ticket, p_vendor_url, p_vendor_host, p_vendor_id, p_ticket_details, p_profile_snapshot,
    p_profile_index, p_profile_id, p_priority, p_not_before, p_deadline, p_metadata, p_options, p_warnings,
    p_created_by, app.now(), app.now()
  ) returning created_at into created;
  outcome := 'created';
end $$;

revoke execute on function
  app.why_taken (public.ticket_issuances),
  app.create_task (
    uuid, text, uuid, bytea, bytea, text, text, text, uuid, bytea, bytea, bytea, uuid, integer, timestamptz,
    timestamptz, jsonb, jsonb, jsonb, text
  )
from public;
grant execute on function
  app.why_taken (public.ticket_issuances),
  app.create_task (
    uuid, text, uuid, bytea, bytea, text, text, text, uuid, bytea, bytea, bytea, uuid, integer, timestamptz,
    timestamptz, jsonb, jsonb, jsonb, text
  )
to cfdi_tenant;
