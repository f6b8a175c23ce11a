-- How long a tenant keeps its invoices is seen where its members see the tenant.

drop function app.find_memberships (uuid);
create function app.find_memberships(p_user uuid)
  returns table (
    id uuid, name text, plan text, document_retention_months smallint, created_at timestamptz, role text
  )
  language sql stable security definer set search_path = '' as $$
    select t.id, t.name, t.plan, t.document_retention_months, t.created_at, m.role
      from public.tenant_members m join public.tenants t on t.id = m.tenant_id
      where m.user_id = p_user
  $$;
revoke execute on function app.find_memberships (uuid) from public;
grant execute on function app.find_memberships (uuid) to cfdi_api;
-- Last, for only the owner may grant.
alter function app.find_memberships (uuid) owner to cfdi_system;
