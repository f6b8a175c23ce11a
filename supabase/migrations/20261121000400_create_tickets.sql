-- Ticket issuances: the ticket's own row, one per tenant, mode and ticket. Whether its invoice was asked for is kept
-- here and not with the task, for it outlives tasks: no foreign key leads from here to them.

create type public.ticket_state as enum ('none', 'submitting', 'submitted', 'issued', 'rejected', 'in_doubt');

create table public.ticket_issuances (
  id uuid primary key,
  tenant_id uuid not null default app.tenant_id() references public.tenants (id) on delete cascade,
  mode public.mode not null default app.mode(),
  -- keyed hash of what makes the ticket this ticket
  ticket_key bytea not null check (length(ticket_key) = 32),
  state public.ticket_state not null default 'none',
  -- the task that the ticket belongs to, or belonged to last
  task_id uuid not null,
  -- fence and session of the run that marked, time of the mark and then of the act
  fence integer,
  session_id uuid,
  submitted_at timestamptz,
  doubt_since timestamptz,
  cfdi_uuid text,
  -- acts that were marked out of caution and turned out to be only a next step
  harmless_acts text[] not null default '{}',
  reconciliations integer not null default 0,
  last_still_offered_at timestamptz,
  created_at timestamptz not null default app.now(),
  updated_at timestamptz not null default app.now(),
  unique (tenant_id, id),
  unique (tenant_id, mode, ticket_key),
  constraint a_mark_says_who_and_when check (
    state not in ('submitting', 'submitted') or num_nulls(fence, session_id, submitted_at) = 0
  ),
  constraint doubt_has_a_beginning check (state <> 'in_doubt' or doubt_since is not null),
  constraint an_issued_ticket_names_its_invoice check (state <> 'issued' or cfdi_uuid is not null)
);
revoke all on table public.ticket_issuances from public, anon, authenticated, service_role;
grant select, insert, update on table public.ticket_issuances to cfdi_tenant;
grant select, update on table public.ticket_issuances to cfdi_system;
alter table public.ticket_issuances enable row level security;
alter table public.ticket_issuances force row level security;
create policy "a tenant reads its own tickets" on public.ticket_issuances
  for select to cfdi_tenant using (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
create policy "a tenant adds tickets of its own" on public.ticket_issuances
  for insert to cfdi_tenant with check (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
create policy "a tenant changes its own tickets" on public.ticket_issuances
  for update to cfdi_tenant
  using (tenant_id = (select app.tenant_id()) and mode = (select app.mode()))
  with check (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
create policy "the system reads every ticket" on public.ticket_issuances
  for select to cfdi_system using (true);
create policy "the system puts tickets in doubt" on public.ticket_issuances
  for update to cfdi_system using (true) with check (true);

-- Whether an act may have issued an invoice that we do not hold.
create function app.is_in_doubt(p_state public.ticket_state) returns boolean
  language sql immutable parallel safe
  as $$ select p_state in ('submitting', 'submitted', 'in_doubt') $$;
revoke execute on function app.is_in_doubt (public.ticket_state) from public;
grant execute on function app.is_in_doubt (public.ticket_state) to cfdi_tenant, cfdi_system;
