import { checkArithmetic } from './checks/arithmetic.ts';
import { checkExpectation, type Expectation } from './checks/expectation.ts';
import type { CfdiFacts, StampFacts } from './facts.ts';
import { hasError } from './finding.ts';
import { readComprobante } from './parse-cfdi.ts';
import { proofFinding, type ProofFinding, type ProofFindingCode } from './proof-findings.ts';
import { readFacts } from './read-facts.ts';
import { validateSchema } from './schema/validate-schema.ts';
import { verifySeals } from './seals/verify-seals.ts';
import type { Trust } from './seals/trust.ts';

/** Facts of an invoice that carries exactly one stamp. */
export type StampedCfdiFacts = CfdiFacts & { readonly stamp: StampFacts };

/** The outcome of a proof. Findings come in the order of the checks; only the first verdict is an acceptance. */
export type Verification =
  | {
      /** Valid, sealed and stamped by holders of trusted certificates, and the invoice that was expected. */
      readonly ok: true;
      readonly verdict: 'authenticated';
      readonly findings: readonly ProofFinding[];
      readonly facts: StampedCfdiFacts;
    }
  | {
      /** Nothing is wrong, but anybody could have sealed it: what is missing is trust, or SAT's word. */
      readonly ok: false;
      readonly verdict: 'consistent_not_authenticated';
      readonly findings: readonly ProofFinding[];
      readonly facts: StampedCfdiFacts;
    }
  | {
      readonly ok: false;
      readonly verdict: 'rejected';
      readonly findings: readonly ProofFinding[];
      /** Absent when the document could not be read that far. */
      readonly facts: CfdiFacts | undefined;
    };

/**
 * Proves an invoice: safe to read, valid, sealed, authentic and ours, in this order. What cannot be read, is no CFDI
 * or breaks the schema is not looked at further. Takes the original bytes. Throws only on an expectation that makes
 * no sense (a total that is no amount, a date that is no date).
 */
export function verifyCfdi(bytes: Uint8Array, expectation: Expectation, trust: Trust): Verification {
  // 1. Safe to read
  const read = readComprobante(bytes);
  if (!read.ok) return rejected([read.finding]);
  const { comprobante } = read;
  // 2. Valid
  const invalid = validateSchema(comprobante);
  if (invalid.length > 0) return rejected(invalid);
  const fact = readFacts(comprobante);
  if (!fact.ok) return rejected([proofFinding('schema_invalid', { where: fact.where, rule: 'missing' })]);
  const { facts } = fact;
  // 3. Sealed, 4. authentic, 5. ours
  const findings = [
    ...verifySeals(comprobante, facts, trust),
    ...checkExpectation(facts, expectation),
    ...checkArithmetic(facts),
  ];
  if (hasError(findings) || facts.stamp === undefined) return rejected(findings, facts);
  const stamped: StampedCfdiFacts = { ...facts, stamp: facts.stamp };
  return findings.some(({ code }) => WITHOUT_AUTHORITY.has(code))
    ? { ok: false, verdict: 'consistent_not_authenticated', findings, facts: stamped }
    : { ok: true, verdict: 'authenticated', findings, facts: stamped };
}

/** Warnings that leave open who made the document. */
const WITHOUT_AUTHORITY: ReadonlySet<ProofFindingCode> = new Set([
  'certificate_untrusted',
  'pac_certificate_unknown',
  'pac_certificate_untrusted',
]);

function rejected(findings: readonly ProofFinding[], facts?: CfdiFacts): Verification {
  return { ok: false, verdict: 'rejected', findings, facts };
}
