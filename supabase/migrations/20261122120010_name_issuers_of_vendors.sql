-- Under which RFCs a vendor issues, and how its invoices treat tips: what a proof expects of them.

alter table public.vendors
  add column emisor_rfcs text[] not null default '{}' check (array_position(emisor_rfcs, null) is null),
  -- {"below", "above"}: shares of the ticket's amount
  add column tip jsonb check (jsonb_typeof(tip) = 'object');
