import type { Cents } from '../../money.ts';
import type { PrintTicket } from '../../portal.ts';
import { type Sale, fnv1a, totalOf } from '../../sale.ts';

const REFERENCE_FORM = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})$/;

/** The paper shows the station, a reference of station, pump and date with check digits, and the folio of the sale. */
export const printTicket: PrintTicket = (sale) => ({
  amount: totalOf('framed', sale) / 100,
  date: sale.soldOn,
  folio: String(sale.number).padStart(6, '0'),
  extra: { referencia: referenceOf(sale) },
});

/** The sale with this reference, folio and amount; undefined if there is none. */
export function readTicket(typed: { reference: string; folio: string; total: Cents }): Sale | undefined {
  const match = REFERENCE_FORM.exec(typed.reference);
  if (match === null || !/^\d{1,6}$/.test(typed.folio)) return undefined;
  const [, branch = '', terminal = '', year = '', month = '', day = ''] = match;
  const sale = { branch, terminal, number: Number(typed.folio), soldOn: `20${year}-${month}-${day}` };
  return referenceOf(sale) === typed.reference && totalOf('framed', sale) === typed.total ? sale : undefined;
}

function referenceOf({ branch, terminal, soldOn }: Sale): string {
  const body = `${branch}${terminal}${soldOn.replaceAll('-', '').slice(2)}`;
  return body + String(fnv1a(body) % 100).padStart(2, '0');
}
