/** A portal as the vendor directory describes it: what a test key finds when it looks the portal up. */
import type { PortalDefinition } from './portal.ts';

type Bilingual = { es: string; en: string };

/** One value that the portal asks from the ticket; `name` as in `ticketData`, or `extra.<name>`. */
export type GalleryField = {
  name: string;
  labels: string[];
  required: boolean | null;
  letters: 'digits' | 'alphanumeric' | null;
  minLength: number | null;
  maxLength: number | null;
  mask: string | null;
  example: string | null;
  /** Whether it tells this ticket from every other of the portal. */
  identity: boolean;
};

/** What a portal adds to its definition for the directory. */
export type PortalEntry = {
  /** Fixed, so that a task still names its vendor after the gallery was started again. */
  readonly id: string;
  readonly ticketFields: readonly GalleryField[];
  readonly closes: { kind: 'days_after'; days: number } | { kind: 'day_of_next_month'; day: number };
  readonly technology: string;
  /** How it hands an invoice over; default `download`. */
  readonly delivery?: 'download' | 'mail';
  /** Only who has an account is served; default false. */
  readonly requiresAccount?: boolean;
  /** Whether checking a ticket reserves it for that browser session. */
  readonly reservesTickets?: boolean;
  /** When a sale can be invoiced at first; default at once. */
  readonly opens?: { after: number; unit: 'minutes' | 'hours' };
  /** Labels of further hosts that its pages are made of, beside its own. */
  readonly alsoHosts?: readonly string[];
  /**
   * From 0.5 on the directory may refuse a ticket. One portal of the gallery is known for certain; the others are only
   * believed, as most entries of real vendors are, so that both can be met in the sandbox.
   */
  readonly confidence: number;
};

/** An entry in the shape of `GET /v1/vendors`, with the bare UUID for its id. */
export type GalleryVendor = {
  id: string;
  slug: string;
  name: string;
  sandbox: true;
  platform: null;
  identityScope: 'vendor';
  country: 'MX';
  hosts: string[];
  portalUrl: string;
  requiresAccount: boolean;
  reservesTickets: boolean;
  ticketFields: GalleryField[];
  window: { opens: { after: number; unit: 'minutes' | 'hours' }; closes: PortalEntry['closes'] };
  delivery: 'download' | 'mail';
  emisorRfcs: string[];
  tip: null;
  technology: string;
  notes: Bilingual[];
  sources: { title: string; url: null; date: null }[];
  verifiedAt: null;
  confidence: number;
};

/** The entry of a portal that runs at `url`; `ticketsUrl` prints its tickets. */
export function describeVendor(
  { id, name, emisor, entry }: PortalDefinition,
  url: string,
  ticketsUrl: string,
): GalleryVendor {
  return {
    id: entry.id,
    slug: `sandbox-${id}`,
    name,
    sandbox: true,
    platform: null,
    identityScope: 'vendor',
    country: 'MX',
    hosts: [id, ...(entry.alsoHosts ?? [])].map((label) => `${label}.localhost:${new URL(url).port}`),
    portalUrl: url,
    requiresAccount: entry.requiresAccount ?? false,
    reservesTickets: entry.reservesTickets ?? false,
    ticketFields: [...entry.ticketFields],
    window: { opens: entry.opens ?? { after: 0, unit: 'minutes' }, closes: entry.closes },
    delivery: entry.delivery ?? 'download',
    emisorRfcs: [emisor.rfc],
    tip: null,
    technology: entry.technology,
    notes: [
      {
        es: `Portal simulado: sus facturas no valen nada. Tickets para cada resultado: ${ticketsUrl}`,
        en: `A simulated portal: its invoices are worth nothing. Tickets for each outcome: ${ticketsUrl}`,
      },
    ],
    sources: [{ title: "This platform's own portal gallery", url: null, date: null }],
    verifiedAt: null,
    confidence: entry.confidence,
  };
}

/** A field, written short. */
export function galleryField(
  name: string,
  label: string,
  given: Partial<GalleryField> & { length?: number } = {},
): GalleryField {
  const { length, ...rest } = given;
  return {
    name,
    labels: [label],
    required: true,
    letters: null,
    minLength: length ?? null,
    maxLength: length ?? null,
    mask: null,
    example: null,
    identity: false,
    ...rest,
  };
}
