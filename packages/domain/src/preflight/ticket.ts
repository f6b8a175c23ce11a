/** What can be said about a ticket without knowing its vendor. */
import type { FieldError, TicketData } from '@cfdi-live/contract';

const DAY_MS = 24 * 60 * 60_000;
/** No vendor in Mexico invoices a ticket of an earlier fiscal year but one; a date older than this is a typing error. */
const OLDEST_DAYS = 400;

/** The ticket's errors, none when a portal may be asked for it. Paths are those of `ticketData`. */
export function checkTicket(ticket: TicketData, now: Date): FieldError[] {
  const errors: FieldError[] = [];
  if (ticket.amount <= 0) {
    errors.push({
      path: 'ticketData.amount',
      code: 'amount_not_positive',
      message: 'The amount must be above 0.',
    });
  }
  // A date without time is read as midnight UTC: at most a day before the purchase anywhere in Mexico.
  const at = Date.parse(ticket.date);
  if (at > now.getTime() + DAY_MS) {
    errors.push({
      path: 'ticketData.date',
      code: 'date_in_future',
      message: 'The date lies in the future.',
    });
  }
  if (at < now.getTime() - OLDEST_DAYS * DAY_MS) {
    errors.push({
      path: 'ticketData.date',
      code: 'date_too_old',
      message: `The date is more than ${OLDEST_DAYS} days ago.`,
    });
  }
  return errors;
}
