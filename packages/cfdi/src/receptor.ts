import { normaliseSpace } from './cadena/emit.ts';
import { CFDI_USES, FISCAL_REGIMES, USES_NEVER_ON_A_TICKET } from './catalogues.ts';
import { receptorFinding, type ReceptorFinding } from './receptor-findings.ts';
import { parseRfc, rfcCheckDigit, type PersonKind } from './rfc.ts';

/** Whom an invoice is made out to, as it would stand in the Receptor element. */
export type Receptor = {
  readonly rfc: string;
  /** Upper case and without the company type, as in the Constancia de Situación Fiscal. */
  readonly name: string;
  /** DomicilioFiscalReceptor: five digits. */
  readonly postalCode: string;
  /** c_RegimenFiscal. */
  readonly regime: string;
  /** c_UsoCFDI. */
  readonly use: string;
};

/**
 * What SAT would find wrong with a receptor, as far as it can be known without SAT's register: the form of each
 * value, regime against person, use against regime. No finding of severity `error` means that a portal may have it.
 */
export function checkReceptor(receptor: Receptor): readonly ReceptorFinding[] {
  const parsed = parseRfc(receptor.rfc);
  const person = parsed.ok && !parsed.generic ? parsed.person : undefined;
  return [
    ...checkRfc(receptor.rfc),
    ...checkName(receptor.name, person),
    ...(/^[0-9]{5}$/.test(receptor.postalCode) ? [] : [receptorFinding('postal_code_malformed')]),
    ...checkRegime(receptor.regime, person),
    ...checkUse(receptor.use, receptor.regime),
  ];
}

/** The findings about an RFC alone. */
export function checkRfc(input: string): readonly ReceptorFinding[] {
  const parsed = parseRfc(input);
  if (!parsed.ok) return [receptorFinding('rfc_malformed', { reason: parsed.reason })];
  if (parsed.generic) return [receptorFinding('rfc_generic')];
  if (parsed.checkDigitMatches) return [];
  return [receptorFinding('rfc_check_digit', { expected: rfcCheckDigit(parsed.rfc) })];
}

const LONGEST_NAME = 300;

function checkName(name: string, person: PersonKind | undefined): readonly ReceptorFinding[] {
  const plain = normaliseSpace(name);
  if (plain === '' || plain.length > LONGEST_NAME || plain.includes('|')) {
    return [receptorFinding('name_malformed')];
  }
  const findings: ReceptorFinding[] = [];
  const upper = plain.toUpperCase();
  if (upper !== plain) findings.push(receptorFinding('name_not_upper_case', { suggestion: upper }));
  const bare = withoutCompanyType(upper);
  if (person === 'moral' && bare !== upper) {
    findings.push(receptorFinding('name_has_company_type', { suggestion: bare }));
  }
  return findings;
}

/** The company types that end a name on a letterhead: SA, SAB, SAPI, SAS, S DE RL, SC, AC, with or without DE CV. */
const COMPANY_TYPE =
  /,? (?:S\.?\s?A\.?(?:\s?B\.?|\s?P\.?\s?I\.?|\s?S\.?)?|S\.? (?:DE|EN) (?:R\.?\s?L\.?|N\.?\s?C\.?|C\.?\s?S\.?)|S\.?\s?C\.?|A\.?\s?C\.?)(?: DE C\.?\s?V\.?)?$/;

/** A company's name as SAT compares it; only for companies: a person may be called anything. */
export function withoutCompanyType(name: string): string {
  return name.replace(COMPANY_TYPE, '');
}

function checkRegime(code: string, person: PersonKind | undefined): readonly ReceptorFinding[] {
  const regime = FISCAL_REGIMES.get(code);
  if (regime === undefined) return [receptorFinding('regime_unknown', { regime: code })];
  if (person === undefined || regime.persons.includes(person)) return [];
  return [receptorFinding('regime_not_for_person', { regime: code, person })];
}

function checkUse(code: string, regime: string): readonly ReceptorFinding[] {
  const use = CFDI_USES.get(code);
  if (use === undefined) return [receptorFinding('use_unknown', { use: code })];
  if (USES_NEVER_ON_A_TICKET.has(code)) return [receptorFinding('use_never_on_ticket', { use: code })];
  if (!FISCAL_REGIMES.has(regime) || use.regimes.has(regime)) return [];
  return [receptorFinding('use_not_for_regime', { use: code, regime })];
}
