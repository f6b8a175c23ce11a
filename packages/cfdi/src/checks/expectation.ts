import type { CfdiFacts } from '../facts.ts';
import { DAY_MS, centralInstant, isWithin } from '../mexico-time.ts';
import { parseAmount, type Micros } from '../money.ts';
import { normaliseSpace } from '../cadena/emit.ts';
import { proofFinding, type ProofFinding, type ProofFindingCode } from '../proof-findings.ts';
import type { Receptor } from '../receptor.ts';

/** What the invoice of one purchase must say to be ours. What is not said here is not checked. */
export type Expectation = {
  /** The profile. */
  readonly receptor?: Partial<Receptor>;
  /** What the ticket says was paid: a decimal string, compared exactly unless `tip` allows more. */
  readonly total?: string;
  /**
   * Whether the vendor's invoices leave out a tip that its tickets count in, or the other way round: how much the total may
   * differ downwards and upwards, as decimal strings. Absent: not at all.
   */
  readonly tip?: { readonly below?: string; readonly above?: string };
  /** The day of the purchase, `2026-11-20`; no invoice of it is older. */
  readonly ticketDate?: string;
  /** ISO 4217; default MXN. */
  readonly currency?: string;
  /** RFCs under which the vendor issues. Absent or empty: the vendor is not known, which is worth a warning. */
  readonly emisorRfcs?: readonly string[];
  /** Whether a UUID (upper case) proved another purchase of the same tenant. */
  readonly isUuidKnown?: (uuid: string) => boolean;
  /** The moment of the proof. */
  readonly now: Date;
};

/** Whether an invoice, genuine or not, is the one that was asked for. */
export function checkExpectation(facts: CfdiFacts, expected: Expectation): readonly ProofFinding[] {
  return [
    ...(facts.type === 'I' ? [] : [proofFinding('not_an_income_invoice', { type: facts.type })]),
    ...(facts.isGlobal ? [proofFinding('global_invoice')] : []),
    ...checkReceptorIs(facts.receptor, expected.receptor ?? {}),
    ...checkTotal(facts, expected),
    ...checkDates(facts, expected),
    ...checkEmisor(facts.emisor.rfc, expected.emisorRfcs ?? []),
    ...checkUuid(facts, expected),
  ];
}

const RECEPTOR_CODES: Readonly<Record<keyof Receptor, ProofFindingCode>> = {
  rfc: 'receptor_rfc_mismatch',
  name: 'receptor_name_mismatch',
  postalCode: 'receptor_postal_code_mismatch',
  regime: 'receptor_regime_mismatch',
  use: 'receptor_use_mismatch',
};

const RECEPTOR_FIELDS = ['rfc', 'name', 'postalCode', 'regime', 'use'] as const;

function checkReceptorIs(actual: Receptor, expected: Partial<Receptor>): readonly ProofFinding[] {
  return RECEPTOR_FIELDS.flatMap((field) => {
    const value = expected[field];
    if (value === undefined) return [];
    const wanted = normaliseSpace(value);
    return actual[field] === wanted
      ? []
      : [proofFinding(RECEPTOR_CODES[field], { expected: wanted, actual: actual[field] })];
  });
}

function checkTotal(facts: CfdiFacts, expected: Expectation): readonly ProofFinding[] {
  const findings: ProofFinding[] = [];
  if (expected.total !== undefined && !isTotal(facts.total, expected.total, expected.tip ?? {})) {
    findings.push(proofFinding('total_mismatch', { expected: expected.total, actual: facts.total }));
  }
  const currency = expected.currency ?? 'MXN';
  if (facts.currency !== currency) {
    findings.push(proofFinding('currency_mismatch', { expected: currency, actual: facts.currency }));
  }
  return findings;
}

function isTotal(actual: string, expected: string, tip: NonNullable<Expectation['tip']>): boolean {
  const stated = parseAmount(actual);
  const wanted = amountOf(expected);
  if (stated === undefined) return false;
  return stated >= wanted - amountOf(tip.below ?? '0') && stated <= wanted + amountOf(tip.above ?? '0');
}

function amountOf(text: string): Micros {
  const amount = parseAmount(text);
  if (amount === undefined) throw new RangeError('the expected total is not a decimal amount');
  return amount;
}

function checkDates({ issuedAt, stamp }: CfdiFacts, expected: Expectation): readonly ProofFinding[] {
  const findings: ProofFinding[] = [];
  const { ticketDate } = expected;
  const notAfter = expected.now.getTime() + DAY_MS;
  if (ticketDate !== undefined && Number.isNaN(centralInstant(ticketDate))) {
    throw new RangeError('the expected date is not YYYY-MM-DD');
  }
  if (ticketDate !== undefined && !isWithin(issuedAt, { from: centralInstant(ticketDate) })) {
    findings.push(proofFinding('date_out_of_window', { issuedAt, notBefore: ticketDate }));
  }
  if (!isWithin(issuedAt, { to: notAfter })) {
    const latest = new Date(notAfter).toISOString();
    findings.push(proofFinding('date_out_of_window', { issuedAt, notAfter: latest }));
  }
  if (stamp !== undefined && !isWithin(stamp.stampedAt, { from: centralInstant(issuedAt), to: notAfter })) {
    findings.push(proofFinding('stamp_date_out_of_window', { stampedAt: stamp.stampedAt, issuedAt }));
  }
  return findings;
}

function checkEmisor(actual: string, known: readonly string[]): readonly ProofFinding[] {
  if (known.length === 0) return [proofFinding('emisor_unknown', { actual })];
  return known.includes(actual) ? [] : [proofFinding('emisor_mismatch', { actual })];
}

function checkUuid({ stamp }: CfdiFacts, { isUuidKnown }: Expectation): readonly ProofFinding[] {
  if (stamp === undefined || isUuidKnown === undefined || !isUuidKnown(stamp.uuid)) return [];
  return [proofFinding('uuid_already_accepted', { uuid: stamp.uuid })];
}
