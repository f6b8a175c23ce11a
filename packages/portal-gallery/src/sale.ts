import { addDays } from './clock.ts';
import type { Cents } from './money.ts';

/** The simulated portals; each id is also the first label of the portal's host name. */
export const portalIds = [
  'webforms',
  'listboxes',
  'jqwizard',
  'onepage',
  'account',
  'jsp',
  'framed',
  'primefaces',
  'masks',
  'later',
  'rough',
  'hostile',
  'mailed',
] as const;
export type PortalId = (typeof portalIds)[number];

/**
 * What a ticket makes its portal do. `success` issues; `captcha` does so for a person, `slow` for whoever waits;
 * `wrong_receptor`, `wrong_total`, `html_as_xml`, `pdf_only` and the two of the connection issue (the ledger shows it)
 * but deliver something wrong, or break the connection before they deliver; all others issue nothing.
 */
export const outcomes = [
  'success',
  'already_invoiced',
  'not_found',
  'expired',
  'captcha',
  'portal_down',
  'wrong_receptor',
  'wrong_total',
  'html_as_xml',
  'connection_dies',
  'connection_resets',
  'pdf_only',
  'not_yet_available',
  'maintenance',
  'empty_answer',
  'slow',
  'blocked',
  'mail_late',
  'mail_zip',
  'mail_link',
  'mail_pdf_first',
] as const;
export type Outcome = (typeof outcomes)[number];

/** One sale as the vendor's own system knows it. Everything printed on the ticket follows from these four values. */
export type Sale = {
  /** Four digits, one of `branches`. */
  readonly branch: string;
  /** Two digits. Terminals from 90 on are the magic ones, see `terminalOf`. */
  readonly terminal: string;
  /** Running number of the sale, 1 to 999,999. */
  readonly number: number;
  /** `YYYY-MM-DD`, local date of the shop. */
  readonly soldOn: string;
};

const branches = ['0104', '0217', '0388', '0412', '0536', '0671'] as const;
const ORDINARY_TERMINALS = 8;
const MAX_NUMBER = 999_999;

/** The terminal on the ticket decides the outcome; terminals 01–08 are ordinary sales. `expired` is an old date. */
const magicTerminals: Readonly<Record<string, Outcome>> = {
  '90': 'already_invoiced',
  '91': 'not_found',
  '93': 'captcha',
  '94': 'portal_down',
  '95': 'wrong_receptor',
  '96': 'wrong_total',
  '97': 'html_as_xml',
  '98': 'connection_dies',
  '99': 'connection_resets',
  '80': 'maintenance',
  '81': 'empty_answer',
  '82': 'slow',
  '83': 'blocked',
  '84': 'not_yet_available',
  '85': 'pdf_only',
  '70': 'mail_late',
  '71': 'mail_zip',
  '72': 'mail_link',
  '73': 'mail_pdf_first',
};

/** What only some portals can do; every other outcome is every portal's. */
const PARTICULAR: Partial<Readonly<Record<Outcome, readonly PortalId[]>>> = {
  captcha: ['webforms'],
  pdf_only: ['later'],
  not_yet_available: ['later'],
  maintenance: ['rough'],
  empty_answer: ['rough'],
  slow: ['rough'],
  blocked: ['rough'],
  mail_late: ['mailed'],
  mail_zip: ['mailed'],
  mail_link: ['mailed'],
  mail_pdf_first: ['mailed'],
};

/** The outcomes that a portal's tickets can force. */
export function outcomesOf(portal: PortalId): readonly Outcome[] {
  return outcomes.filter((outcome) => PARTICULAR[outcome]?.includes(portal) ?? true);
}

/** Days that a sale of this outcome lies after the day asked for: older than any window, younger than any opening. */
const AGES: Partial<Readonly<Record<Outcome, number>>> = { expired: -120, not_yet_available: 2 };

/** The n-th sale with a given outcome. Throws RangeError unless n is a whole number from 1 to 999,999. */
export function saleOf(n: number, outcome: Outcome, soldOn: string): Sale {
  if (!Number.isInteger(n) || n < 1 || n > MAX_NUMBER)
    throw new RangeError(`ticket number out of range: ${n}`);
  return {
    branch: branches[n % branches.length] ?? branches[0],
    terminal: terminalOf(n, outcome),
    number: n,
    soldOn: addDays(soldOn, AGES[outcome] ?? 0),
  };
}

function terminalOf(n: number, outcome: Outcome): string {
  const magic = Object.entries(magicTerminals).find(([, forced]) => forced === outcome);
  return magic?.[0] ?? String((n % ORDINARY_TERMINALS) + 1).padStart(2, '0');
}

/** What the terminal on a ticket forces. `success` for ordinary ones; undefined where no till printed such a ticket. */
export function outcomeOf(sale: Sale): Outcome | undefined {
  if (!branches.some((branch) => branch === sale.branch) || sale.number < 1) return undefined;
  const terminal = Number(sale.terminal);
  return terminal >= 1 && terminal <= ORDINARY_TERMINALS ? 'success' : magicTerminals[sale.terminal];
}

/** The total paid, 45.00 to 2,845.00 pesos: a pure function of the portal and the sale, so any process can derive it. */
export function totalOf(portal: PortalId, sale: Sale): Cents {
  return 4_500 + (fnv1a(`${portal}|${ticketKey(sale)}`) % 280_001);
}

/** The vendor's key of a sale, e.g. `0412-03-000123-20261120`; the ledger counts by it. */
export function ticketKey(sale: Sale): string {
  return [
    sale.branch,
    sale.terminal,
    String(sale.number).padStart(6, '0'),
    sale.soldOn.replaceAll('-', ''),
  ].join('-');
}

/** 32-bit FNV-1a: a stable spread of values without any state. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}
