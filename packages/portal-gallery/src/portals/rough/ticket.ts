import type { Cents } from '../../money.ts';
import type { PrintTicket } from '../../portal.ts';
import { type Sale, fnv1a, totalOf } from '../../sale.ts';

const TICKET_FORM = /^VD(\d{4})(\d{2})(\d{6})(\d{2})$/;

/** The number is VD, terminal, counter, number and two check digits; numbers start over each day. */
export const printTicket: PrintTicket = (sale) => ({
  amount: totalOf('rough', sale) / 100,
  date: sale.soldOn,
  folio: numberOf(sale),
});

/** The sale with this number, date (ISO) and fare; undefined if there is none. */
export function readTicket(typed: { number: string; date: string; total: Cents }): Sale | undefined {
  const [, branch, terminal, number] = TICKET_FORM.exec(typed.number.toUpperCase()) ?? [];
  if (branch === undefined || terminal === undefined || number === undefined) return undefined;
  const sale = { branch, terminal, number: Number(number), soldOn: typed.date };
  const matches = numberOf(sale) === typed.number.toUpperCase();
  return matches && totalOf('rough', sale) === typed.total ? sale : undefined;
}

function numberOf({ branch, terminal, number }: Sale): string {
  const body = `${branch}${terminal}${String(number).padStart(6, '0')}`;
  return `VD${body}${String(fnv1a(body) % 100).padStart(2, '0')}`;
}
