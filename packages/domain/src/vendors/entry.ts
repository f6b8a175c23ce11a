/** How an entry of the vendor directory is written down: what is left out is unknown. */
import type { VendorTicketField } from '@cfdi-live/contract';
import type { VendorRow } from './vendor-directory.ts';

type Source = VendorRow['sources'][number];

/** Facts gathered from public automation projects in 2026, and handed on without an address for each. */
export const SURVEY: Source = {
  title: 'Survey of public automation projects, 2026',
  url: null,
  date: '2026',
};

/** Portals as one such project met them, with what it saw on each. */
export const PORTAL_NOTES: Source = {
  title: 'portal-facturas: Conocimiento de portales',
  url: 'https://github.com/CARLOSGUERRA99/portal-facturas/blob/54db94b1b0c45e2ce581e90263fa403291776b68/docs/conocimiento-portales.md',
  date: '2026-08-07',
};

/** One account of somebody else. */
export const HEARSAY = 0.3;
/** What a project saw on the portal itself, or the vendor says on a page without a date. */
export const SEEN_ONCE = 0.4;
/** Two accounts that agree. No entry may be surer before a run of ours has proven it. */
export const AGREED = 0.5;

type Entry = Pick<VendorRow, 'id' | 'slug' | 'name' | 'sources' | 'confidence'> & Partial<VendorRow>;

export function entry(given: Entry): VendorRow {
  const dates = given.sources.flatMap(({ date }) => (date === null ? [] : [date]));
  return {
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
    verifiedAt: dates.sort().at(-1) ?? null,
    ...given,
  };
}

export function field(
  name: string,
  label: string,
  given: Partial<Omit<VendorTicketField, 'name' | 'labels'>> & { length?: number; aliases?: string[] } = {},
): VendorTicketField {
  const { length, aliases = [], ...rest } = given;
  return {
    name,
    labels: [label, ...aliases],
    required: null,
    letters: null,
    minLength: length ?? null,
    maxLength: length ?? null,
    mask: null,
    example: null,
    identity: false,
    ...rest,
  };
}

export const DATE = field('date', 'Fecha', { required: true });
export const TOTAL = field('amount', 'Total', { required: true });
