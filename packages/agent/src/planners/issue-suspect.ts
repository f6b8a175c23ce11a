/**
 * Whether an act may issue an invoice (exactly-once issuance, point 1). Marking too much costs one settlement; too
 * little costs a second invoice: so every doubt is a yes. Pure.
 */
import type { Action, ElementView, HistoryEntry, Snapshot, TaskFacts } from '../types.ts';
import { codeWords, compact, plain } from '../words/normalize.ts';
import { TICKET_PHRASES } from '../outcomes/phrases.ts';
import { carriesIssueVerb, isConsultVerb, verbKind } from '../words/verbs.ts';
import { wasEntered } from './form/history.ts';

export interface SuspectContext {
  facts: TaskFacts;
  history: readonly HistoryEntry[];
}

/** All words that a control carries: what is read, and what its code calls it. */
export function wordsOf(element: ElementView): string {
  const { aria, title, label, name } = element.labels;
  return [element.name, label, aria, title, codeWords(name)].filter((text) => text !== '').join(' · ');
}

/** What the person reads on it; its code's words only where nothing can be read. */
export function readableWords(element: ElementView): string {
  const { aria, title, label } = element.labels;
  const seen = [element.name, aria, title, label].find((text) => plain(text) !== '');
  return seen ?? codeWords(element.labels.name);
}

/** True where the act may make the portal issue. */
export function isIssueSuspect(snapshot: Snapshot, action: Action, context: SuspectContext): boolean {
  if (!('target' in action) || action.target === null)
    return action.kind === 'press' && action.key === 'Enter';
  const target = snapshot.elements.find((element) => element.id === action.target);
  if (target === undefined) return false;
  // A portal that knows neither the ticket nor the receptor has nothing to issue: a link to "Facturar" only leads there.
  if (nothingEntered(snapshot, context)) return false;
  if (action.kind === 'click' || action.kind === 'openLink') return clickMayIssue(snapshot, target, context);
  // Fills and choices carry no verb; what they make the page send is held by the network guard.
  return action.kind === 'press' && action.key === 'Enter' && formMayIssue(snapshot, target);
}

function clickMayIssue(snapshot: Snapshot, target: ElementView, context: SuspectContext): boolean {
  // What it says counts, and what its code says: `btnFacturar` may read "Continuar".
  if (carriesIssueVerb(readableWords(target))) return true;
  if (isConsultVerb(readableWords(target))) return false;
  const code = codeWords(target.labels.name);
  if (target.role !== 'link' && /\b(facturar|generar|timbrar|emitir|issue|invoice)\b/.test(code)) return true;
  const kind = verbKind(readableWords(target));
  if (kind === 'avoid' || kind === 'add') return false;
  if (liesOnTop(snapshot, target) && dialogSpeaksOfIssuing(snapshot)) return true;
  return kind === 'submit' && receptorKnown(snapshot, context);
}

/** In a dialog, or in a layer that covers the page without being called one. */
function liesOnTop(snapshot: Snapshot, target: ElementView): boolean {
  return (
    target.inDialog ||
    snapshot.elements.some((element) => element.covered && element.visible && !target.covered)
  );
}

function dialogSpeaksOfIssuing(snapshot: Snapshot): boolean {
  const named = snapshot.texts.filter((text) => text.kind === 'dialog');
  const said = (named.length > 0 ? named : snapshot.texts).map((text) => plain(text.text));
  // A message that the ticket cannot be invoiced is closed, not answered.
  const refuses = said.some((text) =>
    TICKET_PHRASES.some((phrase) => phrase.weak !== true && phrase.says.test(text)),
  );
  if (refuses && !said.some((text) => text.includes('?'))) return false;
  return said.some((text) =>
    /factur|cfdi|timbr|comprobante|emitir|generar|invoice|(datos|informacion).{0,40}correct|correct.{0,40}(datos|informacion)|confirm/.test(
      text,
    ),
  );
}

function formMayIssue(snapshot: Snapshot, target: ElementView): boolean {
  return snapshot.elements.some(
    (element) =>
      element.formKey === target.formKey &&
      element.frameId === target.frameId &&
      (element.role === 'button' || element.role === 'clickable') &&
      ['issue', 'submit'].includes(verbKind(readableWords(element))),
  );
}

/** Whether the portal was told the receptor, in this run or, as the page shows, before it. */
export function receptorKnown(snapshot: Snapshot, context: SuspectContext): boolean {
  return wasEntered(context.history, 'profile.rfc') || shows(snapshot, context.facts.profile.rfc);
}

/** Whether no value of the task reached the page yet. */
export function nothingEntered(snapshot: Snapshot, context: SuspectContext): boolean {
  if (wasEntered(context.history, 'ticket.') || wasEntered(context.history, 'profile.')) return false;
  const { ticket, profile } = context.facts;
  const codes = [
    profile.rfc,
    ticket.folio,
    ticket.webId,
    ticket.barcode,
    ...Object.values(ticket.extra ?? {}),
  ];
  return !codes.some((code) => code !== undefined && compact(code).length >= 4 && shows(snapshot, code));
}

function shows(snapshot: Snapshot, value: string): boolean {
  const code = compact(value);
  return (
    snapshot.elements.some((element) => compact(element.value).includes(code)) ||
    snapshot.texts.some((text) => compact(text.text).includes(code))
  );
}
