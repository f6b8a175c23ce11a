import { addDays, mexicanDate } from './clock.ts';
import type { PrintTicket, TicketData } from './portal.ts';
import { printTicket as printAccount } from './portals/account/ticket.ts';
import { printTicket as printFramed } from './portals/framed/ticket.ts';
import { printTicket as printHostile } from './portals/hostile/ticket.ts';
import { printTicket as printLater } from './portals/later/ticket.ts';
import { printTicket as printMailed } from './portals/mailed/ticket.ts';
import { printTicket as printMasks } from './portals/masks/ticket.ts';
import { printTicket as printPrimefaces } from './portals/primefaces/ticket.ts';
import { printTicket as printRough } from './portals/rough/ticket.ts';
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
  /** `YYYY-MM-DD`; default yesterday in Mexico City, inside every portal's window. `expired` tickets are 120 days older, `not_yet_available` ones of the
   * day after, and those of a portal that opens a day later are a day older. */
  readonly soldOn?: string;
};

const printers: Readonly<Record<PortalId, PrintTicket>> = {
  webforms: printWebforms,
  listboxes: printListboxes,
  jqwizard: printJqwizard,
  onepage: printOnepage,
  account: printAccount,
  framed: printFramed,
  primefaces: printPrimefaces,
  masks: printMasks,
  later: printLater,
  rough: printRough,
  hostile: printHostile,
  mailed: printMailed,
  jsp: printJsp,
};

/** At portals that open later, tickets are as much older, so that they are open. */
const OPENS_AFTER_DAYS: Partial<Readonly<Record<PortalId, number>>> = { later: 1 };

/**
 * The n-th ticket (1 to 999,999; else RangeError) of a portal with a given outcome. Pure but for the default date:
 * the portals derive the same sale from the printed values, so every n is a fresh ticket that needs no set-up.
 * A sale is another one on another date.
 */
export function makeTicket(portal: PortalId, n: number, options: TicketOptions = {}): Ticket {
  const outcome = options.outcome ?? 'success';
  const soldOn = options.soldOn ?? addDays(mexicanDate(new Date()), -1);
  const sale = saleOf(n, outcome, addDays(soldOn, -(OPENS_AFTER_DAYS[portal] ?? 0)));
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
