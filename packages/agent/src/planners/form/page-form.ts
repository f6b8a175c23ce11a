/** The form of a page that this task should fill, and its fields with their values. Pure. */
import type { ElementView, Snapshot, TaskFacts, TextView } from '../../types.ts';
import { plain } from '../../words/normalize.ts';
import { assignFields, type Assignment } from './assign-fields.ts';
import { FISCAL_TYPES, TICKET_TYPES } from './field-types.ts';
import { formFields, type FormField } from './form-fields.ts';
import { isNavigation, isPressable, kindOf } from './progress.ts';
import { valueSources } from './value-sources.ts';
import { readableWords } from '../issue-suspect.ts';

/** One form-like part of the page. */
export interface PageForm {
  elements: ElementView[];
  fields: FormField[];
  assignment: Assignment;
  /** How well it suits the task. */
  score: number;
  /** Asks for fiscal data. */
  fiscal: boolean;
  /** Asks for ticket values. */
  ticket: boolean;
  /** Serves to fetch an invoice again. */
  reprint: boolean;
}

/** The controls that count now: the open modal's, else the page's. */
export function scopeOf(snapshot: Snapshot): { elements: ElementView[]; modal: boolean } {
  const visible = snapshot.elements.filter((element) => element.visible);
  const free = visible.filter((element) => !element.covered);
  const dialog = visible.filter((element) => element.inDialog);
  const behind = visible.filter((element) => !element.inDialog);
  // A chat widget or cookie bar is a dialog too; only what covers the page takes it over.
  const covers = (elements: readonly ElementView[]) =>
    elements.filter((element) => element.covered).length >= elements.length * 0.6;
  if (dialog.length > 0 && covers(behind)) return { elements: dialog, modal: true };
  // A layer that no markup calls a dialog is one all the same, when little but its own buttons can be reached.
  if (visible.length > 2 && covers(visible) && free.some((element) => isPressable(element)))
    return { elements: free, modal: true };
  return { elements: visible, modal: false };
}

/** What a modal says: its own texts, or, where no markup calls it a dialog, what came with it. */
export function modalTexts(snapshot: Snapshot, previous: Snapshot | null): TextView[] {
  const named = snapshot.texts.filter((text) => text.kind === 'dialog');
  if (named.length > 0) return named;
  const known = new Set((previous?.texts ?? []).map((text) => plain(text.text)));
  return snapshot.texts.filter((text) => !known.has(plain(text.text)) && text.text.length < 400);
}

/** The forms of the scope that ask for something this task knows, best first. */
export function pageForms(
  scope: readonly ElementView[],
  facts: TaskFacts,
  purpose: 'obtain' | 'reconcile',
): PageForm[] {
  const sources = valueSources(facts);
  return formGroups(scope)
    .map((elements) => {
      const fields = formFields(elements);
      return describe(elements, fields, assignFields(fields, sources), purpose);
    })
    .filter((form) => form.assignment.matches.length > 0)
    .sort((a, b) => b.score - a.score);
}

/** Controls by form; parts without a button of their own are one form, which a whole-page table layout needs. */
export function formGroups(scope: readonly ElementView[]): ElementView[][] {
  const groups = new Map<string, ElementView[]>();
  for (const element of scope) {
    const key = `${element.frameId}|${element.formKey}`;
    const group = groups.get(key) ?? [];
    group.push(element);
    groups.set(key, group);
  }
  const whole: ElementView[][] = [];
  const loose = new Map<string, ElementView[]>();
  for (const group of groups.values()) {
    const hasFields = formFields(group).length > 0;
    const hasButton = group.some(
      (element) =>
        isPressable(element) &&
        !isNavigation(element) &&
        kindOf(element) !== 'avoid' &&
        kindOf(element) !== 'none',
    );
    if (hasFields && hasButton) whole.push(group);
    else {
      const frame = group[0]?.frameId ?? '';
      loose.set(frame, [...(loose.get(frame) ?? []), ...group]);
    }
  }
  return [...whole, ...loose.values()].map((group) => scope.filter((element) => group.includes(element)));
}

function describe(
  elements: ElementView[],
  fields: FormField[],
  assignment: Assignment,
  purpose: 'obtain' | 'reconcile',
): PageForm {
  const types = assignment.matches.map((match) => match.type);
  const fiscal = types.some(
    (type) => type !== null && FISCAL_TYPES.has(type) && type !== 'email' && type !== 'emailConfirm',
  );
  const ticket = assignment.matches.some(
    (match) =>
      match.source.source.startsWith('ticket.') && (match.type === null || TICKET_TYPES.has(match.type)),
  );
  const buttons = elements.filter((element) => isPressable(element) && !isNavigation(element));
  const kinds = new Set(buttons.map((button) => kindOf(button)));
  const said = plain(buttons.map((button) => readableWords(button)).join(' · '));
  const wantsUuid = assignment.unmatched.some((field) => field.type === 'uuid');
  const reprint =
    !kinds.has('issue') &&
    !kinds.has('next') &&
    (wantsUuid || /reimpr|recuper|descarg|reenvi|consultar|reprint|retrieve/.test(said));
  const login = fields.some((field) => field.view.type === 'password');
  let score = assignment.matches.reduce(
    (sum, match) => sum + match.confidence * (match.source.source.startsWith('ticket.') ? 1 : 0.8),
    0,
  );
  if (kinds.has('issue') || kinds.has('next') || kinds.has('add')) score += 1;
  if (reprint) score += purpose === 'reconcile' ? 1.5 : -1.5;
  if (login) score -= 3;
  if (/suscri|subscri|newsletter/.test(said)) score -= 3;
  return { elements, fields, assignment, score, fiscal, ticket, reprint };
}
