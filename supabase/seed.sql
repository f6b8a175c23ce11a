-- For a look around in Studio, or as a member by REST: one tenant, "Demo", with a month of figures of usage. It holds no
-- secret and can have none: without data keys (which only the product's processes can wrap) it has no profiles, tasks or
-- API keys. A tenant that works comes from `POST /v1/tenants` with the token of somebody who signed in.
-- To read its figures as a person: insert into public.tenant_members (id, tenant_id, user_id, role, invited_by)
--   select gen_random_uuid(), '01930000-0000-7000-8000-000000000001', id, 'viewer', 'system:seed' from auth.users;
-- Running it again changes nothing.

set role cfdi_system;

insert into public.tenants (id, name) values ('01930000-0000-7000-8000-000000000001', 'Demo')
  on conflict (id) do nothing;
insert into public.tenant_event_counters (tenant_id) values ('01930000-0000-7000-8000-000000000001')
  on conflict (tenant_id) do nothing;
insert into public.usage_days (
  tenant_id, mode, day, vendor_host, completed, failed, cancelled, completed_ms, sessions, session_ms, steps, tokens,
  cost_usd
)
  select '01930000-0000-7000-8000-000000000001', 'test', day::date, host, 8 + n, n % 3, n % 2, (8 + n) * 45000, 9 + n,
    (9 + n) * 50000, (9 + n) * 14, n * 900, n * 0.002
    from generate_series(date '2026-11-01', date '2026-11-30', interval '1 day') with ordinality as days (day, n)
    cross join (values ('uno.example.com.mx'), ('dos.example.com.mx')) as portals (host)
  on conflict do nothing;

reset role;
