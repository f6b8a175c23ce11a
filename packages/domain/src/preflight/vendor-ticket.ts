/** What a known vendor makes of a ticket, before a browser is paid for. */
import type { FieldError, TaskWarning, TicketData, Vendor } from '@cfdi-live/contract';
import { checkTicketFields } from './ticket-fields.ts';
import { HOUR_MS } from './local-time.ts';
import { ticketWindow, type TicketWindow } from './window.ts';

/** An entry may refuse a ticket or move a task from this confidence on; below it, it can only warn. */
export const TRUSTED_CONFIDENCE = 0.5;

/** A ticket does not say its zone: the clocks of Baja California are up to this far behind those of Mexico City. */
const ZONE_DOUBT_MS = 2 * HOUR_MS;

export interface VendorTicketCheck {
  /** Why no task should be made of it; paths are the request's. */
  errors: FieldError[];
  /** What may be wrong with it, by an entry that is not sure enough. */
  warnings: TaskWarning[];
  /** When the portal will know the ticket; null when it does already, or nobody can say. */
  notBefore: Date | null;
  /** Until when the portal takes it; null when that is not known well enough. */
  deadline: Date | null;
  /** The end of its window where that has passed. */
  expiredAt: Date | null;
}

/** Holds a ticket against the vendor's masks and window. */
export function checkVendorTicket(ticket: TicketData, vendor: Vendor, now: Date): VendorTicketCheck {
  const trusted = vendor.confidence >= TRUSTED_CONFIDENCE;
  const { opensAt, closesAt } = ticketWindow(vendor.window, ticket.date);
  const findings: TaskWarning[] = checkTicketFields(ticket, vendor.ticketFields ?? []);
  const expired = closesAt !== null && closesAt.getTime() + ZONE_DOUBT_MS <= now.getTime();
  const early = opensAt !== null && opensAt > now;
  if (expired) findings.push(expiredFinding(closesAt));
  if (early && !trusted) findings.push(earlyFinding(opensAt));
  return {
    errors: trusted ? findings.map(toFieldError) : [],
    warnings: trusted ? [] : findings,
    notBefore: trusted && early ? opensAt : null,
    deadline: trusted ? deadlineOf(closesAt, now) : null,
    expiredAt: trusted && expired ? closesAt : null,
  };
}

/** A ticket that only the doubt about its zone keeps open has until the end of that doubt. */
function deadlineOf(closesAt: Date | null, now: Date): Date | null {
  return closesAt === null || closesAt > now ? closesAt : new Date(closesAt.getTime() + ZONE_DOUBT_MS);
}

function toFieldError({ path, code, message }: TaskWarning): FieldError {
  return { path, code, message: message.en, messageEs: message.es };
}

function expiredFinding(closedAt: Date): TaskWarning {
  const at = closedAt.toISOString();
  return {
    path: 'ticketData.date',
    code: 'ticket_expired',
    message: {
      es: `El plazo para facturar este ticket terminó (${at}).`,
      en: `This ticket could be invoiced until ${at}.`,
    },
  };
}

function earlyFinding(opensAt: Date): TaskWarning {
  const at = opensAt.toISOString();
  return {
    path: 'ticketData.date',
    code: 'not_yet_available',
    message: {
      es: `Es posible que el portal no conozca este ticket antes de ${at}.`,
      en: `The portal may not know this ticket before ${at}.`,
    },
  };
}

/** When a vendor invoices a purchase of this date; nulls where the directory does not know, or is not sure. */
export function trustedWindow(vendor: Vendor | null, purchase: string): TicketWindow {
  if (vendor === null || vendor.confidence < TRUSTED_CONFIDENCE) return { opensAt: null, closesAt: null };
  return ticketWindow(vendor.window, purchase);
}

/** When it stops to. */
export function trustedWindowEnd(vendor: Vendor | null, purchase: string): Date | null {
  return trustedWindow(vendor, purchase).closesAt;
}
