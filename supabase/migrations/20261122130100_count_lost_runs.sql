-- Runs in a row that lost their lease count against a task (`lost_runs`, raised by the claim that follows). A run that comes to an
-- end of its own, however bad, shows that the task does not kill its workers: the count begins anew.

alter table public.automation_tasks
  -- of `lost_runs`, those for which the task has waited already
  add column lost_runs_waited smallint not null default 0 check (lost_runs_waited >= 0);

create function app.forget_lost_runs() returns trigger language plpgsql set search_path = '' as $$
begin
  new.lost_runs := 0;
  new.lost_runs_waited := 0;
  return new;
end $$;
revoke execute on function app.forget_lost_runs () from public;
create trigger forget_lost_runs before update of status on public.automation_tasks
  for each row when (old.status = 'RUNNING' and new.status <> 'RUNNING' and old.lost_runs > 0)
  execute function app.forget_lost_runs();
