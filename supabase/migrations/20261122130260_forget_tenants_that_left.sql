-- A tenant that is removed leaves no note in the queue. (`queue_changes` refers to no tenant: that would cost each new task a look.)
create function app.forget_queue_changes() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  delete from public.queue_changes c where c.tenant_id = old.id;
  return null;
end $$;
revoke execute on function app.forget_queue_changes () from public;
create trigger a_removed_tenant_leaves_the_queue after delete on public.tenants
  for each row execute function app.forget_queue_changes ();
-- Last, for only the owner may grant.
alter function app.forget_queue_changes () owner to cfdi_system;
