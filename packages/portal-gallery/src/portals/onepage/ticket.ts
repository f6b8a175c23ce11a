import type { Cents } from '../../money.ts';
import type { PrintTicket } from '../../portal.ts';
import { type Sale, totalOf } from '../../sale.ts';

/** Four plain numbers; tickets are counted per restaurant, register and day. */
export const printTicket: PrintTicket = (sale) => ({
  amount: totalOf('onepage', sale) / 100,
  date: sale.soldOn,
  folio: String(sale.number).padStart(6, '0'),
  branch: sale.branch,
  extra: { caja: sale.terminal },
});

export type TypedTicket = {
  readonly restaurant: string;
  readonly register: string;
  readonly number: string;
  /** ISO. */
  readonly date: string;
  readonly total: Cents;
};

/** The sale with these values; undefined if there is none. Leading zeros may be left out. */
export function readTicket(typed: TypedTicket): Sale | undefined {
  const numeric = [typed.restaurant, typed.register, typed.number].every((value) => /^\d+$/.test(value));
  if (!numeric) return undefined;
  const sale = {
    branch: typed.restaurant.padStart(4, '0'),
    terminal: typed.register.padStart(2, '0'),
    number: Number(typed.number),
    soldOn: typed.date,
  };
  return totalOf('onepage', sale) === typed.total ? sale : undefined;
}
