-- Invoices are found by folio fiscal, by the emisor and by the receptor; SAT's word on them stands beside them.

alter table public.cfdi_documents
  -- keyed hash of the receptor's RFC, the same as a profile's
  add column receptor_rfc_index bytea check (length(receptor_rfc_index) = 32),
  -- what SAT's register says; null until it was asked
  add column sat_status text check (sat_status in ('valid', 'cancelled', 'not_found'));

create index cfdi_documents_newest_first on public.cfdi_documents (tenant_id, mode, id desc);
create index cfdi_documents_by_uuid on public.cfdi_documents (tenant_id, mode, uuid, id desc);
create index cfdi_documents_of_emisor on public.cfdi_documents (tenant_id, mode, emisor_rfc, id desc);
create index cfdi_documents_of_receptor on public.cfdi_documents (tenant_id, mode, receptor_rfc_index, id desc);
