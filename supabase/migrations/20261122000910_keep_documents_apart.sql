-- Invoices are kept longer than the tasks that brought them: their files need no task any more, while evidence (anything
-- else) still goes with its task. And a file goes with its row, whoever deletes that: its path is left in an outbox.

alter table public.artifacts drop constraint artifacts_tenant_id_task_id_fkey;
alter table public.artifacts
  add foreign key (tenant_id) references public.tenants (id) on delete cascade,
  -- the task, where the file lives no longer than it
  add column evidence_of uuid generated always as (case when kind in ('xml', 'pdf') then null else task_id end) stored,
  add foreign key (tenant_id, evidence_of) references public.automation_tasks (tenant_id, id) on delete cascade;
create index artifacts_as_evidence on public.artifacts (tenant_id, evidence_of) where evidence_of is not null;
create index artifacts_documents_by_age on public.artifacts (tenant_id, created_at) where kind in ('xml', 'pdf');
create index cfdi_documents_by_age on public.cfdi_documents (tenant_id, created_at);

-- Files to delete from Storage. No foreign key: they outlive their tenants.
create table public.storage_deletions (
  id uuid primary key default app.new_uuid(),
  tenant_id uuid not null,
  storage_path text not null,
  attempts integer not null default 0 check (attempts >= 0),
  -- while one worker tries, and after it failed, no other does before then
  not_before timestamptz not null default app.now(),
  created_at timestamptz not null default app.now()
);
create index storage_deletions_due on public.storage_deletions (not_before);
revoke all on table public.storage_deletions from public, anon, authenticated, service_role;
grant select, insert, update, delete on table public.storage_deletions to cfdi_system;
alter table public.storage_deletions enable row level security;
alter table public.storage_deletions force row level security;
create policy "the system reads which files are to go" on public.storage_deletions
  for select to cfdi_system using (true);
create policy "the system notes files that are to go" on public.storage_deletions
  for insert to cfdi_system with check (true);
create policy "the system holds files that are to go" on public.storage_deletions
  for update to cfdi_system using (true) with check (true);
create policy "the system strikes files that are gone" on public.storage_deletions
  for delete to cfdi_system using (true);

create function app.note_deleted_files() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  insert into public.storage_deletions (tenant_id, storage_path) select tenant_id, storage_path from gone;
  return null;
end $$;
revoke execute on function app.note_deleted_files () from public;
create trigger a_file_goes_with_its_row after delete on public.artifacts
  referencing old table as gone for each statement execute function app.note_deleted_files ();

-- Files to delete now. Each comes again later, and ever later, until it is struck: a file is never given up.
create function app.claim_storage_deletions(p_limit integer)
  returns table (id uuid, storage_path text, attempts integer)
  language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz := app.now();
begin
  return query
    with due as (
      select d.id from public.storage_deletions d
        where d.not_before <= v_now order by d.not_before limit p_limit
        for update skip locked
    )
    update public.storage_deletions d set
      attempts = d.attempts + 1,
      not_before = v_now + least(interval '1 minute' * 2 ^ least(d.attempts, 20), interval '6 hours')
      from due where d.id = due.id
      returning d.id, d.storage_path, d.attempts;
end $$;

create function app.strike_storage_deletions(p_ids uuid[]) returns void
  language sql security definer set search_path = ''
  as $$ delete from public.storage_deletions where id = any (p_ids) $$;

revoke execute on function app.claim_storage_deletions (integer), app.strike_storage_deletions (uuid[]) from public;
grant execute on function app.claim_storage_deletions (integer), app.strike_storage_deletions (uuid[]) to cfdi_worker;
-- Last, for only the owner may grant.
alter function app.note_deleted_files () owner to cfdi_system;
alter function app.claim_storage_deletions (integer) owner to cfdi_system;
alter function app.strike_storage_deletions (uuid[]) owner to cfdi_system;
