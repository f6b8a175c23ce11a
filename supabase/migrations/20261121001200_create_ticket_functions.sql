-- Exactly-once issuance: what a run does to its ticket. Each locks the task while its fence is the run's, then changes
-- the ticket; false means that the fence was lost. A state that does not allow the change is left as it is.

-- `none|rejected` → `submitting`: 'marked', 'lost_lease' or 'not_free'. The lease is looked at after both rows are
-- locked, by the clock of that moment, so that no wait can make an old lease look valid.
create function app.mark_ticket(
  p_task uuid, p_run uuid, p_fence integer, p_session uuid, p_min_lease interval, p_act text
)
  returns text
  language plpgsql set search_path = '' as $$
declare
  v_task public.automation_tasks;
  v_now timestamptz;
begin
  select * into v_task from app.hold_fence(p_task, p_run, p_fence);
  if not found then
    return 'lost_lease';
  end if;
  perform 1 from public.ticket_issuances
    where tenant_id = v_task.tenant_id and id = v_task.ticket_id
    for no key update;
  v_now := app.now();
  if v_task.lease_until <= v_now + p_min_lease then
    return 'lost_lease';
  end if;
  update public.ticket_issuances
    set state = 'submitting', fence = p_fence, session_id = p_session, submitted_at = v_now, updated_at = v_now,
        -- The same button may first complain and then issue: while it is in doubt it is no mere step.
        harmless_acts = array_remove(harmless_acts, p_act)
    where tenant_id = v_task.tenant_id and id = v_task.ticket_id and task_id = p_task and state in ('none', 'rejected');
  return case when found then 'marked' else 'not_free' end;
end $$;

-- `submitting` → `submitted`: the act has left.
create function app.submitted_ticket(p_task uuid, p_run uuid, p_fence integer) returns boolean
  language plpgsql set search_path = '' as $$
declare
  v_task public.automation_tasks;
begin
  select * into v_task from app.hold_fence(p_task, p_run, p_fence);
  if not found then
    return false;
  end if;
  update public.ticket_issuances
    set state = 'submitted', submitted_at = app.now(), updated_at = app.now()
    where tenant_id = v_task.tenant_id and id = v_task.ticket_id and task_id = p_task
      and state = 'submitting' and fence = p_fence;
  return true;
end $$;

-- What became of this run's own mark. A ticket in doubt only becomes free by `conclude_not_invoiced`.
create function app.settle_ticket(
  p_task uuid, p_run uuid, p_fence integer, p_state public.ticket_state, p_harmless_act text
) returns boolean
  language plpgsql set search_path = '' as $$
declare
  v_task public.automation_tasks;
begin
  select * into v_task from app.hold_fence(p_task, p_run, p_fence);
  if not found then
    return false;
  end if;
  update public.ticket_issuances
    set state = p_state,
        doubt_since = case when p_state = 'in_doubt' then coalesce(doubt_since, app.now()) end,
        harmless_acts = case
          when p_harmless_act is null or p_harmless_act = any (harmless_acts) then harmless_acts
          else harmless_acts || p_harmless_act
        end,
        updated_at = app.now()
    where tenant_id = v_task.tenant_id and id = v_task.ticket_id and task_id = p_task
      and state in ('submitting', 'submitted') and fence = p_fence;
  return true;
end $$;

-- A document of this ticket is in our hands, whether by this run's act, an earlier one's or somebody else's.
create function app.issued_ticket(p_task uuid, p_run uuid, p_fence integer, p_uuid text) returns boolean
  language plpgsql set search_path = '' as $$
declare
  v_task public.automation_tasks;
begin
  select * into v_task from app.hold_fence(p_task, p_run, p_fence);
  if not found then
    return false;
  end if;
  update public.ticket_issuances
    set state = 'issued', cfdi_uuid = p_uuid, doubt_since = null, updated_at = app.now()
    where tenant_id = v_task.tenant_id and id = v_task.ticket_id and task_id = p_task;
  return true;
end $$;

-- A run asked the portal about a ticket in doubt. `still_offered`: a page showed it found and still offered;
-- `not_invoiced`: the second such page, so the ticket is free again; `reconciled`: no answer.
create function app.reconcile_ticket(p_task uuid, p_run uuid, p_fence integer, p_finding text) returns boolean
  language plpgsql set search_path = '' as $$
declare
  v_task public.automation_tasks;
begin
  select * into v_task from app.hold_fence(p_task, p_run, p_fence);
  if not found then
    return false;
  end if;
  case p_finding
    when 'still_offered' then
      update public.ticket_issuances set last_still_offered_at = app.now(), updated_at = app.now()
        where tenant_id = v_task.tenant_id and id = v_task.ticket_id and task_id = p_task and app.is_in_doubt(state);
    when 'reconciled' then
      update public.ticket_issuances set reconciliations = reconciliations + 1, updated_at = app.now()
        where tenant_id = v_task.tenant_id and id = v_task.ticket_id and task_id = p_task and app.is_in_doubt(state);
    when 'not_invoiced' then
      update public.ticket_issuances
        set state = 'none', doubt_since = null, last_still_offered_at = null, reconciliations = 0, updated_at = app.now()
        where tenant_id = v_task.tenant_id and id = v_task.ticket_id and task_id = p_task and app.is_in_doubt(state);
  end case;
  return true;
end $$;

revoke execute on function
  app.mark_ticket (uuid, uuid, integer, uuid, interval, text),
  app.submitted_ticket (uuid, uuid, integer),
  app.settle_ticket (uuid, uuid, integer, public.ticket_state, text),
  app.issued_ticket (uuid, uuid, integer, text),
  app.reconcile_ticket (uuid, uuid, integer, text)
from public;
grant execute on function
  app.mark_ticket (uuid, uuid, integer, uuid, interval, text),
  app.submitted_ticket (uuid, uuid, integer),
  app.settle_ticket (uuid, uuid, integer, public.ticket_state, text),
  app.issued_ticket (uuid, uuid, integer, text),
  app.reconcile_ticket (uuid, uuid, integer, text)
to cfdi_tenant;
