import type { Cents } from '../../money.ts';
import type { PrintTicket } from '../../portal.ts';
import { type Sale, fnv1a, totalOf } from '../../sale.ts';

const CODE_FORM = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})([0-9A-Z]{4})([0-9A-Z]{2})$/;
const BASE = 36;

/** The 18-character code is plaza, lane, date, number in base 36 and two check characters. */
export const printTicket: PrintTicket = (sale) => ({
  amount: totalOf('listboxes', sale) / 100,
  date: sale.soldOn,
  webId: codeOf(sale),
});

/** The crossing with this code, date (ISO) and amount; undefined if there is none. */
export function readTicket(typed: { code: string; date: string; total: Cents }): Sale | undefined {
  const match = CODE_FORM.exec(typed.code);
  if (match === null) return undefined;
  const [, branch = '', terminal = '', year = '', month = '', day = '', number = ''] = match;
  const sale = {
    branch,
    terminal,
    number: Number.parseInt(number, BASE),
    soldOn: `20${year}-${month}-${day}`,
  };
  const matches =
    codeOf(sale) === typed.code && sale.soldOn === typed.date && totalOf('listboxes', sale) === typed.total;
  return matches ? sale : undefined;
}

function codeOf({ branch, terminal, number, soldOn }: Sale): string {
  const serial = inBase36(number, 4);
  const body = `${branch}${terminal}${soldOn.replaceAll('-', '').slice(2)}${serial}`;
  return body + inBase36(fnv1a(body) % BASE ** 2, 2);
}

const inBase36 = (value: number, width: number): string =>
  value.toString(BASE).toUpperCase().padStart(width, '0');
