/** What a page says: headings, alerts, dialogs, results, short paragraphs. Runs inside pages. */
import type { RawText } from '../frame-observation.ts';
import { closest, isControl, line, shownText, visible, walk, words } from './dom.ts';

const ALERT_WORDS =
  /(^|[-_\s])(error|errores|err|invalid|invalido|invalid-feedback|alert|alerta|danger|peligro|warning|warn|advertencia|toast|snackbar|growl|mensaje|mensajes|message|messages|msg|aviso|notice|notification|notificacion|validation|validation-summary-errors|field-validation-error|help-block|feedback)([-_\s]|$)/i;
const RESULT_WORDS =
  /(^|[-_\s])(result|results|resultado|resultados|success|exito|exitoso|confirmation|confirmacion|resumen|summary|detalle|respuesta|response|estatus|status)([-_\s]|$)/i;
const CAMEL_ALERT = /(lbl|div|pnl|span|txt)?(Error|Mensaje|Msg|Aviso|Alerta|Message|Validacion)(es)?\d*$/;
const MAX_TEXTS = 160;

export function textsOf(dialogs: readonly Element[]): RawText[] {
  const texts: RawText[] = [];
  const seen = new Set<string>();
  const add = (kind: RawText['kind'], text: string) => {
    if (text === '' || texts.length >= MAX_TEXTS || seen.has(`${kind}:${text}`)) return;
    seen.add(`${kind}:${text}`);
    texts.push({ kind, text });
  };
  for (const dialog of dialogs) add('dialog', shownText(dialog, 600));
  walk(document.documentElement, (element) => {
    const found = textOf(element, dialogs);
    if (found === null) return true;
    if (found.text !== null) add(found.text.kind, found.text.text);
    return found.deeper;
  });
  return texts;
}

/** The text an element contributes, and whether those below may add their own; null to just go deeper. */
function textOf(
  element: Element,
  dialogs: readonly Element[],
): { text: RawText | null; deeper: boolean } | null {
  if (isControl(element) || element.tagName === 'BUTTON') return { text: null, deeper: false };
  const kind = kindOf(element);
  if (kind === null) return null;
  if (!visible(element)) return { text: null, deeper: element.tagName !== 'TABLE' };
  if (dialogs.includes(element)) return null;
  if (kind === 'paragraph') return { text: { kind, text: ownWords(element) }, deeper: true };
  const holdsFields =
    kind !== 'heading' && element.querySelector('input:not([type=hidden]),select,textarea') !== null;
  if (holdsFields) return null;
  return {
    text: { kind, text: shownText(element, kind === 'heading' || kind === 'legend' ? 120 : 400) },
    deeper: false,
  };
}

function kindOf(element: Element): RawText['kind'] | null {
  const tag = element.tagName;
  const role = element.getAttribute('role');
  if (/^H[1-6]$/.test(tag) || role === 'heading') return 'heading';
  if (tag === 'LEGEND') return 'legend';
  if (isAlert(element, role)) return 'alert';
  if (tag === 'TR' && isDataRow(element)) return 'result';
  if (tag === 'OUTPUT' || (RESULT_WORDS.test(words(element)) && isSmall(element))) return 'result';
  return ownWords(element) === '' ? null : 'paragraph';
}

function isAlert(element: Element, role: string | null): boolean {
  if (role === 'alert' || role === 'status' || role === 'log') return true;
  const live = element.getAttribute('aria-live');
  if (live === 'assertive' || live === 'polite') return true;
  if (ALERT_WORDS.test(words(element)) || CAMEL_ALERT.test(element.id)) return isSmall(element);
  return isReddish(element);
}

/** Colour alone is evidence only for a short text of its own: a field's complaint, not a red page. */
function isReddish(element: Element): boolean {
  const own = ownWords(element);
  if (own.length < 4 || own.length > 200 || closest(element, isActable) !== null) return false;
  const channels = /rgba?\((\d+), (\d+), (\d+)/.exec(getComputedStyle(element).color);
  if (channels === null) return false;
  const [red, green, blue] = [Number(channels[1]), Number(channels[2]), Number(channels[3])];
  return red >= 150 && green <= 90 && blue <= 90 && /\p{L}{3}/u.test(own);
}

function isActable(element: Element): boolean {
  return element.matches('a,button,label,[role=button],th');
}

function isSmall(element: Element): boolean {
  return (element.textContent ?? '').length <= 1500;
}

/** A row of facts: short, with no field, no table, no message of its own inside. */
function isDataRow(row: Element): boolean {
  if (row.querySelector('td') === null || (row.textContent ?? '').length > 400) return false;
  const parts =
    'input:not([type=hidden]),select,textarea,table,[role=alert],[class*=error i],[class*=alert i]';
  return row.querySelector(parts) === null;
}

/** The words that stand directly in an element, not in its parts; '' for labels and what belongs to a control. */
function ownWords(element: Element): string {
  let own = '';
  for (const node of element.childNodes) if (node.nodeType === Node.TEXT_NODE) own += node.nodeValue ?? '';
  const text = line(own, 200);
  if (!/\p{L}{2}|\d/u.test(text)) return '';
  if (element.matches('label,option,a,button,summary,[role=option],[role=button]')) return '';
  return line(element.matches('p,li,td,dd,dt') ? shownText(element, 200) : text, 200);
}
