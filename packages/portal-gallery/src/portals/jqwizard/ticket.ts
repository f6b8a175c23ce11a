import type { Cents } from '../../money.ts';
import type { PrintTicket } from '../../portal.ts';
import { type Sale, fnv1a, totalOf } from '../../sale.ts';

const FOLIO_FORM = /^(\d{4})(\d{2})(\d{6})(\d{2})$/;

/** The folio is branch, till, number and two check digits; numbers start over each day, so the date belongs to it. */
export const printTicket: PrintTicket = (sale) => ({
  amount: totalOf('jqwizard', sale) / 100,
  date: sale.soldOn,
  folio: folioOf(sale),
});

/** The sale with this folio, date (ISO) and total; undefined if there is none. */
export function readTicket(typed: { folio: string; date: string; total: Cents }): Sale | undefined {
  const match = FOLIO_FORM.exec(typed.folio);
  if (match === null) return undefined;
  const [, branch = '', terminal = '', number = ''] = match;
  const sale = { branch, terminal, number: Number(number), soldOn: typed.date };
  return folioOf(sale) === typed.folio && totalOf('jqwizard', sale) === typed.total ? sale : undefined;
}

function folioOf({ branch, terminal, number }: Sale): string {
  const body = `${branch}${terminal}${String(number).padStart(6, '0')}`;
  return body + String(fnv1a(body) % 100).padStart(2, '0');
}
