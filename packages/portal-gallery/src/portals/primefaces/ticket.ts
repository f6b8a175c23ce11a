import type { Cents } from '../../money.ts';
import type { PrintTicket } from '../../portal.ts';
import { type Sale, fnv1a, totalOf } from '../../sale.ts';

const FOLIO_FORM = /^(\d{4})(\d{2})\d{3}$/;
const SALE_FORM = /^(\d{6})\d{6}$/;

/** The folio is store, till and three check digits; the sale id is the number and six digits of the day's closing. */
export const printTicket: PrintTicket = (sale) => ({
  amount: totalOf('primefaces', sale) / 100,
  date: sale.soldOn,
  folio: folioOf(sale),
  extra: { id_venta: saleIdOf(sale) },
});

export type TypedTicket = {
  /** ISO. */
  readonly date: string;
  readonly folio: string;
  readonly saleId: string;
  readonly total: Cents;
};

/** The sale with these values; undefined if there is none. */
export function readTicket({ date, folio, saleId, total }: TypedTicket): Sale | undefined {
  const [, branch, terminal] = FOLIO_FORM.exec(folio) ?? [];
  const [, number] = SALE_FORM.exec(saleId) ?? [];
  if (branch === undefined || terminal === undefined || number === undefined) return undefined;
  const sale = { branch, terminal, number: Number(number), soldOn: date };
  const matches = folioOf(sale) === folio && saleIdOf(sale) === saleId;
  return matches && totalOf('primefaces', sale) === total ? sale : undefined;
}

function folioOf({ branch, terminal }: Sale): string {
  const body = `${branch}${terminal}`;
  return body + String(fnv1a(`folio${body}`) % 1_000).padStart(3, '0');
}

function saleIdOf({ number, soldOn }: Sale): string {
  const body = String(number).padStart(6, '0');
  return body + String(fnv1a(`${body}${soldOn}`) % 1_000_000).padStart(6, '0');
}
