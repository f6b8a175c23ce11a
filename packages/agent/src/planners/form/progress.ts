/** Which control goes on from here. Pure. */
import { actKey } from '../act-key.ts';
import { readableWords } from '../issue-suspect.ts';
import type { ElementView, HistoryEntry, Snapshot } from '../../types.ts';
import { codeWords, plain } from '../../words/normalize.ts';
import { isDismissal, leadsToReprint, verbKind, type VerbKind } from '../../words/verbs.ts';
import { memos, sinceLastInput, sourceOf, timesDone } from './history.ts';

/** A control that may go on, with how surely. */
export interface Progress {
  element: ElementView;
  kind: VerbKind;
  /** About 0–1.2. */
  score: number;
}

export interface ProgressContext {
  snapshot: Snapshot;
  history: readonly HistoryEntry[];
  purpose: 'obtain' | 'reconcile';
  /** The controls of the form that holds the filled fields; empty where there is none. */
  form: readonly ElementView[];
  /** Controls that count: the open dialog's, or the whole page's. */
  scope: readonly ElementView[];
  /** Whether the form asks for fiscal data: then it may be the last. */
  fiscal: boolean;
}

const PRESSABLE = new Set(['button', 'link', 'clickable', 'image', 'tab']);

/** Whether a control can be pressed to go somewhere. */
export function isPressable(element: ElementView): boolean {
  return PRESSABLE.has(element.role) && element.visible && !element.suspicious;
}

const BASE: Record<VerbKind, number> = {
  issue: 0.9,
  consult: 0.85,
  add: 0.85,
  next: 0.85,
  submit: 0.75,
  dismiss: 0.4,
  none: 0.35,
  avoid: 0,
};

/** The candidates, best first; disabled ones too, since they tell that something is missing. */
export function progressCandidates(context: ProgressContext): Progress[] {
  const candidates = context.scope
    .filter((element) => isPressable(element) && !element.covered && !labelsABox(element, context.scope))
    .map((element) => scoreProgress(element, context))
    .filter((candidate) => candidate.score > 0.3);
  return preferLookups(candidates, context).sort((a, b) => b.score - a.score);
}

function scoreProgress(element: ElementView, context: ProgressContext): Progress {
  const kind = kindOf(element);
  if (kind === 'avoid' || isDecoy(element) || leadsBack(element, context)) return { element, kind, score: 0 };
  if (kind === 'none' && element.type !== 'submit') return { element, kind, score: 0 };
  let score = BASE[kind];
  const inForm = context.form.some(
    (other) => other.formKey === element.formKey && other.frameId === element.frameId,
  );
  if (inForm) score += 0.15;
  else if (context.form.length > 0) score -= 0.15;
  if (element.type === 'submit') score += 0.05;
  if (isNavigation(element)) score -= context.form.length > 0 ? 0.45 : 0.05;
  if (kind === 'consult' && !inForm) score -= 0.2;
  if (kind === 'issue' && context.purpose === 'reconcile') score -= 0.6;
  score += placeBonus(element, context.form);
  // What was pressed in vain is not pressed first again.
  score -=
    0.3 *
    timesDone(sinceLastInput(context.history), actKey(context.snapshot, element), ['click', 'openLink']);
  return { element, kind, score };
}

/** Whoever asks for a new invoice has no business where old ones are handed out, script or not. */
function leadsBack(element: ElementView, { purpose }: ProgressContext): boolean {
  return purpose === 'obtain' && element.role === 'link' && leadsToReprint(readableWords(element));
}

/** The clickable label of a check box or radio is no button, whatever verbs it holds. */
function labelsABox(element: ElementView, scope: readonly ElementView[]): boolean {
  if (element.role !== 'clickable') return false;
  const said = plain(element.name);
  return scope.some(
    (other) =>
      (other.role === 'checkbox' || other.role === 'radio') &&
      said !== '' &&
      plain(other.name || other.labels.label).startsWith(said.slice(0, 40)),
  );
}

/** By what can be read; by its code's name where it is an icon. */
export function kindOf(element: ElementView): VerbKind {
  const kind = verbKind(readableWords(element));
  if (kind !== 'none') return kind;
  const coded = verbKind(codeWords(element.labels.name));
  return coded === 'avoid' && plain(element.name) !== '' ? 'none' : coded;
}

/** Links that leave the form: menus, other pages. A link that runs a script is a button in disguise. */
export function isNavigation(element: ElementView): boolean {
  return (
    element.role === 'tab' ||
    (element.role === 'link' && element.href !== '' && !/^(javascript:|.*#$)/i.test(element.href))
  );
}

function isDecoy(element: ElementView): boolean {
  return (
    element.download ||
    /^(mailto|tel|whatsapp):/i.test(element.href) ||
    /\.(pdf|docx?|xlsx?|mp4)(\?|$)/i.test(element.href)
  );
}

/** A button just below or beside the fields belongs to them. */
function placeBonus(element: ElementView, form: readonly ElementView[]): number {
  const fields = form.filter((other) => !isPressable(other));
  if (fields.length === 0) return 0;
  const bottom = Math.max(...fields.map((field) => field.box.y));
  const top = Math.min(...fields.map((field) => field.box.y));
  if (element.box.y < top - 80) return -0.15;
  return element.box.y >= bottom - 40 && element.box.y <= bottom + 500 ? 0.05 : 0;
}

/**
 * A form with "Validar" or "Agregar" beside "Facturar" wants them in this order. The look-up comes first until it was
 * pressed with the values as they stand.
 */
function preferLookups(candidates: Progress[], context: ProgressContext): Progress[] {
  const final = candidates.find(
    (candidate) => candidate.kind === 'issue' || candidate.kind === 'submit' || candidate.kind === 'next',
  );
  if (final === undefined) return candidates;
  const pressed = sinceLastInput(context.history);
  const lookedUp = new Set(memos(sinceTicket(context.history), LOOKUP));
  return candidates.map((candidate) => {
    if (candidate.kind !== 'consult' && candidate.kind !== 'add') return candidate;
    const key = actKey(context.snapshot, candidate.element);
    const before = candidate.element.box.y <= final.element.box.y + 4;
    const fresh =
      !pressed.some((entry) => entry.actKey === key) &&
      timesDone(context.history, key) < 3 &&
      // The page may have grown since: the same button has another key then.
      !lookedUp.has(lookupMemo(candidate.element).slice(LOOKUP.length));
    return { ...candidate, score: candidate.score + (before && fresh ? 0.2 : -0.3) };
  });
}

const LOOKUP = 'consult:';

/** The note that a look-up was pressed, by its own words. */
export function lookupMemo(element: ElementView): string {
  return `${LOOKUP}${plain(readableWords(element))}`;
}

/** The acts since a value of the ticket was put in last. */
function sinceTicket(history: readonly HistoryEntry[]): readonly HistoryEntry[] {
  return history.slice(history.findLastIndex((entry) => sourceOf(entry)?.startsWith('ticket.')) + 1);
}

/** The control that closes a notice: its positive answer first, then the cross. */
export function dismissalOf(scope: readonly ElementView[]): ElementView | null {
  const buttons = scope.filter((element) => isPressable(element) && !element.disabled && !element.covered);
  const ranked = buttons
    .map((element) => ({ element, score: dismissalScore(element) }))
    .filter((candidate) => candidate.score > 0)
    .sort((a, b) => b.score - a.score);
  return ranked[0]?.element ?? null;
}

function dismissalScore(element: ElementView): number {
  const said = plain(readableWords(element));
  if (
    /^(aceptar|acepto|entendido|enterado|ok|de acuerdo|continuar|accept|got it|agree|i agree|si|siguiente|si, .*|he leido.*|aceptar .*|acepto .*|accept .*)$/.test(
      said,
    )
  )
    return 1;
  if (/^(cerrar|close|x|×|✕|✖|omitir|skip|mas tarde|no,? gracias|no thanks)$/.test(said)) return 0.8;
  const kind = verbKind(said);
  if (isDismissal(said) && kind !== 'avoid' && kind !== 'issue') return 0.6;
  // A cross without words: its code calls it so.
  return said === '' || /^\W+$/.test(said)
    ? /close|cerrar|dismiss/.test(codeWords(element.labels.name))
      ? 0.5
      : 0
    : 0;
}
