-- What SAT's register says of an invoice: asked when it is due, and what follows from the answer. While a task waits for
-- that word (AWAITING_DELIVERY, `sat_pending`) the answer ends it; of an accepted invoice it only tells whether it still holds.

alter table public.tenants
  -- what becomes of an invoice that nobody trusted vouches for
  add column unauthenticated_cfdis text not null default 'ask_sat'
    check (unauthenticated_cfdis in ('ask_sat', 'accept', 'reject'));
grant update (unauthenticated_cfdis) on table public.tenants to cfdi_tenant;
grant select (unauthenticated_cfdis) on table public.tenants to authenticated;

-- A tenant's settings are seen where its members see the tenant.
select set_config('app.migrator', current_user, true);
set local role cfdi_system;
drop function app.find_memberships (uuid);
-- Not `reset role`: the Supabase CLI logs in as somebody else than it migrates as.
select set_config('role', current_setting('app.migrator'), true);
create function app.find_memberships(p_user uuid)
  returns table (
    id uuid, name text, plan text, document_retention_months smallint, unauthenticated_cfdis text,
    created_at timestamptz, role text
  )
  language sql stable security definer set search_path = '' as $$
    select t.id, t.name, t.plan, t.document_retention_months, t.unauthenticated_cfdis, t.created_at, m.role
      from public.tenant_members m join public.tenants t on t.id = m.tenant_id
      where m.user_id = p_user
  $$;
revoke execute on function app.find_memberships (uuid) from public;
grant execute on function app.find_memberships (uuid) to cfdi_api;

alter table public.cfdi_documents
  -- who says that it is genuine: certificates that the operator trusts, or SAT's register
  add column authenticated_by text check (authenticated_by in ('trust', 'sat')),
  -- fetched again, rather than issued by the run that brought it
  add column recovered boolean not null default false,
  add column sat_checked_at timestamptz,
  -- how often the register answered
  add column sat_answers smallint not null default 0 check (sat_answers >= 0),
  -- when it is to be asked next; null: not again. A worker that asks moves it on, so that no other does meanwhile
  add column sat_check_at timestamptz;
update public.cfdi_documents set authenticated_by = 'trust' where verdict = 'authenticated';
alter table public.cfdi_documents
  add constraint an_authenticated_document_says_by_whom
    check ((verdict = 'authenticated') = (authenticated_by is not null));
create index cfdi_documents_to_ask_about on public.cfdi_documents (mode, sat_check_at) where sat_check_at is not null;
grant select (authenticated_by, sat_checked_at) on table public.cfdi_documents to authenticated;
grant update (accepted, verdict, authenticated_by, sat_status, sat_checked_at, sat_answers, sat_check_at, findings)
  on table public.cfdi_documents to cfdi_tenant;
grant update (sat_check_at) on table public.cfdi_documents to cfdi_system;
create policy "a tenant notes what SAT says of its invoices" on public.cfdi_documents
  for update to cfdi_tenant
  using (tenant_id = (select app.tenant_id()) and mode = (select app.mode()))
  with check (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));

-- Invoices that SAT is to be asked about now, of the modes that have a register. Each is this worker's until the lock passes.
create function app.claim_sat_checks(p_modes public.mode[], p_lock interval, p_limit integer)
  returns table (tenant_id uuid, mode public.mode, document_id uuid, asked_at timestamptz)
  language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz := app.now();
begin
  return query
    with due as (
      select d.tenant_id, d.id from public.cfdi_documents d
        where d.mode = any (p_modes) and d.sat_check_at <= v_now
        order by d.sat_check_at limit p_limit
        for no key update skip locked
    )
    update public.cfdi_documents d set sat_check_at = v_now + p_lock
      from due where d.tenant_id = due.tenant_id and d.id = due.id
      returning d.tenant_id, d.mode, d.id, v_now;
end $$;

-- Notes one answer, and ends the task that waited for it, if it still does. `p_answers` is how often the register had
-- answered when this was asked: who comes second changes nothing (`stale`). Null `p_status`: no answer, ask again at
-- `p_next`. `p_end`: what the answer means for a task that waits; `p_taken`: its failure where the UUID proved another purchase
-- meanwhile. `unawaited`: the task ended otherwise, so there is nothing to ask any more. Locks: task before document.
create function app.settle_sat_check(
  p_document uuid, p_answers smallint, p_status text, p_asked_at timestamptz, p_next timestamptz, p_findings bytea,
  p_end public.task_status, p_cfdi bytea, p_failure jsonb, p_taken jsonb, p_cancelled jsonb
) returns text
  language plpgsql set search_path = '' as $$
declare
  v_task public.automation_tasks;
  v_document public.cfdi_documents;
  v_awaited boolean;
  v_end public.task_status := p_end;
  v_failure jsonb := p_failure;
begin
  select t.* into v_task from public.automation_tasks t
    join public.cfdi_documents d on d.tenant_id = t.tenant_id and d.task_id = t.id
    where d.tenant_id = app.tenant_id() and d.id = p_document
    for no key update of t;
  select * into v_document from public.cfdi_documents d
    where d.tenant_id = app.tenant_id() and d.id = p_document and d.sat_answers = p_answers and d.sat_check_at is not null
    for no key update;
  if not found then
    return 'stale';
  end if;
  v_awaited := coalesce(v_task.status = 'AWAITING_DELIVERY' and v_task.waiting_reason = 'sat_pending', false);

  if v_end = 'COMPLETED' and v_awaited and exists (
    select from public.cfdi_documents o
      where o.tenant_id = v_document.tenant_id and o.mode = v_document.mode and o.uuid = v_document.uuid and o.accepted
  ) then
    v_end := 'FAILED';
    v_failure := p_taken;
  end if;
  update public.cfdi_documents d set
    sat_status = coalesce(p_status, d.sat_status),
    sat_checked_at = case when p_status is null then d.sat_checked_at else p_asked_at end,
    sat_answers = d.sat_answers + case when p_status is null then 0 else 1 end,
    sat_check_at = case
      when v_end = 'FAILED' or not (d.accepted or v_awaited) then null
      else p_next
    end,
    authenticated_by = case when p_status = 'valid' then coalesce(d.authenticated_by, 'sat') else d.authenticated_by end,
    verdict = case when p_status = 'valid' then 'authenticated' else d.verdict end,
    accepted = d.accepted or (v_awaited and v_end is not distinct from 'COMPLETED'),
    findings = coalesce(p_findings, d.findings)
    where d.tenant_id = v_document.tenant_id and d.id = v_document.id;

  if v_awaited and v_end is not null then
    update public.automation_tasks t set
      status = v_end,
      cfdi = case when v_end = 'COMPLETED' then p_cfdi end,
      failure = case when v_end = 'FAILED' then v_failure end,
      waiting_reason = null,
      waiting_until = null,
      finished_at = app.now(),
      updated_at = app.now()
      where t.tenant_id = v_task.tenant_id and t.id = v_task.id;
    return case when v_end = 'COMPLETED' then 'completed' when p_end = 'FAILED' then 'failed' else 'taken' end;
  end if;
  if not v_document.accepted and not v_awaited then
    return 'unawaited';
  end if;
  if v_document.accepted and p_status = 'cancelled' and v_document.sat_status is distinct from 'cancelled' then
    -- Of no task: invoices outlive theirs. Last, for it locks the tenant's counter.
    perform app.log_event(v_document.tenant_id, v_document.mode, null, null, 'cfdi.cancelled', p_cancelled);
  end if;
  return 'noted';
end $$;

revoke execute on function
  app.claim_sat_checks (public.mode[], interval, integer),
  app.settle_sat_check (
    uuid, smallint, text, timestamptz, timestamptz, bytea, public.task_status, bytea, jsonb, jsonb, jsonb
  )
from public;
grant execute on function app.claim_sat_checks (public.mode[], interval, integer) to cfdi_worker;
grant execute on function app.settle_sat_check (
  uuid, smallint, text, timestamptz, timestamptz, bytea, public.task_status, bytea, jsonb, jsonb, jsonb
) to cfdi_tenant;

-- As before; but a task that waits for SAT's word ends by that, as long as somebody asks for it.
set local role cfdi_system;
create or replace function app.fail_overdue_tasks(p_failures jsonb, p_limit integer) returns integer
  language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz := app.now();
  v_failed integer := 0;
  v_task record;
begin
  for v_task in
    with overdue as (
      select t.id, jsonb_build_object('uuid', k.cfdi_uuid, 'satStatus', d.sat_status) as sat,
        k.task_id = t.id and app.is_in_doubt(k.state) as in_doubt,
        case
          when t.status = 'PENDING' then 'timeout'
          when t.status <> 'AWAITING_DELIVERY' then 'intervention_timeout'
          when t.waiting_reason = 'sat_pending' then 'cfdi_unverified'
          else 'delivery_timeout'
        end as code
        from public.automation_tasks t
        join public.ticket_issuances k on k.tenant_id = t.tenant_id and k.id = t.ticket_id
        left join lateral (
          select c.sat_status, c.sat_check_at from public.cfdi_documents c
            where t.waiting_reason = 'sat_pending' and c.tenant_id = t.tenant_id and c.task_id = t.id
            order by c.id desc limit 1
        ) d on true
        where (t.status = 'PENDING' and t.deadline < v_now and not (k.task_id = t.id and app.is_in_doubt(k.state)))
          or (t.status in ('PAUSED', 'INTERVENTION_NEEDED', 'AWAITING_DELIVERY') and (
            t.waiting_until < case when d.sat_check_at is null then v_now else v_now - interval '12 hours' end
            or (t.cancel_requested_at is not null and k.task_id = t.id and app.is_in_doubt(k.state))
          ))
        order by t.id limit p_limit
        for no key update of t skip locked
    ), moved as (
      update public.automation_tasks t set
        status = case when o.in_doubt then 'QUEUED'::public.task_status else 'FAILED' end,
        failure = case
          when o.in_doubt then null
          when o.code = 'cfdi_unverified' then jsonb_set(p_failures -> o.code, '{details}', o.sat)
          else p_failures -> o.code
        end,
        queued_at = case when o.in_doubt then v_now end,
        finished_at = case when o.in_doubt then null else v_now end,
        waiting_reason = null,
        waiting_until = null
        from overdue o where t.id = o.id
        returning t.tenant_id, t.id, t.status, t.failure
    )
    select * from moved order by tenant_id, id
  loop
    if v_task.status = 'FAILED' then
      v_failed := v_failed + 1;
      perform app.append_event(
        v_task.tenant_id, v_task.id, 'task.failed',
        jsonb_build_object('status', 'FAILED', 'failure', v_task.failure)
      );
    else
      perform app.append_event(v_task.tenant_id, v_task.id, 'task.queued', '{"status": "QUEUED"}');
    end if;
  end loop;
  return v_failed;
end $$;
select set_config('role', current_setting('app.migrator'), true);

-- Last, for only the owner may grant.
alter function app.find_memberships (uuid) owner to cfdi_system;
alter function app.claim_sat_checks (public.mode[], interval, integer) owner to cfdi_system;
