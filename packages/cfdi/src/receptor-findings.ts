import { findingsOf, type Finding, type FindingDefinition } from './finding.ts';

/** Everything that can be said about a profile's fiscal data before a portal sees it. Closed list. */
export const RECEPTOR_FINDINGS = {
  /** The RFC has not the form of one, or holds no real date. Values: `reason`. */
  rfc_malformed: {
    severity: 'error',
    es: 'El RFC no tiene una forma válida.',
    en: 'The RFC is not well formed.',
  },
  /** The check digit is not the computed one; SAT issued a few such RFCs. Values: `expected`. */
  rfc_check_digit: {
    severity: 'warning',
    es: 'El dígito verificador del RFC no coincide; revise que esté bien escrito.',
    en: 'The check digit of the RFC does not match; it may be mistyped.',
  },
  /** XAXX010101000 or XEXX010101000. */
  rfc_generic: {
    severity: 'error',
    es: 'Un RFC genérico no puede recibir una factura a su nombre.',
    en: 'A generic RFC identifies nobody, so no invoice can be made out to it.',
  },
  /** Empty, above 300 characters, or with the `|` that the cadena uses as its separator. */
  name_malformed: {
    severity: 'error',
    es: 'El nombre está vacío, es demasiado largo o contiene «|».',
    en: 'The name is empty, too long or contains "|".',
  },
  /** SAT compares with the Constancia, which is in upper case. Values: `suggestion`. */
  name_not_upper_case: {
    severity: 'warning',
    es: 'El nombre debe ir en mayúsculas, como en la Constancia de Situación Fiscal.',
    en: 'The name should be in upper case, as in the Constancia de Situación Fiscal.',
  },
  /** SAT compares without the company type. Values: `suggestion`. */
  name_has_company_type: {
    severity: 'warning',
    es: 'El nombre debe ir sin el régimen de capital («SA DE CV»), como en la Constancia de Situación Fiscal.',
    en: 'The name should not carry the company type ("SA DE CV"), as in the Constancia de Situación Fiscal.',
  },
  /** Not five digits. */
  postal_code_malformed: {
    severity: 'error',
    es: 'El código postal debe tener cinco dígitos.',
    en: 'The postal code must have five digits.',
  },
  /** Not in c_RegimenFiscal. Values: `regime`. */
  regime_unknown: {
    severity: 'error',
    es: 'El régimen fiscal no está en el catálogo del SAT.',
    en: "The fiscal regime is not in SAT's catalogue.",
  },
  /** A company's regime for a person, or the other way round. Values: `regime`, `person`. */
  regime_not_for_person: {
    severity: 'error',
    es: 'El régimen fiscal no corresponde al tipo de persona del RFC.',
    en: 'The fiscal regime does not go with the kind of person that the RFC belongs to.',
  },
  /** Not in c_UsoCFDI. Values: `use`. */
  use_unknown: {
    severity: 'error',
    es: 'El uso de CFDI no está en el catálogo del SAT.',
    en: "The use is not in SAT's catalogue.",
  },
  /** CP01 and CN01. Values: `use`. */
  use_never_on_ticket: {
    severity: 'error',
    es: 'Ese uso de CFDI no aplica a la factura de una compra.',
    en: 'That use does not apply to the invoice of a purchase.',
  },
  /** SAT would reject the pair. Values: `use`, `regime`. */
  use_not_for_regime: {
    severity: 'error',
    es: 'El uso de CFDI no es válido para el régimen fiscal.',
    en: 'The use is not allowed for the fiscal regime.',
  },
} as const satisfies Record<string, FindingDefinition>;

export type ReceptorFindingCode = keyof typeof RECEPTOR_FINDINGS;
export type ReceptorFinding = Finding<ReceptorFindingCode>;

export const receptorFinding = findingsOf<ReceptorFindingCode>(RECEPTOR_FINDINGS);
