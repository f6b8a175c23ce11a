import type { Cents } from '../../money.ts';
import type { PrintTicket } from '../../portal.ts';
import { type Sale, fnv1a, totalOf } from '../../sale.ts';

const NOTE_FORM = /^(\d{4})-(\d{2})-(\d{6})-(\d)$/;

/** The sales note is store, till, number and a check digit, with dashes; notes start over each day. */
export const printTicket: PrintTicket = (sale) => ({
  amount: totalOf('account', sale) / 100,
  date: sale.soldOn,
  folio: noteOf(sale),
});

/** The sale with this note, date (ISO) and total; undefined if there is none. */
export function readTicket(typed: { note: string; date: string; total: Cents }): Sale | undefined {
  const match = NOTE_FORM.exec(typed.note);
  if (match === null) return undefined;
  const [, branch = '', terminal = '', number = ''] = match;
  const sale = { branch, terminal, number: Number(number), soldOn: typed.date };
  return noteOf(sale) === typed.note && totalOf('account', sale) === typed.total ? sale : undefined;
}

function noteOf({ branch, terminal, number }: Sale): string {
  const body = `${branch}-${terminal}-${String(number).padStart(6, '0')}`;
  return `${body}-${fnv1a(body) % 10}`;
}
