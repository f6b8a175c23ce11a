-- What a member of a tenant may read with their Supabase token, by SQL or by Supabase's REST: these columns, of their own
-- tenants, and nothing to write. What is encrypted, secret, or only the platform's is left out; the API knows more.

-- Of themselves alone: so that this policy, which all others stand on, needs no other.
grant select (tenant_id, user_id, role, created_at) on table public.tenant_members to authenticated;
create policy "a member reads their own membership" on public.tenant_members
  for select to authenticated using (user_id = (select auth.uid()));

grant select (id, name, plan, limits, document_retention_months, created_at) on table public.tenants to authenticated;
create policy "a member reads their tenants" on public.tenants
  for select to authenticated
  using (id in (select m.tenant_id from public.tenant_members m where m.user_id = (select auth.uid())));

grant select (id, tenant_id, mode, name, scopes, expires_at, revoked_at, last_used_at, created_at)
  on table public.api_keys to authenticated;
create policy "a member reads the API keys of their tenants" on public.api_keys
  for select to authenticated
  using (tenant_id in (select m.tenant_id from public.tenant_members m where m.user_id = (select auth.uid())));

grant select (
  id, tenant_id, mode, external_id, status, vendor_url, vendor_host, ticket_id, profile_id, failure, retry_of,
  retry_count, priority, attempt, not_before, deadline, metadata, options, created_by, cancel_requested_at,
  waiting_reason, waiting_until, queued_at, started_at, finished_at, created_at, updated_at
) on table public.automation_tasks to authenticated;
create policy "a member reads the tasks of their tenants" on public.automation_tasks
  for select to authenticated
  using (tenant_id in (select m.tenant_id from public.tenant_members m where m.user_id = (select auth.uid())));

grant select (
  id, tenant_id, mode, task_id, run_id, index, step_type, summary, planner, confidence, duration_ms, tokens, cost_usd,
  screenshot_artifact_id, created_at
) on table public.task_steps to authenticated;
create policy "a member reads the steps of their tenants" on public.task_steps
  for select to authenticated
  using (tenant_id in (select m.tenant_id from public.tenant_members m where m.user_id = (select auth.uid())));

grant select (id, tenant_id, mode, task_id, run_id, provider, status, created_at, terminated_at)
  on table public.browser_sessions to authenticated;
create policy "a member reads the sessions of their tenants" on public.browser_sessions
  for select to authenticated
  using (tenant_id in (select m.tenant_id from public.tenant_members m where m.user_id = (select auth.uid())));

grant select (tenant_id, cursor, id, mode, task_id, sequence, type, data, created_at)
  on table public.task_events to authenticated;
create policy "a member reads the events of their tenants" on public.task_events
  for select to authenticated
  using (tenant_id in (select m.tenant_id from public.tenant_members m where m.user_id = (select auth.uid())));

grant select (id, tenant_id, mode, task_id, kind, content_type, size, sha256, created_at)
  on table public.artifacts to authenticated;
create policy "a member reads the files of their tenants" on public.artifacts
  for select to authenticated
  using (tenant_id in (select m.tenant_id from public.tenant_members m where m.user_id = (select auth.uid())));

grant select (
  id, tenant_id, mode, uuid, task_id, xml_artifact_id, pdf_artifact_id, verdict, accepted, emisor_rfc, total, issued_at,
  created_at
) on table public.cfdi_documents to authenticated;
create policy "a member reads the invoices of their tenants" on public.cfdi_documents
  for select to authenticated
  using (tenant_id in (select m.tenant_id from public.tenant_members m where m.user_id = (select auth.uid())));

grant select (id, tenant_id, mode, url, description, event_types, disabled_at, created_at)
  on table public.webhook_endpoints to authenticated;
create policy "a member reads the endpoints of their tenants" on public.webhook_endpoints
  for select to authenticated
  using (tenant_id in (select m.tenant_id from public.tenant_members m where m.user_id = (select auth.uid())));

grant select (
  id, tenant_id, mode, endpoint_id, event_id, status, attempts, last_status, next_attempt_at, created_at
) on table public.webhook_deliveries to authenticated;
create policy "a member reads the deliveries of their tenants" on public.webhook_deliveries
  for select to authenticated
  using (tenant_id in (select m.tenant_id from public.tenant_members m where m.user_id = (select auth.uid())));

grant select (id, tenant_id, mode, actor, action, subject_type, subject_id, details, created_at)
  on table public.audit_log to authenticated;
create policy "a member reads the audit of their tenants" on public.audit_log
  for select to authenticated
  using (tenant_id in (select m.tenant_id from public.tenant_members m where m.user_id = (select auth.uid())));

grant select (
  tenant_id, mode, day, vendor_host, completed, failed, cancelled, completed_ms, sessions, session_ms, steps, tokens,
  cost_usd
) on table public.usage_days to authenticated;
create policy "a member reads the usage of their tenants" on public.usage_days
  for select to authenticated
  using (tenant_id in (select m.tenant_id from public.tenant_members m where m.user_id = (select auth.uid())));

-- The reports run as whoever asks, over the columns above.
grant select on table
  public.usage_by_day, public.task_success_rates, public.user_automation_stats, public.task_step_performance
to authenticated;
grant execute on function app.milliseconds (timestamptz, timestamptz), app.success_rate (numeric, numeric) to authenticated;
