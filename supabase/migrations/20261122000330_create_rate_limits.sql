-- Requests counted by rate-limiter-flexible, where there is no Redis: its columns, its SQL. In `app`, for it belongs to no
-- tenant and the API counts before it has taken a tenant's role. Not logged: after a crash, counting begins anew.
create unlogged table app.rate_limits (
  key varchar(255) primary key,
  points integer not null default 0,
  -- Unix time in milliseconds
  expire bigint
) with (fillfactor = 50);
revoke all on table app.rate_limits from public, anon, authenticated, service_role;
grant select, insert, update, delete on table app.rate_limits to cfdi_api;
alter table app.rate_limits enable row level security;
alter table app.rate_limits force row level security;
create policy "the API reads its counts" on app.rate_limits for select to cfdi_api using (true);
create policy "the API begins to count" on app.rate_limits for insert to cfdi_api with check (true);
create policy "the API counts" on app.rate_limits for update to cfdi_api using (true) with check (true);
create policy "the API forgets old counts" on app.rate_limits for delete to cfdi_api using (true);
