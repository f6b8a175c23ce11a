export { captchaAnswer } from './captcha.ts';
export type { Clock } from './clock.ts';
export { type Availability, type Gallery, type GalleryOptions, startGallery } from './gallery.ts';
export type { GalleryPortal } from './gallery-portal.ts';
export type { Issued, Ledger, Submit } from './ledger.ts';
export type { TicketData } from './portal.ts';
export { type Outcome, type PortalId, outcomes, portalIds } from './sale.ts';
export type { GalleryVendor } from './vendor.ts';
export { type Ticket, type TicketOptions, magicTickets, makeTicket, outcomesOf } from './tickets.ts';
