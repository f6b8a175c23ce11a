-- Functions of the language sql that cannot be inlined are parsed and planned at every call; those of plpgsql once a
-- session. These are called for every task and every event.

create or replace function app.new_uuid() returns uuid language plpgsql volatile as $$
begin
  return lpad(to_hex(floor(extract(epoch from app.now()) * 1000)::bigint), 12, '0')
    || '7' || substr(replace(gen_random_uuid()::text, '-', ''), 14);
end $$;

create or replace function app.keep_answer(
  p_key bytea, p_request bytea, p_status integer, p_location text, p_content_type text, p_body bytea
) returns void
  language plpgsql set search_path = '' as $$
begin
  insert into public.idempotency_keys (key_hash, request_hash, status, location, content_type, body)
    values (p_key, p_request, p_status, p_location, p_content_type, p_body)
    on conflict (tenant_id, mode, key_hash) do update set
      request_hash = excluded.request_hash, holder = null, locked_until = null, status = excluded.status,
      location = excluded.location, content_type = excluded.content_type, body = excluded.body,
      created_at = excluded.created_at;
end $$;
