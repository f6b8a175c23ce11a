import { realDate } from '../../clock.ts';
import type { Cents } from '../../money.ts';
import type { PrintTicket } from '../../portal.ts';
import { type Sale, totalOf } from '../../sale.ts';

const FOLIO_FORM = /^EF(\d{4})(\d{2})(\d{6})(\d{2})(\d{2})(\d{2})$/;

/** One folio with everything in it, and the total. */
export const printTicket: PrintTicket = (sale) => ({
  amount: totalOf('mailed', sale) / 100,
  date: sale.soldOn,
  folio: `EF${sale.branch}${sale.terminal}${String(sale.number).padStart(6, '0')}${sale.soldOn.slice(2).replaceAll('-', '')}`,
});

/** The sale that a folio names; undefined if there is none. */
export function saleOfFolio(folio: string): Sale | undefined {
  const match = FOLIO_FORM.exec(folio);
  if (match === null) return undefined;
  const [, branch = '', terminal = '', number = '', year = '', month = '', day = ''] = match;
  const soldOn = realDate(`20${year}-${month}-${day}`);
  return soldOn === undefined ? undefined : { branch, terminal, number: Number(number), soldOn };
}

/** The sale with these values; undefined if there is none. */
export function readTicket({ folio, total }: { folio: string; total: Cents | undefined }): Sale | undefined {
  const sale = saleOfFolio(folio);
  return sale !== undefined && totalOf('mailed', sale) === total ? sale : undefined;
}
