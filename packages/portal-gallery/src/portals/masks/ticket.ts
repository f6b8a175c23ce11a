import type { Cents } from '../../money.ts';
import type { PrintTicket } from '../../portal.ts';
import { type Sale, fnv1a, totalOf } from '../../sale.ts';

const FOLIO_FORM = /^(\d{4})-(\d{2})(\d{2})-(\d{6})$/;

/** The folio is cinema, till with two check digits, and number; numbers start over each day. */
export const printTicket: PrintTicket = (sale) => ({
  amount: totalOf('masks', sale) / 100,
  date: sale.soldOn,
  folio: folioOf(sale),
});

/** The sale with this folio, date (ISO) and total; undefined if there is none. */
export function readTicket(typed: { folio: string; date: string; total: Cents }): Sale | undefined {
  const [, branch, terminal, , number] = FOLIO_FORM.exec(typed.folio) ?? [];
  if (branch === undefined || terminal === undefined || number === undefined) return undefined;
  const sale = { branch, terminal, number: Number(number), soldOn: typed.date };
  return folioOf(sale) === typed.folio && totalOf('masks', sale) === typed.total ? sale : undefined;
}

function folioOf({ branch, terminal, number }: Sale): string {
  const serial = String(number).padStart(6, '0');
  const check = String(fnv1a(`${branch}${terminal}${serial}`) % 100).padStart(2, '0');
  return `${branch}-${terminal}${check}-${serial}`;
}
