-- Endpoints that can be changed, disabled and given a new secret; deliveries that can be sent again.

alter table public.webhook_endpoints
  -- 'manual': by its tenant; 'gone': it answered 410; 'failing': five days without a success
  add column disabled_reason text check (disabled_reason in ('manual', 'gone', 'failing')),
  -- the first failed attempt since the last success
  add column failing_since timestamptz,
  -- encrypted; what signed before the last rotation signs beside the new one until then
  add column previous_secret bytea,
  add column previous_secret_until timestamptz,
  add constraint only_what_is_disabled_says_why check (disabled_at is not null or disabled_reason is null),
  add constraint a_previous_secret_has_an_end check ((previous_secret is null) = (previous_secret_until is null));
grant update on table public.webhook_endpoints to cfdi_tenant;
grant update (disabled_reason, failing_since) on table public.webhook_endpoints to cfdi_system;
create policy "a tenant changes its own endpoints" on public.webhook_endpoints
  for update to cfdi_tenant
  using (tenant_id = (select app.tenant_id()) and mode = (select app.mode()))
  with check (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));

alter table public.webhook_deliveries
  -- attempts by the schedule since it was last queued; `attempts` counts all that were ever made
  add column tries integer not null default 0;
grant update on table public.webhook_deliveries to cfdi_tenant;
create policy "a tenant queues its own deliveries again" on public.webhook_deliveries
  for update to cfdi_tenant
  using (tenant_id = (select app.tenant_id()) and mode = (select app.mode()))
  with check (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
-- What is due is looked for endpoint by endpoint, so that none stands in another's way.
drop index public.webhook_deliveries_due;
create index webhook_deliveries_due on public.webhook_deliveries (tenant_id, endpoint_id, next_attempt_at)
  where status = 'pending';
create index webhook_deliveries_in_flight on public.webhook_deliveries (tenant_id, endpoint_id, locked_until)
  where locked_until is not null;

alter table public.webhook_attempts
  -- asked for by the tenant, not made by the schedule
  add column manual boolean not null default false;
grant insert on table public.webhook_attempts to cfdi_tenant;
create policy "a tenant logs the attempts it asked for" on public.webhook_attempts
  for insert to cfdi_tenant with check (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
