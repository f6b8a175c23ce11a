import {
  CFDI_USES,
  FISCAL_REGIMES,
  PAYMENT_FORMS,
  USES_NEVER_ON_A_TICKET,
  type Receptor,
} from '@cfdi-live/cfdi';

/**
 * What a vendor's system thinks of fiscal data. The catalogues are SAT's, but the judgement is a shop's: the form of
 * things, no check digit, no register.
 */
export type CatalogueEntry = { readonly code: string; readonly name: string };

/** How a till can have been paid. */
const TILL_PAYMENT_FORMS = ['01', '02', '03', '04', '05', '06', '08', '28', '29'];

/** The payment forms that portals offer, in catalogue order. */
export const paymentForms: readonly CatalogueEntry[] = TILL_PAYMENT_FORMS.map((code) => ({
  code,
  name: PAYMENT_FORMS.get(code) ?? code,
}));

const RFC_FORM = /^[A-Z&Ñ]{3,4}\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])[A-Z0-9]{2}[0-9A]$/;
const MAIL_FORM = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

export const isRfc = (typed: string): boolean => RFC_FORM.test(typed);
export const isPostalCode = (typed: string): boolean => /^\d{5}$/.test(typed);
export const isMail = (typed: string): boolean => MAIL_FORM.test(typed);

/** Company RFCs have 12 characters, personal ones 13. */
const personOf = (rfc: string) => (rfc.length === 12 ? 'moral' : 'fisica');

/** The regimes that the holder of an RFC can have, in catalogue order. */
export function regimesFor(rfc: string): readonly CatalogueEntry[] {
  return [...FISCAL_REGIMES.values()].filter(({ persons }) => persons.includes(personOf(rfc))).map(asEntry);
}

/** The uses that a regime allows, in catalogue order; empty for a regime that the RFC's holder cannot have. */
export function usesFor(rfc: string, regime: string): readonly CatalogueEntry[] {
  if (!regimesFor(rfc).some(({ code }) => code === regime)) return [];
  return [...CFDI_USES.values()]
    .filter(({ code, persons, regimes }) => {
      const allowed = persons.includes(personOf(rfc)) && regimes.has(regime);
      return allowed && !USES_NEVER_ON_A_TICKET.has(code);
    })
    .map(asEntry);
}

/** SAT ends some names with a full stop; no portal does. */
const asEntry = ({ code, name }: CatalogueEntry): CatalogueEntry => ({ code, name: name.replace(/\.$/, '') });

/** A field of the receptor that a portal refuses, and whether it was left empty or is wrong. */
export type ReceptorProblem = { readonly field: keyof Receptor; readonly kind: 'missing' | 'invalid' };

/** Everything wrong with a receptor, in the order of its fields; empty when it can be invoiced. */
export function receptorProblems(receptor: Receptor): readonly ReceptorProblem[] {
  const valid: Readonly<Record<keyof Receptor, boolean>> = {
    rfc: isRfc(receptor.rfc),
    name: receptor.name.length >= 3,
    postalCode: isPostalCode(receptor.postalCode),
    regime: regimesFor(receptor.rfc).some(({ code }) => code === receptor.regime),
    use: usesFor(receptor.rfc, receptor.regime).some(({ code }) => code === receptor.use),
  };
  return (['rfc', 'name', 'postalCode', 'regime', 'use'] as const)
    .filter((field) => !valid[field])
    .map((field) => ({ field, kind: receptor[field] === '' ? 'missing' : 'invalid' }));
}
