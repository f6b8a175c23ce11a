/** The form itself: fill what is open, accept what must be, press what goes on. Pure. */
import { actKey } from '../act-key.ts';
import { readCaptcha, readTwoFactor } from '../../outcomes/person.ts';
import { isBusy } from '../../outcomes/success.ts';
import type { Decision, ElementView, PlannedAction } from '../../types.ts';
import { ADDED, cartRule } from './cart-rules.ts';
import { consentBoxes } from './checkboxes.ts';
import type { VerbKind } from '../../words/verbs.ts';
import { tick } from './dialog-rules.ts';
import { memos, sinceLastInput, sourceOf, timesDone } from './history.ts';
import { acts, pass, pause, press, type Page } from './page.ts';
import type { PageForm } from './page-form.ts';
import { fieldLabel, planField, type FieldPlan } from './plan-fields.ts';
import { isPrompt, pickOption } from './pick-option.ts';
import { lookupMemo, progressCandidates, type Progress } from './progress.ts';
import { retrySourceOf } from './outcome-rules.ts';
import type { FieldMatch } from './assign-fields.ts';

/** Below it the planner hands over. */
export const MINIMUM_CONFIDENCE = 0.45;

interface PlannedField {
  match: FieldMatch;
  plan: FieldPlan;
}

/** Works on the best form of the page. */
export function formRule(page: Page): Decision | null {
  const form = page.forms[0];
  if (form === undefined || form.score <= 0) return null;
  const { snapshot, history } = page.context;
  const context = { snapshot, history, retrySource: retrySourceOf(page) };
  const fields = form.assignment.matches.map((match) => ({ match, plan: planField(match, context) }));
  return (
    cartRule(page, form) ??
    fillRule(page, form, fields) ??
    suggestionRule(page, fields) ??
    obstacleRule(page, form, fields) ??
    pressRule(page, form, fields)
  );
}

function fillRule(page: Page, form: PageForm, fields: readonly PlannedField[]): Decision | null {
  const actions = fields
    .filter(({ match }) => match.confidence >= MINIMUM_CONFIDENCE)
    .flatMap(({ plan }) => (plan.state === 'act' ? plan.actions : []));
  const all = [
    ...actions,
    ...defaultChoices(page, form),
    ...consentBoxes(form.elements).must.map((box) => tick(box)),
  ];
  return all.length === 0 ? null : acts(page, all);
}

/** A field that suggests as one types wants one of its suggestions taken. */
function suggestionRule(page: Page, fields: readonly PlannedField[]): Decision | null {
  const { snapshot, history } = page.context;
  const shown = page.scope.filter(
    (element) => element.role === 'option' && !element.covered && !element.disabled,
  );
  for (const { match } of fields) {
    const { source } = match.source;
    if (match.field.view.role !== 'textbox' || !source.startsWith('ticket.') || shown.length === 0) continue;
    const below = shown.filter((option) => isBelow(option, match.field.view));
    const options = below.map((option) => ({
      value: '',
      text: option.name,
      selected: false,
      disabled: false,
    }));
    const chosen = pickOption(options, match.type, match.source.text);
    const element = chosen === null ? undefined : below[options.indexOf(chosen)];
    if (element === undefined || timesDone(history, actKey(snapshot, element)) > 0) continue;
    return acts(page, [press(element, `Take the suggestion for {{${source}}}`, 0.7, `suggested:${source}`)]);
  }
  return null;
}

function isBelow(option: ElementView, field: ElementView): boolean {
  const { x, y, width } = field.box;
  const near = option.box.y > y && option.box.y < y + 420;
  return (
    near &&
    option.frameId === field.frameId &&
    option.box.x < x + width &&
    option.box.x + option.box.width > x
  );
}

/** Lists that this task says nothing about, where there is nothing to choose between. */
function defaultChoices(page: Page, form: PageForm): PlannedAction[] {
  const { snapshot, history } = page.context;
  return form.assignment.unmatched.flatMap(({ field }) => {
    const { view } = field;
    if (view.role !== 'select' || view.disabled || timesDone(history, actKey(snapshot, view)) > 0) return [];
    const chosen = view.options.find((option) => option.selected);
    if (chosen !== undefined && !isPrompt(chosen)) return [];
    const [only, ...others] = view.options.filter((option) => !isPrompt(option) && !option.disabled);
    if (only === undefined || others.length > 0) return [];
    return [
      {
        action: { kind: 'select', target: view.id, option: { value: only.value, text: only.text } },
        why: `Choose the only option of "${fieldLabel(view)}"`,
        stepType: 'select',
        confidence: 0.6,
        memo: 'chose:default',
      },
    ];
  });
}

/** What keeps the form from being sent as it is. */
function obstacleRule(page: Page, form: PageForm, fields: readonly PlannedField[]): Decision | null {
  const { snapshot, history } = page.context;
  const unsure = fields.find(
    ({ match, plan }) => match.confidence < MINIMUM_CONFIDENCE && plan.state === 'act',
  );
  if (unsure !== undefined) return pass(`not sure what "${fieldLabel(unsure.match.field.view)}" asks for`);
  const waiting = fields.find(({ plan }) => plan.state === 'waiting');
  const justFilled =
    history.length > 0 &&
    sinceLastInput(history).filter((entry) => entry.planned.memo !== 'wait:list').length === 0;
  if (waiting !== undefined && justFilled && sinceLastInput(history).length < 2) {
    return acts(page, [pause(1500, `"${fieldLabel(waiting.match.field.view)}" may open now`, 'wait:list')]);
  }
  const captcha = readCaptcha(snapshot, page.context);
  if (captcha !== null) return { kind: 'needPerson', reason: 'captcha', ...captcha };
  const code = readTwoFactor(snapshot);
  if (code !== null) return { kind: 'needPerson', reason: 'two_factor', ...code };
  const stuck = fields.find(({ match, plan }) => plan.state === 'stuck' && isVital(match));
  if (stuck !== undefined)
    return pass(
      `the portal does not take {{${stuck.match.source.source}}} in "${fieldLabel(stuck.match.field.view)}"`,
    );
  const missing = fields.find(
    ({ match, plan }) =>
      plan.state === 'not_offered' && (match.field.view.value === '' || isVital(match)) && !isOptional(match),
  );
  if (missing !== undefined)
    return pass(
      `"${fieldLabel(missing.match.field.view)}" does not offer {{${missing.match.source.source}}}`,
    );
  const unknown = form.assignment.unmatched.find(({ field }) => isOpenAndRequired(field.view));
  return unknown === undefined
    ? null
    : pass(`no value for the required field "${fieldLabel(unknown.field.view)}"`);
}

/** Values that make it this ticket and this receptor. */
function isVital(match: FieldMatch): boolean {
  const { source } = match.source;
  return /^profile\.(rfc|fiscalRegime|postalCode|cfdiUse)$|^ticket\.(folio|amount|date|webId|barcode|branch|extra)/.test(
    source,
  );
}

function isOptional(match: FieldMatch): boolean {
  return (
    match.type === 'country' ||
    match.type === 'personType' ||
    match.type === 'paymentMethod' ||
    match.type === 'paymentForm'
  );
}

function isOpenAndRequired(view: ElementView): boolean {
  const empty =
    view.role === 'select'
      ? view.options.every((option) => !option.selected || isPrompt(option))
      : view.value === '';
  return view.required && empty && !view.disabled && !view.readonly && view.role !== 'radio';
}

function pressRule(page: Page, form: PageForm, fields: readonly PlannedField[]): Decision | null {
  const { snapshot, history, purpose } = page.context;
  const candidates = progressCandidates({
    snapshot,
    history,
    purpose: page.recovering ? 'reconcile' : purpose,
    form: form.elements,
    scope: page.scope,
    fiscal: form.fiscal,
  });
  const best = candidates[0];
  if (
    isBusy(snapshot) &&
    sinceLastInput(history).some((entry) => entry.planned.action.kind === 'click') &&
    memos(history, 'wait:busy').length < 6
  ) {
    return acts(page, [pause(2000, 'the page is still working', 'wait:busy')]);
  }
  if (best === undefined) return enterRule(page, form, fields);
  if (best.element.disabled) return disabledRule(page, form, candidates);
  const tried = timesDone(sinceLastInput(history), actKey(snapshot, best.element), ['click']);
  const consent = consentBoxes(form.elements).may;
  if (tried > 0 && consent.length > 0)
    return acts(
      page,
      consent.map((box) => tick(box)),
    );
  if (tried >= 2 || best.score < MINIMUM_CONFIDENCE)
    return pass(`"${best.element.name.slice(0, 60)}" was pressed and the page did not go on`);
  const memo = best.kind === 'consult' ? lookupMemo(best.element) : best.kind === 'add' ? ADDED : undefined;
  return acts(page, [press(best.element, pressReason(best), Math.min(1, best.score), memo)]);
}

const PRESS_REASONS: Partial<Record<VerbKind, string>> = {
  issue: 'Every field holds its value: ask for the invoice',
  consult: 'Look the ticket up',
  add: 'Add the ticket',
};

function pressReason(progress: Progress): string {
  return PRESS_REASONS[progress.kind] ?? 'Go on';
}

/** A disabled button means that something is missing. */
function disabledRule(page: Page, form: PageForm, candidates: readonly Progress[]): Decision {
  const { history } = page.context;
  const consent = consentBoxes(form.elements).may;
  if (consent.length > 0)
    return acts(
      page,
      consent.map((box) => tick(box)),
    );
  const since = sinceLastInput(history);
  if (!since.some((entry) => entry.planned.memo === 'blur')) {
    return acts(page, [
      {
        action: { kind: 'press', target: null, key: 'Tab' },
        why: 'Leave the last field',
        stepType: 'input',
        confidence: 0.6,
        memo: 'blur',
      },
    ]);
  }
  if (!since.some((entry) => entry.planned.memo === 'wait:enabled'))
    return acts(page, [pause(2000, 'the button may open', 'wait:enabled')]);
  const open = candidates.find((candidate) => !candidate.element.disabled && candidate.score >= 0.6);
  if (open !== undefined) return acts(page, [press(open.element, pressReason(open), open.score)]);
  return pass('the button that goes on stays disabled');
}

/** A form without a button listens to Enter. */
function enterRule(page: Page, form: PageForm, fields: readonly PlannedField[]): Decision | null {
  const { history } = page.context;
  const last = fields.findLast(({ match }) => match.field.view.role === 'textbox')?.match.field.parts.at(-1);
  const pressed = sinceLastInput(history).some(
    (entry) => entry.planned.action.kind === 'press' && entry.planned.action.key === 'Enter',
  );
  const typed = history.some((entry) => sourceOf(entry) !== null);
  if (last === undefined || pressed || !typed || form.fields.length === 0) return null;
  return acts(page, [
    {
      action: { kind: 'press', target: last.id, key: 'Enter' },
      why: 'Send the form with Enter',
      stepType: 'click',
      confidence: 0.5,
    },
  ]);
}
