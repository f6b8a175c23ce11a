import { addDays, mexicanDate } from './clock.ts';
import type { PrintTicket, TicketData } from './portal.ts';
import { printTicket as printAccount } from './portals/account/ticket.ts';
import { printTicket as printJqwizard } from './portals/jqwizard/ticket.ts';
import { printTicket as printJsp } from './portals/jsp/ticket.ts';
import { printTicket as printListboxes } from './portals/listboxes/ticket.ts';
import { printTicket as printOnepage } from './portals/onepage/ticket.ts';
import { printTicket as printWebforms } from './portals/webforms/ticket.ts';
import { type Outcome, type PortalId, outcomesOf, saleOf, ticketKey, totalOf } from './sale.ts';

/** A ticket that a portal knows, and what the portal will do with it. */
export type Ticket = {
  readonly portal: PortalId;
  readonly outcome: Outcome;
  /** The ledger's key of this sale. */
  readonly key: string;
  /** For `POST /v1/tasks`. */
  readonly ticketData: TicketData;
  /** Pesos; the total of the CFDI, except for `wrong_total`, whose document says 10.00 more. */
  readonly expectedTotal: number;
};

export type TicketOptions = {
  /** Default `success`. */
  readonly outcome?: Outcome;
  /** `YYYY-MM-DD`; default yesterday in Mexico City, inside every portal's window. `expired` tickets are 120 days older, `not_yet_available` ones a day younger. */
  readonly soldOn?: string;
};

const printers: Readonly<Record<PortalId, PrintTicket>> = {
  webforms: printWebforms,
  listboxes: printListboxes,
  jqwizard: printJqwizard,
  onepage: printOnepage,
  account: printAccount,
  jsp: printJsp,
};

/**
 * The n-th ticket (1 to 999,999; else RangeError) of a portal with a given outcome. Pure but for the default date:
 * the portals derive the same sale from the printed values, so every n is a fresh ticket that needs no set-up.
 * A sale is another one on another date.
 */
export function makeTicket(portal: PortalId, n: number, options: TicketOptions = {}): Ticket {
  const outcome = options.outcome ?? 'success';
  const sale = saleOf(n, outcome, options.soldOn ?? addDays(mexicanDate(new Date()), -1));
  return {
    portal,
    outcome,
    key: ticketKey(sale),
    ticketData: printers[portal](sale),
    expectedTotal: totalOf(portal, sale) / 100,
  };
}

/** The documented magic tickets of a portal: number 1 of each outcome that it can force. */
export function magicTickets(portal: PortalId, soldOn?: string): readonly Ticket[] {
  return outcomesOf(portal).map((outcome) =>
    makeTicket(portal, 1, { outcome, ...(soldOn === undefined ? {} : { soldOn }) }),
  );
}
