import type { PrintTicket } from '../../portal.ts';
import { type Sale, fnv1a, totalOf } from '../../sale.ts';

const TC_FORM = /^(\d{4})0(\d{2})(\d{2})(\d{2})(\d{2})(\d{6})\d$/;
const PAYMENT_FORMS = ['01', '04', '28'] as const;

/** TC# is branch, terminal, date, number and a check digit; TR# is the till's control number of that TC#. */
export const printTicket: PrintTicket = (sale) => {
  const tc = tcOf(sale);
  return {
    amount: totalOf('webforms', sale) / 100,
    date: sale.soldOn,
    paymentForm: PAYMENT_FORMS[sale.number % PAYMENT_FORMS.length] ?? '01',
    extra: { tc, tr: trOf(tc) },
  };
};

/** The sale with this TC# and TR#; undefined if there is none. */
export function readTicket(typed: { tc: string; tr: string }): Sale | undefined {
  const match = TC_FORM.exec(typed.tc);
  if (match === null || trOf(typed.tc) !== typed.tr) return undefined;
  const [, branch = '', terminal = '', year = '', month = '', day = '', number = ''] = match;
  const sale = { branch, terminal, number: Number(number), soldOn: `20${year}-${month}-${day}` };
  return tcOf(sale) === typed.tc ? sale : undefined;
}

function tcOf({ branch, terminal, number, soldOn }: Sale): string {
  const day = soldOn.replaceAll('-', '').slice(2);
  const digits = `${branch}0${terminal}${day}${String(number).padStart(6, '0')}`;
  const sum = Array.from(digits).reduce(
    (total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 3 : 1),
    0,
  );
  return `${digits}${(10 - (sum % 10)) % 10}`;
}

const trOf = (tc: string): string => String(fnv1a(`TR${tc}`) % 100_000).padStart(5, '0');
