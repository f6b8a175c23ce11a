-- Some portals reserve a ticket for the browser session that checked it: another one is refused for a while.

alter table public.vendors
  -- null: unknown
  add column reserves_tickets boolean;
