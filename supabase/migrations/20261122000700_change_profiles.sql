-- Profiles change and end.

-- encrypted: further data of the taxpayer, as JSON
alter table public.user_profiles add column company_details bytea;

grant update, delete on table public.user_profiles to cfdi_tenant;
create policy "a tenant changes its own profiles" on public.user_profiles
  for update to cfdi_tenant
  using (tenant_id = (select app.tenant_id()) and mode = (select app.mode()))
  with check (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));
create policy "a tenant removes its own profiles" on public.user_profiles
  for delete to cfdi_tenant using (tenant_id = (select app.tenant_id()) and mode = (select app.mode()));

-- A task whose person was erased keeps its ticket and its invoice, and no longer says for whom it was made.
alter table public.automation_tasks
  add column erased_at timestamptz,
  alter column profile_snapshot drop not null,
  add constraint a_task_keeps_its_profile_until_it_is_erased
    check ((profile_snapshot is null) = (erased_at is not null)),
  add constraint only_what_has_ended_is_erased check (erased_at is null or finished_at is not null);
create index automation_tasks_of_profile on public.automation_tasks (tenant_id, profile_id)
  where profile_id is not null;

-- 'updated', or 'taken' with the profile that has this RFC with this external id.
create function app.update_profile(
  p_id uuid, p_external_id text, p_rfc bytea, p_rfc_index bytea, p_full_name bytea, p_email bytea,
  p_company_details bytea, p_fiscal_regime text, p_postal_code text, p_cfdi_use text
) returns table (outcome text, other_profile uuid, profile public.user_profiles)
  language plpgsql set search_path = '' as $$
begin
  update public.user_profiles p set
    external_id = p_external_id,
    rfc = p_rfc,
    rfc_index = p_rfc_index,
    full_name = p_full_name,
    email = p_email,
    company_details = p_company_details,
    fiscal_regime = p_fiscal_regime,
    postal_code = p_postal_code,
    cfdi_use = p_cfdi_use,
    updated_at = app.now()
    where p.tenant_id = app.tenant_id() and p.id = p_id
    returning * into strict profile;
  outcome := 'updated';
  return next;
exception when unique_violation then
  select 'taken', p.id into strict outcome, other_profile
    from public.user_profiles p
    where p.tenant_id = app.tenant_id() and p.mode = app.mode() and p.rfc_index = p_rfc_index
      and p.external_id is not distinct from p_external_id;
  profile := null;
  return next;
end $$;

revoke execute on function
  app.update_profile (uuid, text, bytea, bytea, bytea, bytea, bytea, text, text, text)
from public;
grant execute on function
  app.update_profile (uuid, text, bytea, bytea, bytea, bytea, bytea, text, text, text)
to cfdi_tenant;
