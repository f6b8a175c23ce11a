/** Looking a vendor up, before a task is made or to show what is supported. Ids are bare UUIDs. */
import type { VendorListQuery } from '@cfdi-live/contract';
import type { Page } from '../ports-rows.ts';
import type { Clock, Database } from '../ports-system.ts';
import { DAY_MS } from '../preflight/local-time.ts';
import { ticketWindow, type TicketWindow } from '../preflight/window.ts';
import type { Principal } from '../principal.ts';
import { portalHost } from '../ticket-identity.ts';
import type { VendorCatalogue, VendorRow } from '../vendors/vendor-directory.ts';

export async function listVendors(
  deps: { database: Database },
  principal: Principal,
  query: VendorListQuery,
): Promise<Page<VendorRow>> {
  return deps.database.withTenant(principal, (tx) => tx.vendors.list(query));
}

/** Null: there is no such vendor, or none for this mode. */
export async function getVendor(
  deps: { database: Database },
  principal: Principal,
  vendorId: string,
): Promise<VendorRow | null> {
  return deps.database.withTenant(principal, (tx) => tx.vendors.get(vendorId));
}

/** A rate over fewer tasks would say more about chance than about the portal. */
const FEWEST_TASKS = 5;
export const SUCCESS_DAYS = 90;

export interface ResolvedVendor {
  host: string;
  vendor: VendorRow | null;
  /** For the date that was asked for. */
  window: TicketWindow | null;
  /** The tenant's own tasks there; null without a known vendor. */
  success: { tasks: number; rate: number | null } | null;
}

/** What can be said of the portal at an address. Success is the caller's own: nothing of another tenant's can show in it. */
export async function resolveVendor(
  deps: { database: Database; clock: Clock; vendors: VendorCatalogue },
  principal: Principal,
  query: { url: string; date?: string | undefined },
): Promise<ResolvedVendor> {
  const host = portalHost(query.url);
  const vendor = (await deps.vendors.current()).at(new URL(query.url), principal.mode);
  if (vendor === null) return { host, vendor, window: null, success: null };
  const since = new Date(deps.clock.now().getTime() - SUCCESS_DAYS * DAY_MS);
  const { ended, completed } = await deps.database.withTenant(principal, (tx) =>
    tx.vendors.countTasks({ vendorId: vendor.id, since }),
  );
  return {
    host,
    vendor,
    window: query.date === undefined ? null : ticketWindow(vendor.window, query.date),
    success: { tasks: ended, rate: ended < FEWEST_TASKS ? null : completed / ended },
  };
}
