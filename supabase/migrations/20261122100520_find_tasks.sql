-- What lists of tasks are filtered by.

-- The few among the many that are not over yet.
create index automation_tasks_live on public.automation_tasks (tenant_id, mode, id desc)
  where status not in ('COMPLETED', 'FAILED', 'CANCELLED');

-- A task's metadata, pair by pair. Not an index on the column itself: under row-level security Postgres uses an index only
-- for operators that leak nothing, and none on jsonb is such; equality of text is.
create table public.task_metadata (
  tenant_id uuid not null default app.tenant_id(),
  mode public.mode not null default app.mode(),
  key text not null,
  value text not null,
  task_id uuid not null,
  primary key (tenant_id, mode, key, value, task_id),
  foreign key (tenant_id, task_id) references public.automation_tasks (tenant_id, id) on delete cascade
);
create index task_metadata_of_task on public.task_metadata (tenant_id, task_id);
revoke all on table public.task_metadata from public, anon, authenticated, service_role;
grant select, insert, delete on table public.task_metadata to cfdi_tenant;
alter table public.task_metadata enable row level security;
alter table public.task_metadata force row level security;
create policy "a tenant reads the metadata of its own tasks" on public.task_metadata
  for select to cfdi_tenant using (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
create policy "a tenant adds metadata of its own tasks" on public.task_metadata
  for insert to cfdi_tenant with check (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
create policy "a tenant removes the metadata of its own tasks" on public.task_metadata
  for delete to cfdi_tenant using (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));

create function app.note_metadata() returns trigger language plpgsql set search_path = '' as $$
begin
  if tg_op = 'UPDATE' then
    delete from public.task_metadata m where m.tenant_id = old.tenant_id and m.task_id = old.id;
  end if;
  insert into public.task_metadata (tenant_id, mode, key, value, task_id)
    select new.tenant_id, new.mode, m.key, m.value, new.id from jsonb_each_text(new.metadata) m;
  return null;
end $$;
revoke execute on function app.note_metadata () from public;
create trigger a_task_is_found_by_its_metadata after insert on public.automation_tasks
  for each row when (new.metadata <> '{}') execute function app.note_metadata();
-- Only the erasure of a person changes it.
create trigger a_task_is_found_by_what_is_left_of_it after update of metadata on public.automation_tasks
  for each row when (old.metadata <> new.metadata) execute function app.note_metadata();
-- The tasks from before.
insert into public.task_metadata (tenant_id, mode, key, value, task_id)
  select t.tenant_id, t.mode, m.key, m.value, t.id
    from public.automation_tasks t, jsonb_each_text(t.metadata) m;
