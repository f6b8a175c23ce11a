import { encodeId, type Vendor, type VendorResolution } from '@cfdi-live/contract';
import { SUCCESS_DAYS, type ResolvedVendor, type VendorRow } from '@cfdi-live/domain';
import { timestampOrNull } from './common.ts';

export function presentVendor(row: VendorRow): Vendor {
  return { ...row, id: encodeId('vendor', row.id) };
}

export function presentResolution({ host, vendor, window, success }: ResolvedVendor): VendorResolution {
  return {
    host,
    vendor: vendor === null ? null : presentVendor(vendor),
    ticketWindow:
      window === null
        ? null
        : { opensAt: timestampOrNull(window.opensAt), closesAt: timestampOrNull(window.closesAt) },
    // Recipes are learnt by runs; there are none yet.
    recipeHealth: null,
    success: success === null ? null : { days: SUCCESS_DAYS, ...success },
  };
}
