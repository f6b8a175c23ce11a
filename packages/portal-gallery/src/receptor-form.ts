import type { Receptor } from '@cfdi-live/cfdi';
import { type ReceptorProblem, isMail, receptorProblems } from './fiscal.ts';
import { field } from './web.ts';

/** What a portal calls the fields of the fiscal data. */
export type ReceptorNames = Readonly<Record<keyof Receptor | 'mail', string>>;

/** Fiscal data as they were posted under a portal's own names. */
export function readReceptor(body: Readonly<Record<string, unknown>>, names: ReceptorNames): Receptor {
  return {
    rfc: field(body, names.rfc).toUpperCase(),
    name: field(body, names.name).toUpperCase(),
    postalCode: field(body, names.postalCode),
    regime: field(body, names.regime),
    use: field(body, names.use),
  };
}

const messages: Readonly<Record<keyof Receptor, string>> = {
  rfc: 'El RFC no es válido.',
  name: 'Captura el nombre o razón social.',
  postalCode: 'El código postal debe tener 5 dígitos.',
  regime: 'Selecciona el régimen fiscal.',
  use: 'Selecciona el uso del CFDI.',
};

/** What is wrong with posted fiscal data, in words; empty when an invoice can be made of them. */
export function receptorComplaints(
  body: Readonly<Record<string, unknown>>,
  names: ReceptorNames,
): readonly string[] {
  const problems: readonly ReceptorProblem[] = receptorProblems(readReceptor(body, names));
  const mail = isMail(field(body, names.mail)) ? [] : ['El correo electrónico no es válido.'];
  return [...problems.map((problem) => messages[problem.field]), ...mail];
}
