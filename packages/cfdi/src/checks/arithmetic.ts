import type { CfdiFacts, ConceptFacts, TaxLine } from '../facts.ts';
import { formatAmount, parseAmount, type Micros } from '../money.ts';
import { proofFinding, type ProofFinding } from '../proof-findings.ts';
import { isProduct, isRounded, isRoundedByLine } from './tolerance.ts';

/**
 * Whether the amounts of an invoice follow from each other: each line, the subtotal, the discount, the taxes and the
 * total. Rounding by line is as legal as rounding once.
 */
export function checkArithmetic(facts: CfdiFacts): readonly ProofFinding[] {
  const findings = [
    ...facts.concepts.flatMap(checkConcept),
    ...checkSum('subtotal', facts.subtotal, sum(facts.concepts.map(({ amount }) => amount))),
    ...checkSum('discount', facts.discount ?? '0', sum(facts.concepts.map(({ discount }) => discount))),
    ...checkGlobalTaxes(facts),
    ...checkSum('total', facts.total, totalOf(facts)),
  ];
  return findings.slice(0, MOST_FINDINGS);
}

/** Enough to see what is wrong; a hostile document could have thousands. */
const MOST_FINDINGS = 20;

function checkConcept(concept: ConceptFacts, index: number): readonly ProofFinding[] {
  const line = index + 1;
  const findings: ProofFinding[] = [];
  if (!isProduct(concept.amount, concept.quantity, concept.unitPrice)) {
    const computed = `${concept.quantity} × ${concept.unitPrice}`;
    findings.push(inconsistent('concept_amount', concept.amount, computed, line));
  }
  for (const { amount, base, rate } of [...concept.taxes.transferred, ...concept.taxes.withheld]) {
    if (amount === undefined || base === undefined || rate === undefined) continue;
    if (!isProduct(amount, base, rate)) {
      findings.push(inconsistent('concept_tax', amount, `${base} × ${rate}`, line));
    }
  }
  return findings;
}

/** The summary of taxes against the lines that it sums up, tax by tax, and its totals against itself. */
function checkGlobalTaxes({ concepts, taxes }: CfdiFacts): readonly ProofFinding[] {
  const transferredLines = concepts.flatMap((concept) => concept.taxes.transferred);
  const withheldLines = concepts.flatMap((concept) => concept.taxes.withheld);
  const byRate = ({ tax, factor = '', rate }: TaxLine): string =>
    `${tax} ${factor} ${rate === undefined ? '' : String(parseAmount(rate))}`;
  return [
    ...checkGroups('transferred_tax', taxes.transferred, transferredLines, byRate),
    ...checkGroups('withheld_tax', taxes.withheld, withheldLines, ({ tax }) => tax),
    ...checkTaxTotal('total_transferred', taxes.totalTransferred, taxes.transferred),
    ...checkTaxTotal('total_withheld', taxes.totalWithheld, taxes.withheld),
  ];
}

function checkGroups(
  rule: string,
  summary: readonly TaxLine[],
  lines: readonly TaxLine[],
  keyOf: (line: TaxLine) => string,
): readonly ProofFinding[] {
  const groups = new Map<string, { stated: Micros; computed: Micros; lines: number }>();
  const groupOf = (line: TaxLine) => {
    const key = keyOf(line);
    const group = groups.get(key) ?? { stated: 0n, computed: 0n, lines: 0 };
    groups.set(key, group);
    return group;
  };
  for (const line of summary) groupOf(line).stated += sum([line.amount]);
  for (const line of lines) {
    const group = groupOf(line);
    group.computed += sum([line.amount]);
    group.lines += 1;
  }
  return [...groups.values()].flatMap(({ stated, computed, lines }) =>
    isRoundedByLine(stated, computed, lines)
      ? []
      : [inconsistent(rule, formatAmount(stated), formatAmount(computed))],
  );
}

function checkTaxTotal(
  rule: string,
  stated: string | undefined,
  summary: readonly TaxLine[],
): readonly ProofFinding[] {
  return stated === undefined ? [] : checkSum(rule, stated, sum(summary.map(({ amount }) => amount)));
}

/** Total = SubTotal − Descuento + transferred − withheld, with the local taxes of implocal among both. */
function totalOf({ subtotal, discount, taxes, localTaxes }: CfdiFacts): Micros {
  const amounts = (total: string | undefined, lines: readonly TaxLine[]): readonly (string | undefined)[] =>
    total === undefined ? lines.map(({ amount }) => amount) : [total];
  const plus = [...amounts(taxes.totalTransferred, taxes.transferred), localTaxes?.transferred];
  const minus = [...amounts(taxes.totalWithheld, taxes.withheld), localTaxes?.withheld];
  return sum([subtotal, ...plus]) - sum([discount, ...minus]);
}

function checkSum(rule: string, stated: string, exact: Micros): readonly ProofFinding[] {
  return isRounded(stated, exact) ? [] : [inconsistent(rule, stated, formatAmount(exact))];
}

/** An absent amount counts nothing; the schema has refused those that are no amounts. */
function sum(amounts: readonly (string | undefined)[]): Micros {
  return amounts.reduce<Micros>(
    (total, amount) => total + (amount === undefined ? 0n : (parseAmount(amount) ?? 0n)),
    0n,
  );
}

function inconsistent(rule: string, stated: string, computed: string, line?: number): ProofFinding {
  return proofFinding('arithmetic_inconsistent', {
    rule,
    stated,
    computed,
    ...(line === undefined ? {} : { line }),
  });
}
