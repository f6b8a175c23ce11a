/** What only a person can do: solve a CAPTCHA, log in, read a code that was sent to them. Recognised, never defeated. Pure. */
import { topType } from '../planners/form/assign-fields.ts';
import type { FieldType } from '../planners/form/field-types.ts';
import { formFields, type FormField } from '../planners/form/form-fields.ts';
import { ANSWER, wasEntered } from '../planners/form/history.ts';
import { scoreField } from '../planners/form/score-field.ts';
import type { ElementView, Evidence, HistoryEntry, Snapshot } from '../types.ts';
import { plain } from '../words/normalize.ts';
import { isGeneral, statementsOf } from './evidence.ts';
import { asksForTask } from './page-fields.ts';

export interface AnswerContext {
  previous: Snapshot | null;
  history: readonly HistoryEntry[];
}

/** Something that waits for a person, with the fields that a text answer belongs into. */
export interface Asking {
  evidence: Evidence;
  fields: readonly string[];
}

const PROVIDER_FRAME =
  /^https?:\/\/([^/]+\.)?(google\.com\/recaptcha|recaptcha\.net\/recaptcha|hcaptcha\.com|challenges\.cloudflare\.com|geo\.captcha-delivery\.com|arkoselabs\.com|funcaptcha\.com|geetest\.com|captcha\.)/i;
/** Score without being seen, and pop-ups that are empty until they are needed. */
const UNSEEN_FRAME = /size=invisible|\/bframe/i;

/** A CAPTCHA that stands unsolved: a field that asks for what a picture shows, or a provider's widget. */
export function readCaptcha(snapshot: Snapshot, context: AnswerContext): Asking | null {
  const field = captchaField(snapshot);
  if (field !== null) {
    const refused = readRefusedAnswer(snapshot, context);
    if (field.value !== '' && refused === null) return null;
    return { fields: [field.id], evidence: refused ?? said(snapshot, captchaWords(snapshot, field)) };
  }
  const widget = openWidget(snapshot);
  return widget === null ? null : { fields: [], evidence: said(snapshot, `CAPTCHA: ${widget}`) };
}

/** The host of a provider's widget that waits to be solved, or null. */
export function openWidget(snapshot: Snapshot): string | null {
  if (snapshot.frames.some((frame) => frame.captcha === 'solved')) return null;
  const frame = snapshot.frames.find(
    (entry) => PROVIDER_FRAME.test(entry.url) && !UNSEEN_FRAME.test(entry.url),
  );
  return frame === undefined ? null : new URL(frame.url).host;
}

const WRONG =
  '(incorrect|invalid|errone|equivocad|no (coincid|correspond|concuerd|es (correct|valid)|son (correct|valid|l[ao]s))|expir|vencid|caduc|wrong|mismatch|(does|did|do)( not|n.?t) match|not (match|valid|correct))';
const PICTURED =
  'captcha|imagen|caracteres|letras|codigo (de )?(seguridad|verificacion)|texto (de la|mostrado)|characters|image|security code|verification code';
const REFUSES_PICTURED = new RegExp(`(${PICTURED}).{0,60}${WRONG}|${WRONG}\\w*.{0,40}(${PICTURED})`);
const REFUSES_CODE = new RegExp(
  `\\b(codigo|code|texto|text)\\b.{0,30}${WRONG}|${WRONG}\\w* (codigo|code)\\b`,
);
const OF_THE_TICKET = /ticket|folio|postal|barras|factura|compra|consumo|\brfc\b|receipt|invoice|zip|barcode/;

/** Whether these words of a page with a CAPTCHA refuse its answer, and so say nothing of the ticket. */
export function refusesAnswer(words: string, snapshot: Snapshot, history: readonly HistoryEntry[]): boolean {
  if (captchaField(snapshot) === null && !wasEntered(history, ANSWER)) return false;
  if (REFUSES_PICTURED.test(words)) return true;
  return REFUSES_CODE.test(words) && !OF_THE_TICKET.test(words);
}

/** The portal's words that the answer was wrong, as its answer to the last act; null where it says nothing of it. */
export function readRefusedAnswer(snapshot: Snapshot, { previous, history }: AnswerContext): Evidence | null {
  // The same words as last time are an answer where the field was emptied meanwhile.
  const emptied =
    previous !== null && (captchaField(previous)?.value ?? '') !== '' && captchaField(snapshot)?.value === '';
  const spoken = statementsOf(snapshot, previous).find(
    (statement) =>
      (statement.fresh || (statement.region && emptied)) &&
      !isGeneral(statement.said) &&
      refusesAnswer(statement.said, snapshot, history),
  );
  return spoken?.evidence ?? null;
}

function captchaField(snapshot: Snapshot): ElementView | null {
  const boxes = formFields(snapshot.elements).filter(
    (field) => field.kind === 'single' && field.view.role === 'textbox' && field.view.visible,
  );
  return boxes.find((field) => typeOf(field) === 'captcha')?.view ?? null;
}

function captchaWords(snapshot: Snapshot, field: ElementView): string {
  const { label, near, placeholder, title } = field.labels;
  // A question is its own picture.
  const question = [label, near, placeholder, title].find((text) => isQuestion(text));
  if (question !== undefined) return question;
  const spoken = snapshot.texts.find((text) =>
    /captcha|robot|imagen|caracteres|image|characters/.test(plain(text.text)),
  );
  return spoken?.text.slice(0, 200) ?? (label || near || placeholder || 'CAPTCHA');
}

/** What a text asks can be answered from the text alone: a sum to be done. */
export function isQuestion(text: string): boolean {
  return (
    /suma de|resultado de|cuanto es|what is \d|\d ?[+x*-] ?\d/.test(plain(text)) ||
    /\d\s*[+×x*−-]\s*\d/.test(text)
  );
}

/** A field, or a row of boxes, for a code that was sent to somebody; null where none waits. */
export function readTwoFactor(snapshot: Snapshot): Asking | null {
  const field = formFields(snapshot.elements.filter((element) => element.visible)).find(
    (candidate) => typeOf(candidate) === 'oneTimeCode' && candidate.parts.every((part) => part.value === ''),
  );
  if (field === undefined) return null;
  const { labels, name } = field.view;
  const text = labels.label || labels.aria || labels.near || labels.placeholder || name;
  return { fields: field.parts.map((part) => part.id), evidence: said(snapshot, text.slice(0, 200)) };
}

/** The page wants a login and offers nothing else for this task: its password field, else null. */
export function readLoginWall(snapshot: Snapshot): ElementView | null {
  if (asksForTask(snapshot)) return null;
  return (
    formFields(snapshot.elements).find(
      (field) => field.view.type === 'password' || typeOf(field) === 'password',
    )?.view ?? null
  );
}

function typeOf(field: FormField): FieldType | null {
  return topType(scoreField(field.view));
}

function said(snapshot: Snapshot, text: string): Evidence {
  return { snapshotId: snapshot.id, kind: 'paragraph', text };
}
