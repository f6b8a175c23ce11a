import type { Cents } from '../../money.ts';
import type { PrintTicket } from '../../portal.ts';
import { type Sale, fnv1a, ticketKey, totalOf } from '../../sale.ts';

const NUMBER_FORM = /^(\d{4})-(\d{2})-(\d{7})$/;
const HOUR_MS = 3_600_000;

/** The number is boutique, till, and a number with a check digit; date and hour of the purchase stand beside it. */
export const printTicket: PrintTicket = (sale) => ({
  amount: totalOf('later', sale) / 100,
  date: sale.soldOn,
  folio: numberOf(sale),
  extra: { hora: hourOf(sale) },
});

export type TypedTicket = {
  readonly number: string;
  /** ISO. */
  readonly date: string;
  /** `HH:MM`. */
  readonly hour: string;
  readonly total: Cents;
};

/** The sale with these values; undefined if there is none. */
export function readTicket(typed: TypedTicket): Sale | undefined {
  const [, branch, terminal, number] = NUMBER_FORM.exec(typed.number) ?? [];
  if (branch === undefined || terminal === undefined || number === undefined) return undefined;
  const sale = { branch, terminal, number: Number(number.slice(0, 6)), soldOn: typed.date };
  const matches = numberOf(sale) === typed.number && hourOf(sale) === typed.hour;
  return matches && totalOf('later', sale) === typed.total ? sale : undefined;
}

/** 24 hours after the purchase. Mexico City has kept UTC−6 all year since 2022. */
export function opensAt(sale: Sale): Date {
  return new Date(Date.parse(`${sale.soldOn}T${hourOf(sale)}:00-06:00`) + 24 * HOUR_MS);
}

function numberOf({ branch, terminal, number }: Sale): string {
  const serial = String(number).padStart(6, '0');
  return `${branch}-${terminal}-${serial}${fnv1a(`${branch}${terminal}${serial}`) % 10}`;
}

/** Between 10:00 and 20:59. */
function hourOf(sale: Sale): string {
  const minutes = fnv1a(`hora${ticketKey(sale)}`) % (11 * 60);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(10 + Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
