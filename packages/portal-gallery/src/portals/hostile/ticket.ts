import type { Cents } from '../../money.ts';
import type { PrintTicket } from '../../portal.ts';
import { type Sale, fnv1a, totalOf } from '../../sale.ts';

const FOLIO_FORM = /^(\d{4})(\d{2})(\d{6})(\d{3})$/;

/** The folio is shop, till, number and three check digits; numbers start over each day. */
export const printTicket: PrintTicket = (sale) => ({
  amount: totalOf('hostile', sale) / 100,
  date: sale.soldOn,
  folio: folioOf(sale),
});

/** The sale with this folio, date (ISO) and total; undefined if there is none. */
export function readTicket(typed: { folio: string; date: string; total: Cents }): Sale | undefined {
  const [, branch, terminal, number] = FOLIO_FORM.exec(typed.folio) ?? [];
  if (branch === undefined || terminal === undefined || number === undefined) return undefined;
  const sale = { branch, terminal, number: Number(number), soldOn: typed.date };
  return folioOf(sale) === typed.folio && totalOf('hostile', sale) === typed.total ? sale : undefined;
}

function folioOf({ branch, terminal, number }: Sale): string {
  const body = `${branch}${terminal}${String(number).padStart(6, '0')}`;
  return body + String(fnv1a(`h${body}`) % 1_000).padStart(3, '0');
}
