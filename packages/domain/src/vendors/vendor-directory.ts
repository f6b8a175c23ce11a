/** The vendor directory in memory: from a portal's address to what is known of it. */
import type { Mode, Vendor } from '@cfdi-live/contract';
import { literalAddress, portOf } from '../addresses.ts';

/** An entry as the database holds it; `id` is the bare UUID. */
export type VendorRow = Vendor;

export interface VendorDirectory {
  /** Entries of the sandbox exist in test mode only. */
  byId(id: string, mode: Mode): VendorRow | null;
  /** The vendor whose portal stands at this address: by the longest host that covers it. */
  at(url: URL, mode: Mode): VendorRow | null;
}

/** A directory that somebody else keeps fresh. Rejects when it was never to be had. */
export interface VendorCatalogue {
  current(): Promise<VendorDirectory>;
}

export function createVendorDirectory(vendors: readonly VendorRow[]): VendorDirectory {
  const byId = new Map(vendors.map((vendor) => [vendor.id, vendor]));
  const byHost = new Map(vendors.flatMap((vendor) => vendor.hosts.map((host) => [host, vendor] as const)));
  const visible = (vendor: VendorRow | undefined, mode: Mode): VendorRow | null =>
    vendor === undefined || (vendor.sandbox && mode !== 'test') ? null : vendor;
  return {
    byId: (id, mode) => visible(byId.get(id), mode),
    at: (url, mode) => {
      const host = literalAddress(url.hostname) ?? url.hostname.replace(/\.$/, '').toLowerCase();
      const exact = visible(byHost.get(`${host}:${portOf(url)}`), mode);
      if (exact !== null) return exact;
      for (let name = host; name.includes('.'); name = name.slice(name.indexOf('.') + 1)) {
        const covering = visible(byHost.get(name), mode);
        if (covering !== null) return covering;
      }
      return null;
    },
  };
}
