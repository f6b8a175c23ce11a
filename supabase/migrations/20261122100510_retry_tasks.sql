-- Retry: a new task for the ticket of one that ended without its invoice. A task is retried once, its retry in turn, and
-- a chain has five retries at most (`max_retries`).

drop index public.automation_tasks_retried;
create unique index automation_tasks_one_retry on public.automation_tasks (tenant_id, retry_of)
  where retry_of is not null;

-- Makes the retry of a task, unless something is in the way: `not_found`, `not_ended` (or ended well), `retried` (its
-- retry has ended too: retry that one), `retried_too_often`, or what `create_task` answers. The lock on the task lets
-- those who ask at once take turns; the second finds the first one's task. Other values of the ticket may lead to another
-- row than the task's own, but what that one guards must be free too.
create function app.retry_task(
  p_of uuid,
  p_id uuid, p_external_id text, p_ticket_id uuid, p_ticket_key bytea, p_general_key bytea, p_key_rule text,
  p_vendor_url text, p_vendor_host text, p_vendor_id uuid, p_ticket_details bytea, p_profile_snapshot bytea,
  p_profile_index bytea, p_profile_id uuid, p_priority integer, p_not_before timestamptz, p_deadline timestamptz,
  p_metadata jsonb, p_options jsonb, p_warnings jsonb, p_created_by text,
  out outcome text, out other_task uuid, out ticket uuid, out created timestamptz,
  out exceeded text, out retry_after integer, out retries integer
)
  language plpgsql set search_path = '' as $$
declare
  v_old public.automation_tasks;
  v_ticket public.ticket_issuances;
begin
  select * into v_old from public.automation_tasks t where t.tenant_id = app.tenant_id() and t.id = p_of
    for no key update;
  if not found then
    outcome := 'not_found';
    return;
  elsif v_old.status not in ('FAILED', 'CANCELLED') then
    outcome := 'not_ended';
    return;
  end if;
  select case when t.status in ('COMPLETED', 'FAILED', 'CANCELLED') then 'retried' else 'duplicate_ticket' end, t.id
    into outcome, other_task
    from public.automation_tasks t where t.tenant_id = v_old.tenant_id and t.retry_of = p_of;
  if found then
    return;
  elsif v_old.retry_count >= 5 then
    outcome := 'retried_too_often';
    return;
  end if;
  select * into strict v_ticket from public.ticket_issuances k
    where k.tenant_id = v_old.tenant_id and k.id = v_old.ticket_id;
  outcome := app.why_taken(v_ticket);
  if outcome is not null then
    other_task := v_ticket.task_id;
    return;
  end if;

  select c.outcome, c.other_task, c.ticket, c.created, c.exceeded, c.retry_after
    into outcome, other_task, ticket, created, exceeded, retry_after
    from app.create_task(
      p_id, p_external_id, p_ticket_id, p_ticket_key, p_general_key, p_key_rule, p_vendor_url, p_vendor_host,
      p_vendor_id, p_ticket_details, p_profile_snapshot, p_profile_index, p_profile_id, p_priority, p_not_before,
      p_deadline, p_metadata, p_options, p_warnings, p_created_by
    ) c;
  if outcome = 'created' then
    retries := v_old.retry_count + 1;
    update public.automation_tasks t set retry_of = p_of, retry_count = retries
      where t.tenant_id = v_old.tenant_id and t.id = p_id;
  end if;
end $$;

revoke execute on function app.retry_task (
  uuid, uuid, text, uuid, bytea, bytea, text, text, text, uuid, bytea, bytea, bytea, uuid, integer, timestamptz,
  timestamptz, jsonb, jsonb, jsonb, text
) from public;
grant execute on function app.retry_task (
  uuid, uuid, text, uuid, bytea, bytea, text, text, text, uuid, bytea, bytea, bytea, uuid, integer, timestamptz,
  timestamptz, jsonb, jsonb, jsonb, text
) to cfdi_tenant;
