/** A refusal of fiscal data by SAT, the PAC or the portal: which datum it is about. Pure. */
import { plain } from '../words/normalize.ts';

export type RejectedField = 'rfc' | 'fullName' | 'postalCode' | 'fiscalRegime' | 'cfdiUse' | 'email' | null;

export interface FiscalRejection {
  field: RejectedField;
  /** SAT's number, `CFDI40147` → `40147`, when quoted. */
  satCode: string | null;
}

// As SAT writes them; capitals tell `Nombre` the attribute from "nombre" the word.
const ATTRIBUTES: readonly [RegExp, RejectedField][] = [
  [/DomicilioFiscalReceptor/i, 'postalCode'],
  [/RegimenFiscalReceptor|RegimenFiscalR\b/i, 'fiscalRegime'],
  [/UsoCFDI/i, 'cfdiUse'],
  [/(?:campo|atributo|nodo|del)\s+["'“]?Nombre\b|Receptor:Nombre|@Nombre/, 'fullName'],
  [/(?:campo|atributo|nodo|del)\s+["'“]?R(?:fc|FC)\b|Receptor:Rfc|@Rfc/, 'rfc'],
];

const NUMBERS: Readonly<Record<string, RejectedField>> = {
  '40143': 'rfc',
  '40144': 'fullName',
  '40145': 'fullName',
  '40147': 'postalCode',
  '40148': 'postalCode',
  '40157': 'fiscalRegime',
  '40158': 'fiscalRegime',
  '40159': 'fiscalRegime',
  '40160': 'cfdiUse',
  '40161': 'cfdiUse',
};

// Everyday wordings, the most exact first: a name that "does not match the RFC" is about the name.
const SUBJECTS: readonly [RegExp, RejectedField][] = [
  [/codigo postal|\bc\.? ?p\.?\b|domicilio fiscal|postal code|zip code/, 'postalCode'],
  [/regimen|tax regime/, 'fiscalRegime'],
  [/uso (de|del) (cfdi|comprobante)|cfdi use/, 'cfdiUse'],
  [/razon social|\bnombre\b|denominacion|legal name|company name|taxpayer name/, 'fullName'],
  [/\br\.?f\.?c\b|tax ?id/, 'rfc'],
];

/** Refusals that no other spelling would mend. */
const REFUSES =
  /\bno (se )?(coincid|correspond|exist|pertenece|encuentra|aparece|esta (registrad|inscrit|vigente|activ|en la lista)|registrad|permit|aplic|es (el registrado|aplicable|compatible))|rechaz|debe (pertenecer|existir|coincidir|corresponder|encontrarse)|\blco\b|lista (de|del) (rfc|sat)|cancelad[oa]|distint[oa] (al|a la|del)|diferente (al|a la|del)|(does|do)(n.?t| not) (match|exist|belong|correspond)|not (registered|found|listed)|rejected|mismatch/;

/** Refusals that may only be about how it was written. */
const DOUBTS =
  /invalid|incorrect|erroneo|no (es|son) (valid|correct)|is not (valid|allowed|correct)|not valid/;

/** Instructions and formats, which a fill must mend, not a person. */
const INSTRUCTS =
  /obligatori|requerid|required|ingres[ea]|capture|captura|escrib|seleccion|proporcion|debe (tener|contener (al menos|\d)|ser de|incluir)|formato|caracteres|digitos|longitud|please (enter|type|select|provide)|must (have|be \d|contain)|format|characters|digits|ejemplo|tal (y )?como|como aparece/;

/**
 * The fiscal datum that a message refuses, or null when it refuses none. The quoted attribute speaks first (the one
 * named first is the one refused), SAT's number second, everyday words last.
 */
export function fiscalRejection(message: string): FiscalRejection | null {
  const number =
    /CFDI\s*-?\s*(40\d{3})\b/i.exec(message)?.[1] ??
    /(?:c[oó]digo|error|clave|code)\D{0,12}(40\d{3})\b/i.exec(message)?.[1] ??
    null;
  const named = ATTRIBUTES.map(([pattern, field]) => ({ field, at: message.search(pattern) }))
    .filter((entry) => entry.at >= 0)
    .sort((a, b) => a.at - b.at)[0];
  const said = plain(message);
  if (
    named !== undefined &&
    (number !== null || REFUSES.test(said) || DOUBTS.test(said) || /\bdebe\b/.test(said))
  ) {
    return { field: named.field, satCode: number };
  }
  const byNumber = number === null ? undefined : NUMBERS[number];
  if (byNumber !== undefined) return { field: byNumber, satCode: number };
  if (number !== null && /receptor/.test(said)) return { field: null, satCode: number };
  if (!REFUSES.test(said) && (!DOUBTS.test(said) || INSTRUCTS.test(said))) return null;
  const subject = SUBJECTS.find(([pattern]) => pattern.test(said));
  if (subject !== undefined) return { field: subject[1], satCode: number };
  return /datos fiscales|datos del (receptor|contribuyente|cliente)|fiscal data|informacion fiscal/.test(said)
    ? { field: null, satCode: number }
    : null;
}
