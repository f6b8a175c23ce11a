-- Artifacts: stored files (bytes lie encrypted in Storage). CFDI documents: an invoice's facts and findings.

create table public.artifacts (
  id uuid primary key,
  tenant_id uuid not null default app.tenant_id(),
  mode public.mode not null default app.mode(),
  task_id uuid not null,
  kind text not null check (kind in ('xml', 'pdf', 'screenshot', 'other')),
  -- encrypted: portals name files after the receptor's RFC
  file_name bytea not null,
  content_type text not null,
  size integer not null check (size >= 0),
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  storage_path text not null,
  created_at timestamptz not null default app.now(),
  unique (tenant_id, id),
  unique (tenant_id, storage_path),
  foreign key (tenant_id, task_id) references public.automation_tasks (tenant_id, id) on delete cascade
);
create index artifacts_of_task on public.artifacts (tenant_id, task_id, id desc);
revoke all on table public.artifacts from public, anon, authenticated, service_role;
grant select, insert on table public.artifacts to cfdi_tenant;
alter table public.artifacts enable row level security;
alter table public.artifacts force row level security;
create policy "a tenant reads its own artifacts" on public.artifacts
  for select to cfdi_tenant using (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
create policy "a tenant adds artifacts of its own" on public.artifacts
  for insert to cfdi_tenant with check (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));

create table public.cfdi_documents (
  id uuid primary key,
  tenant_id uuid not null default app.tenant_id() references public.tenants (id) on delete cascade,
  mode public.mode not null default app.mode(),
  -- folio fiscal, upper case
  uuid text not null,
  -- Documents outlive tasks and their artifacts' rows, so these are no foreign keys.
  task_id uuid not null,
  xml_artifact_id uuid not null,
  pdf_artifact_id uuid,
  verdict text not null check (verdict in ('authenticated', 'consistent_not_authenticated', 'rejected')),
  -- whether it counts as its ticket's invoice
  accepted boolean not null,
  emisor_rfc text not null,
  total numeric(14, 2) not null,
  -- local time of the place of issue
  issued_at timestamp not null,
  -- encrypted: they name the receptor
  facts bytea not null,
  findings bytea not null,
  created_at timestamptz not null default app.now(),
  unique (tenant_id, id),
  constraint a_rejected_document_is_not_accepted check (not (accepted and verdict = 'rejected'))
);
create unique index cfdi_documents_accepted_once on public.cfdi_documents (tenant_id, mode, uuid) where accepted;
create index cfdi_documents_of_task on public.cfdi_documents (tenant_id, task_id);
revoke all on table public.cfdi_documents from public, anon, authenticated, service_role;
grant select, insert on table public.cfdi_documents to cfdi_tenant;
alter table public.cfdi_documents enable row level security;
alter table public.cfdi_documents force row level security;
create policy "a tenant reads its own invoices" on public.cfdi_documents
  for select to cfdi_tenant using (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
create policy "a tenant adds invoices of its own" on public.cfdi_documents
  for insert to cfdi_tenant with check (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
