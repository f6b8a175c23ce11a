-- Key rotation: `npm run keys:rotate` acts as cfdi_system, which no process of the product may become. It re-wraps the
-- tenants' keys, gives tenants new data keys, and seals values again that lie under earlier ones.

-- The id of the key that sealed a value: of a tenant's values its data key's version, of a wrapped key the ring's key.
create function app.sealed_with(p_sealed bytea) returns text
  language sql immutable strict parallel safe
  as $$ select convert_from(substring(p_sealed from 3 for get_byte(p_sealed, 1)), 'UTF8') $$;
revoke execute on function app.sealed_with (bytea) from public;
grant execute on function app.sealed_with (bytea) to cfdi_system;

grant update (wrapped_key), delete on table public.tenant_keys to cfdi_system;
create policy "the system re-wraps keys" on public.tenant_keys
  for update to cfdi_system using (true) with check (true);
create policy "the system destroys keys" on public.tenant_keys
  for delete to cfdi_system using (true);

-- What the metrics tell: keys by the ring's key that wraps them, and data keys that a newer version has replaced.
create function app.count_keys() returns table (kind text, key_id text, n bigint)
  language sql stable security definer set search_path = '' as $$
    select 'wrapped', app.sealed_with(k.wrapped_key), count(*) from public.tenant_keys k group by 2
    union all
    select 'superseded', null, count(*) from public.tenant_keys k
      where k.purpose = 'data' and exists (
        select from public.tenant_keys newer
          where newer.tenant_id = k.tenant_id and newer.purpose = 'data' and newer.version > k.version
      )
  $$;
revoke execute on function app.count_keys () from public;
grant execute on function app.count_keys () to cfdi_worker;

-- What is sealed may be read and sealed again, column by column and nothing else.
grant select on table public.user_profiles, public.user_vendor_credentials to cfdi_system;
grant update (rfc, full_name, email, company_details) on table public.user_profiles to cfdi_system;
grant update (username, password, totp_secret, additional_fields)
  on table public.user_vendor_credentials to cfdi_system;
grant update (file_name) on table public.artifacts to cfdi_system;
grant update (facts, findings) on table public.cfdi_documents to cfdi_system;
grant update (content) on table public.inbound_mails to cfdi_system;
grant update (session_data) on table public.browser_sessions to cfdi_system;
grant update (secret, previous_secret) on table public.webhook_endpoints to cfdi_system;
grant update (actor) on table public.live_tokens to cfdi_system;
grant update (body) on table public.idempotency_keys to cfdi_system;
create policy "the system reads every profile" on public.user_profiles
  for select to cfdi_system using (true);
create policy "the system re-encrypts profiles" on public.user_profiles
  for update to cfdi_system using (true) with check (true);
create policy "the system reads every credential" on public.user_vendor_credentials
  for select to cfdi_system using (true);
create policy "the system re-encrypts credentials" on public.user_vendor_credentials
  for update to cfdi_system using (true) with check (true);
create policy "the system re-encrypts artifacts" on public.artifacts
  for update to cfdi_system using (true) with check (true);
create policy "the system re-encrypts invoices" on public.cfdi_documents
  for update to cfdi_system using (true) with check (true);
create policy "the system re-encrypts mails" on public.inbound_mails
  for update to cfdi_system using (true) with check (true);
create policy "the system re-encrypts who a live token is for" on public.live_tokens
  for update to cfdi_system using (true) with check (true);
create policy "the system re-encrypts stored answers" on public.idempotency_keys
  for update to cfdi_system using (true) with check (true);
create policy "the system re-encrypts sessions" on public.browser_sessions
  for update to cfdi_system using (true) with check (true);

-- Last, for only the owner may grant.
alter function app.count_keys () owner to cfdi_system;
