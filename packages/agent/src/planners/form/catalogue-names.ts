/** How lists without codes name what is chosen: SAT's catalogue names, English ones, months. */
import { CFDI_USES, FISCAL_REGIMES, PAYMENT_FORMS } from '@cfdi-live/cfdi';
import { words } from '../../words/normalize.ts';

/** SAT's name of a code, as `words`; null for a code that the catalogue does not have. */
export function catalogueName(catalogue: 'regime' | 'cfdiUse' | 'paymentForm', code: string): string | null {
  const name =
    catalogue === 'paymentForm'
      ? PAYMENT_FORMS.get(code)
      : (catalogue === 'regime' ? FISCAL_REGIMES : CFDI_USES).get(code)?.name;
  return name === undefined ? null : words(name);
}

/** English names, where a portal speaks English. */
export const ENGLISH_NAMES: Readonly<Record<string, readonly string[]>> = {
  '01': ['cash'],
  '03': ['electronic transfer', 'wire transfer', 'bank transfer'],
  '04': ['credit card'],
  '28': ['debit card'],
  G01: ['acquisition of goods', 'purchase of goods'],
  G03: ['general expenses', 'expenses in general'],
  S01: ['no tax effects', 'without tax effects'],
  '626': ['simplified trust regime', 'simplified regime of trust'],
  '605': ['wages and salaries', 'salaries'],
};

export const MONTH_NAMES: readonly (readonly string[])[] = [
  ['enero', 'ene', 'january', 'jan'],
  ['febrero', 'feb', 'february'],
  ['marzo', 'mar', 'march'],
  ['abril', 'abr', 'april', 'apr'],
  ['mayo', 'may'],
  ['junio', 'jun', 'june'],
  ['julio', 'jul', 'july'],
  ['agosto', 'ago', 'august', 'aug'],
  ['septiembre', 'setiembre', 'sep', 'september', 'sept'],
  ['octubre', 'oct', 'october'],
  ['noviembre', 'nov', 'november'],
  ['diciembre', 'dic', 'december', 'dec'],
];
