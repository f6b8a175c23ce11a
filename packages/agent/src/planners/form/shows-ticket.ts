/** Whether a page speaks of this very ticket. Pure. */
import type { TaskFacts } from '../../types.ts';
import { compact } from '../../words/normalize.ts';

/** Shorter codes stand in too many texts to mean anything. */
const MIN_CODE = 4;
/** Long codes are also shown without their last, check digit. */
const LONG_CODE = 10;

/** How a text shows the ticket: by a code of it, by its amount alone, or not at all. */
export function ticketIn(text: string, { ticket }: Pick<TaskFacts, 'ticket'>): 'code' | 'amount' | null {
  const said = compact(text);
  const codes = [ticket.folio, ticket.webId, ticket.barcode, ...Object.values(ticket.extra ?? {})]
    .filter((code): code is string => code !== undefined)
    .map((code) => compact(code))
    .filter((code) => code.length >= MIN_CODE)
    .map((code) => (code.length >= LONG_CODE ? code.slice(0, -1) : code));
  if (codes.some((code) => said.includes(code))) return 'code';
  const amount = ticket.amount
    .toFixed(2)
    .replace(/\B(?=(\d{3})+\.)/g, ',?')
    .replace('.', '\\.');
  return new RegExp(`(?<![\\d,.])${amount}(?!\\d)`).test(text) ? 'amount' : null;
}
