import { realDate } from '../../clock.ts';
import type { PrintTicket } from '../../portal.ts';
import { type Sale, fnv1a, totalOf } from '../../sale.ts';

const FOLIO_FORM = /^(\d{2})(\d{2})(\d{2})(\d{4})(\d{2})(\d{6})$/;
const SEATS = 44;

/** The folio says the day of travel, terminal building, counter and number; the seat is the second value. */
export const printTicket: PrintTicket = (sale) => ({
  amount: totalOf('jsp', sale) / 100,
  date: sale.soldOn,
  folio: folioOf(sale),
  extra: { asiento: seatOf(sale) },
});

/** The sale with this folio and seat; undefined if there is none. */
export function readTicket({ folio, seat }: { folio: string; seat: string }): Sale | undefined {
  const match = FOLIO_FORM.exec(folio);
  if (match === null) return undefined;
  const [, year = '', month = '', day = '', branch = '', terminal = '', number = ''] = match;
  const soldOn = realDate(`20${year}-${month}-${day}`);
  if (soldOn === undefined) return undefined;
  const sale = { branch, terminal, number: Number(number), soldOn };
  return seatOf(sale) === seat.padStart(2, '0') ? sale : undefined;
}

function folioOf({ soldOn, branch, terminal, number }: Sale): string {
  return `${soldOn.slice(2).replaceAll('-', '')}${branch}${terminal}${String(number).padStart(6, '0')}`;
}

function seatOf(sale: Sale): string {
  return String((fnv1a(folioOf(sale)) % SEATS) + 1).padStart(2, '0');
}
