-- What a task needs to know of itself to wait for a person without a worker, and to be given up when its runs keep dying.

create type public.park_kind as enum ('warm', 'cold');

alter table public.automation_tasks
  -- while it waits for a person: with its session, or without
  add column park public.park_kind,
  -- until when a warm task keeps its session
  add column warm_until timestamptz,
  -- a person has acted: admitted before every other task of its tenant
  add column first_in_line boolean not null default false,
  -- runs in a row that ended by losing their lease: a task that kills its workers is not tried for ever
  add column lost_runs smallint not null default 0 check (lost_runs >= 0),
  add constraint only_a_waiting_task_is_parked check (park is null or status in ('PAUSED', 'INTERVENTION_NEEDED')),
  add constraint a_warm_task_knows_until_when check ((park is not distinct from 'warm') = (warm_until is not null));

-- Whoever moves a task on, it is parked no longer.
create or replace function app.check_transition() returns trigger language plpgsql set search_path = '' as $$
begin
  if tg_op = 'INSERT' then
    if new.status <> 'PENDING' then
      raise exception 'a task begins PENDING, not %', new.status using errcode = 'check_violation';
    end if;
    return new;
  end if;
  if not app.may_become(old.status, new.status) then
    raise exception 'a task never goes from % to %', old.status, new.status using errcode = 'check_violation';
  end if;
  if new.status not in ('PAUSED', 'INTERVENTION_NEEDED') then
    new.park := null;
    new.warm_until := null;
  end if;
  return new;
end $$;
