/** A vendor for tests: what is not given is unknown. */
import { newUuid } from '@cfdi-live/contract';
import type { VendorRow } from '@cfdi-live/domain';

export function newVendor(overrides: Partial<VendorRow> & Pick<VendorRow, 'slug'>): VendorRow {
  return {
    id: newUuid(),
    name: overrides.slug,
    sandbox: false,
    platform: null,
    identityScope: 'vendor',
    country: 'MX',
    hosts: [],
    portalUrl: null,
    requiresAccount: null,
    reservesTickets: null,
    ticketFields: null,
    window: { opens: null, closes: null },
    delivery: null,
    emisorRfcs: [],
    tip: null,
    technology: null,
    notes: [],
    sources: [{ title: 'a test', url: null, date: null }],
    verifiedAt: null,
    confidence: 0.5,
    ...overrides,
  };
}

/** A field that tells tickets apart. */
export function identityField(
  name: string,
  overrides: Partial<NonNullable<VendorRow['ticketFields']>[number]> = {},
): NonNullable<VendorRow['ticketFields']>[number] {
  return {
    name,
    labels: [],
    required: true,
    letters: null,
    minLength: null,
    maxLength: null,
    mask: null,
    example: null,
    identity: true,
    ...overrides,
  };
}
