-- Dead letters: tasks that failed although trying again may help, and that nobody tried again. Attempts are used up, or
-- the deadline came first. What the ticket's row forbids to ask for once more is none.

create index automation_tasks_failed_retryably on public.automation_tasks (tenant_id, mode, id desc)
  where status = 'FAILED' and failure ->> 'retryable' = 'true';

create view app.dead_letters with (security_invoker = true) as
  select t.tenant_id, t.mode, t.id as task_id, t.failure ->> 'code' as code, t.finished_at as failed_at, t.retry_count
    from public.automation_tasks t
    join public.ticket_issuances k on k.tenant_id = t.tenant_id and k.id = t.ticket_id
    where t.status = 'FAILED' and t.failure ->> 'retryable' = 'true'
      and k.task_id = t.id and k.state in ('none', 'rejected')
      and not exists (
        select from public.automation_tasks r where r.tenant_id = t.tenant_id and r.retry_of = t.id
      );
revoke all on table app.dead_letters from public, anon, authenticated, service_role;
grant select on table app.dead_letters to cfdi_tenant, cfdi_system;

-- Those of every tenant that still exists, oldest first, for the operators' command; null: whichever.
create function app.list_dead_letters(
  p_codes text[], p_since timestamptz, p_tenant uuid, p_after uuid, p_limit integer
) returns table (tenant_id uuid, mode public.mode, task_id uuid, code text, failed_at timestamptz, retry_count smallint)
  language sql stable security definer set search_path = '' as $$
    select d.* from app.dead_letters d
      join public.tenants n on n.id = d.tenant_id and n.deleted_at is null
      where (p_codes is null or d.code = any (p_codes))
        and (p_since is null or d.failed_at >= p_since)
        and (p_tenant is null or d.tenant_id = p_tenant)
        and (p_after is null or d.task_id > p_after)
      order by d.task_id limit p_limit
  $$;
revoke execute on function app.list_dead_letters (text[], timestamptz, uuid, uuid, integer) from public;
grant execute on function app.list_dead_letters (text[], timestamptz, uuid, uuid, integer) to cfdi_api;
-- Last, for only the owner may grant.
alter function app.list_dead_letters (text[], timestamptz, uuid, uuid, integer) owner to cfdi_system;

-- Who replays them: `operator:<name>`, a person of the platform at a command.
alter table public.audit_log
  drop constraint audit_log_actor_check,
  add constraint audit_log_actor_check
    check (actor ~ '^(api_key|member|live_token|operator|system):[[:graph:]]{1,200}$');
