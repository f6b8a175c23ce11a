/** From matched fields to acts: what is not yet as it should be, in page order. Pure. */
import { actKey } from '../act-key.ts';
import type { Action, ElementView, HistoryEntry, PlannedAction, Snapshot } from '../../types.ts';
import type { FieldMatch } from './assign-fields.ts';
import { formatsOf, holdsValue, retryFormat, splitOver } from './formats.ts';
import { memos, timesFilled } from './history.ts';
import { isPrompt, namesOf, pickOption } from './pick-option.ts';

/** The state of one matched field. */
export type FieldPlan =
  | { state: 'done' }
  | { state: 'act'; actions: PlannedAction[] }
  /** Its list is still empty, or it is disabled: it may open after another field. */
  | { state: 'waiting' }
  /** Its list holds other options, but not ours. */
  | { state: 'not_offered' }
  /** The portal did not take the value, whatever was tried. */
  | { state: 'stuck' };

export interface FieldContext {
  snapshot: Snapshot;
  history: readonly HistoryEntry[];
  /** Placeholder of the value that is tried in another format, or null. */
  retrySource: string | null;
}

const MAX_TRIES = 3;

/** What to do about one field. */
export function planField(match: FieldMatch, context: FieldContext): FieldPlan {
  const { field } = match;
  if (match.source.source.startsWith('default.') && isChosen(field.view)) return { state: 'done' };
  if (field.kind === 'radios') return planRadios(match);
  if (field.kind === 'split') return planSplit(match, context);
  if (field.view.role === 'select') return planSelect(match, context);
  if (field.view.role === 'listbox') return planListbox(match, context);
  return planTextbox(match, context);
}

/** Something other than "Seleccione…" is chosen already. */
function isChosen(view: ElementView): boolean {
  const chosen = view.options.find((option) => option.selected);
  return !isPrompt(chosen ?? { text: view.value, value: '' });
}

function planTextbox(match: FieldMatch, context: FieldContext): FieldPlan {
  const { view } = match.field;
  const retried = context.retrySource === match.source.source ? retryFormat(match) : null;
  const formats = retried === null ? formatsOf(match) : [retried];
  const tries = timesFilled(context.history, actKey(context.snapshot, view), match.source.source);
  const held = formats.findIndex((format) =>
    retried === null ? holdsValue(view.value, format, match.type) : view.value === format,
  );
  // A suggestion that was taken rewrites the field in the portal's own words.
  if (view.value !== '' && memos(context.history, 'suggested:').includes(match.source.source))
    return { state: 'done' };
  const firstTry = tries === 0 || retried !== null;
  // A value that the page itself calls wrong is written in its next format.
  if (held >= 0 && !(view.invalid && tries > 0 && held + 1 < formats.length)) return { state: 'done' };
  if (view.disabled) return { state: 'waiting' };
  if (tries >= MAX_TRIES + (retried === null ? 0 : 2)) return { state: 'stuck' };
  if (view.readonly) {
    if (match.type !== 'date') return view.value === '' ? { state: 'waiting' } : { state: 'done' };
    return pickDay(match);
  }
  // A native date field has its own ways of typing; the act knows them.
  if (match.type === 'date' && /^(date|datetime-local)$/.test(view.type)) return pickDay(match);
  const text =
    (view.invalid && held >= 0 ? formats[held + 1] : tries >= 2 ? formats[1] : undefined) ?? formats[0] ?? '';
  const value = { source: match.source.source, text };
  // Masks only listen to keys; so does whatever dropped a pasted value.
  const keyed = !firstTry || isMasked(view);
  return act(match, { kind: keyed ? 'type' : 'fill', target: view.id, value });
}

function pickDay(match: FieldMatch): FieldPlan {
  const { source, text } = match.source;
  return act(match, { kind: 'pickDate', target: match.field.view.id, value: { source, text } });
}

function isMasked(view: ElementView): boolean {
  return /_{2,}|#{2,}|9{2,}-/.test(`${view.labels.placeholder} ${view.value}`);
}

function planSelect(match: FieldMatch, context: FieldContext): FieldPlan {
  const { view } = match.field;
  const option = pickOption(view.options, match.type, match.source.text);
  if (option === null) {
    if (view.disabled || !view.options.some((entry) => !isPrompt(entry))) return { state: 'waiting' };
    return { state: 'not_offered' };
  }
  if (option.selected) return { state: 'done' };
  if (view.disabled) return { state: 'waiting' };
  if (triesOf(match, context) >= MAX_TRIES) return { state: 'stuck' };
  return act(match, { kind: 'select', target: view.id, option: { value: option.value, text: option.text } });
}

function planListbox(match: FieldMatch, context: FieldContext): FieldPlan {
  const { view } = match.field;
  const shown = { value: '', text: view.value, selected: true, disabled: false };
  if (view.value !== '' && pickOption([shown], match.type, match.source.text) !== null)
    return { state: 'done' };
  if (view.disabled) return { state: 'waiting' };
  const tries = triesOf(match, context);
  if (tries >= MAX_TRIES) return { state: 'stuck' };
  const known = view.options.filter((option) => !isPrompt(option));
  const option = pickOption(known, match.type, match.source.text);
  if (option !== null) return act(match, { kind: 'choose', target: view.id, optionText: option.text });
  if (known.length > 0) return { state: 'not_offered' };
  // The list is not in the page before it is opened: ask for the code, then for the name.
  const spellings = [match.source.text, ...namesOf(match.type, match.source.text)];
  const optionText = spellings[Math.min(tries, spellings.length - 1)] ?? match.source.text;
  return act(match, { kind: 'choose', target: view.id, optionText });
}

function planRadios(match: FieldMatch): FieldPlan {
  const { parts, view } = match.field;
  const option = pickOption(view.options, match.type, match.source.text);
  const part = option === null ? undefined : parts[view.options.indexOf(option)];
  if (part === undefined) return { state: 'not_offered' };
  if (part.checked) return { state: 'done' };
  if (part.disabled) return { state: 'waiting' };
  return act(match, { kind: 'check', target: part.id, checked: true });
}

function planSplit(match: FieldMatch, context: FieldContext): FieldPlan {
  const { parts } = match.field;
  const text = formatsOf(match)[0] ?? '';
  const pieces = splitOver(
    text,
    parts.map((part) => part.maxLength ?? 0),
    match.type,
  );
  if (pieces === null) return { state: 'stuck' };
  const actions: PlannedAction[] = [];
  for (const [index, part] of parts.entries()) {
    const piece = pieces[index] ?? '';
    if (holdsValue(part.value, piece, null)) continue;
    const tries = timesFilled(context.history, actKey(context.snapshot, part), match.source.source);
    if (tries >= MAX_TRIES) return { state: 'stuck' };
    const value = { source: match.source.source, text: piece };
    actions.push(planned(match, { kind: tries === 0 ? 'fill' : 'type', target: part.id, value }));
  }
  return actions.length === 0 ? { state: 'done' } : { state: 'act', actions };
}

function triesOf(match: FieldMatch, context: FieldContext): number {
  return timesFilled(context.history, actKey(context.snapshot, match.field.view), match.source.source);
}

function act(match: FieldMatch, action: Action): FieldPlan {
  return { state: 'act', actions: [planned(match, action)] };
}

function planned(match: FieldMatch, action: Action): PlannedAction {
  const choice = action.kind === 'select' || action.kind === 'choose' || action.kind === 'check';
  const label = fieldLabel(match.field.view);
  return {
    action,
    why: choice
      ? `Choose {{${match.source.source}}} in "${label}"`
      : `Write {{${match.source.source}}} into "${label}"`,
    stepType: choice ? 'select' : 'input',
    confidence: match.confidence,
    // Choices carry no ValueRef: the memo tells later steps which value they put in.
    ...(choice ? { memo: `chose:${match.source.source}` } : {}),
  };
}

/** What a reader would call the field: short, without trailing marks. */
export function fieldLabel(view: ElementView): string {
  const { labels } = view;
  const text = labels.label || labels.aria || labels.near || labels.placeholder || view.name || labels.name;
  return text.replace(/[\s*:]+$/, '').slice(0, 60);
}
