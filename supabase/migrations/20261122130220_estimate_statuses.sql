-- Row-level security keeps the planner from using what it knows of an enum's values (their operators are not leakproof): all
-- that is left to it is how many there are. While tasks have one or two statuses it took any of them for most of the table,
-- and the index of all that live for empty. Their true number lets it prefer the index that is made for one status.
alter table public.automation_tasks alter column status set (n_distinct = 9);
alter table public.browser_sessions alter column status set (n_distinct = 5);
