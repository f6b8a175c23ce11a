import type { PortalId } from './sale.ts';
import type { Ticket } from './tickets.ts';
import type { GalleryVendor } from './vendor.ts';

/** A running portal, as a test or a person finds it. */
export type GalleryPortal = {
  readonly id: PortalId;
  readonly name: string;
  /** Where a person would start, e.g. `http://webforms.localhost:4123/`. */
  readonly url: string;
  readonly emisorRfc: string;
  /** Its entry for the vendor directory. */
  readonly vendor: GalleryVendor;
  /** One ticket for each outcome, sold yesterday; `makeTicket` prints more. */
  readonly tickets: readonly Ticket[];
};
