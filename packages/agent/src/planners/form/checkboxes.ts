/** Boxes to tick: what must be accepted to go on, and nothing else. Pure. */
import type { ElementView } from '../../types.ts';
import { codeWords, plain } from '../../words/normalize.ts';

const PROMOTION =
  /promoci|newsletter|boletin|noticias|publicidad|oferta|marketing|suscri|subscri|encuesta|recibir (informacion|correos)|descuentos|novedades|socio|registrarme|guardar mis datos|recordar|remember|special offers|updates|news|recurrent/;
const TERMS =
  /acept|acuerdo|he leido|leido y|terminos|condiciones|privacidad|consiento|autorizo|accept|agree|terms|privacy|i have read/;
const CONFIRMS =
  /confirm|declaro|manifiesto|datos (son|estan) correct|correctos|verific|bajo protesta|i confirm|is correct/;
const ASKS_INVOICE = /(requiero|deseo|quiero|necesito|solicito|generar) .{0,15}factura|i need an invoice/;
const NEVER =
  /extranjer|foreign|no cuento|no tengo|otro domicilio|diferente|exent|donar|donativo|propina|redondeo/;

/** The unticked boxes that stand for consent; `must` are those that the page marks as required. */
export function consentBoxes(scope: readonly ElementView[]): { must: ElementView[]; may: ElementView[] } {
  const boxes = scope.filter(
    (element) =>
      element.role === 'checkbox' &&
      !element.checked &&
      !element.disabled &&
      !element.suspicious &&
      isConsent(element),
  );
  return {
    must: boxes.filter((box) => box.required || box.invalid),
    may: boxes.filter((box) => !box.required && !box.invalid),
  };
}

/** The box that chooses the one row of a list: it has no words of its own, and no other box has none. */
export function rowBox(scope: readonly ElementView[]): ElementView | null {
  const boxes = scope.filter(
    (element) => element.role === 'checkbox' && !element.disabled && !element.suspicious && element.visible,
  );
  const wordless = boxes.filter(
    (box) => !/[a-z]{3}/i.test(`${box.labels.label} ${box.labels.aria} ${box.labels.title}`),
  );
  const [only, ...others] = wordless;
  if (only === undefined || others.length > 0 || only.checked) return null;
  return /promo|newsletter|marketing|honey|trap/.test(codeWords(only.labels.name)) ? null : only;
}

function isConsent(box: ElementView): boolean {
  const said =
    plain([box.name, box.labels.label, box.labels.aria, box.labels.near, box.labels.title].join(' ')) ||
    codeWords(box.labels.name);
  // "Acepto los términos y recibir promociones": consent to more than the invoice is not given.
  if (PROMOTION.test(said) || NEVER.test(said)) return false;
  const code = codeWords(box.labels.name);
  if (/promo|newsletter|marketing|suscrip|honey|trap|website|fax/.test(code)) return false;
  return TERMS.test(said) || CONFIRMS.test(said) || ASKS_INVOICE.test(said);
}
