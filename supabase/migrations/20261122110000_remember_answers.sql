-- A portal that said "your invoice is made", and then shows the ticket as still offered, forgets; it does not take it
-- back. So what it said is kept with the ticket, and a ticket with it is never free again by looking.

alter table public.ticket_issuances add column answered_at timestamptz;
comment on column public.ticket_issuances.answered_at is
  'when the portal said that the invoice of the act in doubt was made';

-- The portal's answer to this run's act, or to its question, was that the invoice exists.
create function app.answered_ticket(p_task uuid, p_run uuid, p_fence integer) returns boolean
  language plpgsql set search_path = '' as $$
declare
  v_task public.automation_tasks;
begin
  select * into v_task from app.hold_fence(p_task, p_run, p_fence);
  if not found then
    return false;
  end if;
  update public.ticket_issuances
    set answered_at = coalesce(answered_at, app.now()), updated_at = app.now()
    where tenant_id = v_task.tenant_id and id = v_task.ticket_id and task_id = p_task and app.is_in_doubt(state);
  return true;
end $$;
revoke execute on function app.answered_ticket (uuid, uuid, integer) from public;
grant execute on function app.answered_ticket (uuid, uuid, integer) to cfdi_tenant;

-- Held here too, whoever changes the ticket: no way from an answer to a free ticket but the portal's own refusal.
create function app.keep_answer() returns trigger
  language plpgsql set search_path = '' as $$
begin
  if new.state = 'none' and app.is_in_doubt(old.state) and old.answered_at is not null then
    raise exception 'the portal said that the invoice of this ticket was made' using errcode = 'check_violation';
  end if;
  if not app.is_in_doubt(new.state) then
    new.answered_at := null;
  end if;
  return new;
end $$;
revoke execute on function app.keep_answer () from public;
create trigger keep_answer before update on public.ticket_issuances
  for each row execute function app.keep_answer();
