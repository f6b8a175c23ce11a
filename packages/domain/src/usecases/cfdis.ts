/** The tenant's invoices as data. */
import { parseRfc } from '@cfdi-live/cfdi';
import type { ListQuery } from '@cfdi-live/contract';
import type { CfdiFilter, CfdiRow } from '../ports-cfdis.ts';
import type { Page } from '../ports-rows.ts';
import type { Database } from '../ports-system.ts';
import type { Principal } from '../principal.ts';

interface Deps {
  database: Database;
}

/** `uuid`: the folio fiscal, in any case. Null: no such invoice here. */
export async function getCfdi(deps: Deps, principal: Principal, uuid: string): Promise<CfdiRow | null> {
  return deps.database.withTenant(principal, (tx) => tx.cfdis.get(uuid));
}

/** Newest first by when we got them. RFCs may be written as people write them. */
export async function listCfdis(
  deps: Deps,
  principal: Principal,
  query: ListQuery & CfdiFilter,
): Promise<Page<CfdiRow>> {
  const { emisorRfc, receptorRfc, ...rest } = query;
  return deps.database.withTenant(principal, (tx) =>
    tx.cfdis.list({ ...rest, emisorRfc: canonicalRfc(emisorRfc), receptorRfc: canonicalRfc(receptorRfc) }),
  );
}

/** What is no RFC is looked for as it is, and found nowhere. */
function canonicalRfc(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const parsed = parseRfc(text);
  return parsed.ok ? parsed.rfc : text.trim().toUpperCase();
}
