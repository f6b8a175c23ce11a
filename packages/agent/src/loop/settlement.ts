/**
 * What became of a marked act, read from the page's answer (exactly-once issuance, point 5). Only a plain answer
 * counts; everything else is doubt. Pure.
 */
import { isGeneral, statementsOf } from '../outcomes/evidence.ts';
import { readOutcome } from '../outcomes/read-outcome.ts';
import { readRefusedAnswer } from '../outcomes/person.ts';
import { isBusy, readIssued, readMailed } from '../outcomes/success.ts';
import { actKey } from '../planners/act-key.ts';
import { ADDED } from '../planners/form/cart-rules.ts';
import { documentControls } from '../planners/form/documents.ts';
import { wasEntered } from '../planners/form/history.ts';
import { modalTexts, pageForms, scopeOf, type PageForm } from '../planners/form/page-form.ts';
import { isNavigation, isPressable, kindOf } from '../planners/form/progress.ts';
import { ticketIn } from '../planners/form/shows-ticket.ts';
import { receptorKnown } from '../planners/issue-suspect.ts';
import type { AgentOutcome, ElementView, Evidence, HistoryEntry, Snapshot, TaskFacts } from '../types.ts';
import { plain } from '../words/normalize.ts';

export type Answer =
  /** Plainly only a next step: nothing was issued. */
  | { kind: 'none'; evidence: Evidence }
  /** The portal refused. */
  | { kind: 'rejected'; evidence: Evidence }
  /** The invoice seems to exist: its documents or its mail are to be waited for. */
  | { kind: 'made'; evidence: Evidence | null }
  /** Nothing plain so far; `working` while the page says that it is at it. */
  | { kind: 'unclear'; working: boolean; evidence: Evidence | null };

export interface AnswerContext {
  before: Snapshot;
  after: Snapshot;
  facts: TaskFacts;
  history: readonly HistoryEntry[];
  /** The act pressed something (and did not only fill or choose). */
  pressed: boolean;
  /** Requests of the act that the network guard saw leave for the portal. */
  requests: number;
  /** Page structures seen earlier in this run. */
  seen: ReadonlySet<string>;
}

const REFUSALS: ReadonlySet<AgentOutcome['code']> = new Set([
  // This act issued nothing; the invoice that exists is fetched without another.
  'already_invoiced',
  'ticket_not_found',
  'wrong_branch',
  'not_yet_available',
  'ticket_expired',
  'included_in_global_invoice',
  'fiscal_data_rejected',
]);

export function readAnswer(context: AnswerContext): Answer {
  return readRefusal(context) ?? readSuccess(context) ?? readNextStep(context) ?? unclear(context);
}

function readRefusal({ before, after, facts, history }: AnswerContext): Answer | null {
  // A portal looks at the CAPTCHA's answer before anything else.
  const unsolved = readRefusedAnswer(after, { previous: before, history });
  if (unsolved !== null) return { kind: 'none', evidence: unsolved };
  const outcome = readOutcome(after, { previous: before, history, facts });
  if (outcome === null) return null;
  if (REFUSALS.has(outcome.code)) return { kind: 'rejected', evidence: outcome.evidence };
  // A portal that breaks down over the act leaves open what it did before.
  return { kind: 'unclear', working: false, evidence: outcome.evidence };
}

function readSuccess({ before, after }: AnswerContext): Answer | null {
  const said = readIssued(after, before) ?? readMailed(after, before);
  if (said !== null) return { kind: 'made', evidence: said };
  const known = new Set(documentControls(before).map((control) => plain(control.element.name)));
  const fresh = documentControls(after).find((control) => !known.has(plain(control.element.name)));
  if (fresh === undefined) return null;
  return { kind: 'made', evidence: { snapshotId: after.id, kind: 'result', text: fresh.element.name } };
}

function readNextStep(context: AnswerContext): Answer | null {
  return complaint(context) ?? question(context) ?? listed(context) ?? nextForm(context) ?? unmoved(context);
}

/** The same form says what it misses: a validation error. */
function complaint(context: AnswerContext): Answer | null {
  const { before, after } = context;
  const form = taskForm(context, 'page');
  if (
    before.url.split('?')[0] !== after.url.split('?')[0] ||
    form === undefined ||
    !keptValues(form, context)
  )
    return null;
  const invalid = after.elements.find((element) => element.visible && element.invalid);
  const said = statementsOf(after, before).find(
    (statement) =>
      statement.region &&
      statement.fresh &&
      !isGeneral(statement.said) &&
      /obligatori|requerid|required|falta|ingres[ea]|capture|seleccion|debe (ingres|captur|selecc|acept|tener|contener|complet|llen|ser)|formato|invalid|incorrect|vaci|complet|acept[ea]|must|please (enter|select|fill|accept)/.test(
        statement.said,
      ),
  );
  if (said !== undefined) return { kind: 'none', evidence: said.evidence };
  if (invalid === undefined) return null;
  return {
    kind: 'none',
    evidence: { snapshotId: after.id, kind: 'alert', text: `"${invalid.name}" is marked as wrong` },
  };
}

/** A dialog asks before anything is done. */
function question({ before, after }: AnswerContext): Answer | null {
  const { modal, elements } = scopeOf(after);
  const names = (scope: readonly ElementView[]) => scope.map((element) => plain(element.name)).join('|');
  const earlier = scopeOf(before);
  if (!modal || (earlier.modal && names(earlier.elements) === names(elements))) return null;
  const said = modalTexts(after, before);
  const asks =
    said.find((text) => text.text.includes('?')) ??
    said.find((text) => /\b(confirm|verifi|revis|esta seguro|are you sure)/.test(plain(text.text)));
  const pressable = elements.filter((element) => isPressable(element) && !element.disabled);
  const goesOn = pressable.some((element) => ['submit', 'issue', 'next'].includes(kindOf(element)));
  // A notice has one button, a question has two.
  const goesBack = pressable.some((element) => kindOf(element) === 'avoid');
  if (asks === undefined || !goesOn || !(goesBack || asks.text.includes('?'))) return null;
  return { kind: 'none', evidence: { snapshotId: after.id, kind: asks.kind, text: asks.text.slice(0, 400) } };
}

/**
 * The ticket was added to a list, which shows it now with a way on that was not there before, and with no document: a
 * cart. A list of invoices hands out documents, and leads nowhere.
 */
function listed({ before, after, facts, history }: AnswerContext): Answer | null {
  if (history.at(-1)?.planned.memo !== ADDED || documentControls(after).length > 0) return null;
  const known = new Set(before.texts.map((text) => plain(text.text)));
  const row = after.texts.find(
    (text) => text.kind !== 'alert' && !known.has(plain(text.text)) && ticketIn(text.text, facts) !== null,
  );
  const names = new Set(before.elements.map((element) => plain(element.name)));
  const onward = after.elements.some(
    (element) =>
      isPressable(element) &&
      !element.disabled &&
      ['next', 'submit', 'issue'].includes(kindOf(element)) &&
      !names.has(plain(element.name)),
  );
  if (row === undefined || !onward) return null;
  return { kind: 'none', evidence: { snapshotId: after.id, kind: row.kind, text: row.text.slice(0, 400) } };
}

/** A step that asks for what was not given yet, or shows what was given and offers to issue. */
function nextForm(context: AnswerContext): Answer | null {
  const { before, after, history } = context;
  const form = taskForm(context, 'scope');
  const opened = enabledSince(before, after);
  if (before.fingerprint === after.fingerprint && !opened) return null;
  const heading =
    after.texts.find((text) => text.kind === 'heading' || text.kind === 'legend')?.text ?? after.title;
  const none: Answer = {
    kind: 'none',
    evidence: { snapshotId: after.id, kind: 'heading', text: heading.slice(0, 200) },
  };
  if (form !== undefined) {
    const matches = form.assignment.matches.filter((match) => match.source.source !== 'task.mailbox');
    const asksNew = matches.some((match) => !wasEntered(history, match.source.source));
    // Asking again, empty, for what was given is no step forward: a portal may start anew after it issued.
    const asksAgain = matches.some(
      (match) =>
        wasEntered(history, match.source.source) &&
        match.field.view.value === '' &&
        match.source.source.startsWith('ticket.'),
    );
    if (asksAgain) return null;
    if (asksNew || opened || matches.every((match) => match.field.view.value !== '')) return none;
  }
  if (context.seen.has(after.fingerprint)) return null;
  return offersIssuing(before, after) ? none : null;
}

/** The form for this task: in what lies on top, or anywhere on the page. */
function taskForm({ after, facts }: AnswerContext, where: 'scope' | 'page'): PageForm | undefined {
  const elements =
    where === 'scope' ? scopeOf(after).elements : after.elements.filter((element) => element.visible);
  return pageForms(elements, facts, 'obtain').find((form) => form.fiscal || form.ticket);
}

/** What was entered still stands in the form: it was not started anew. */
function keptValues(form: PageForm, { history }: AnswerContext): boolean {
  return form.assignment.matches.every(
    (match) => match.field.view.value !== '' || !wasEntered(history, match.source.source),
  );
}

/** Controls that were closed and are open now: the page goes on without changing its structure. */
function enabledSince(before: Snapshot, after: Snapshot): boolean {
  const closed = new Set(
    before.elements.filter((element) => element.disabled).map((element) => actKey(before, element)),
  );
  if (before.fingerprint !== after.fingerprint || closed.size === 0) return false;
  return after.elements.some((element) => !element.disabled && closed.has(actKey(after, element)));
}

/** A button of issuing that was not there before: a summary to be confirmed. */
function offersIssuing(before: Snapshot, after: Snapshot): boolean {
  const name = (text: string) => plain(text);
  const known = new Set(
    before.elements.filter((element) => isPressable(element)).map((element) => name(element.name)),
  );
  return after.elements.some(
    (element) =>
      isPressable(element) &&
      !isNavigation(element) &&
      !element.disabled &&
      kindOf(element) === 'issue' &&
      !known.has(name(element.name)),
  );
}

/** The form stands as it was. That says something only where nothing left for the portal, or nothing was pressed. */
function unmoved(context: AnswerContext): Answer | null {
  const { before, after, pressed, requests, facts, history } = context;
  if (before.fingerprint !== after.fingerprint || isBusy(after)) return null;
  const form = taskForm(context, 'scope');
  if (form === undefined || !keptValues(form, context)) return null;
  const evidence = (text: string): Answer => ({
    kind: 'none',
    evidence: { snapshotId: after.id, kind: 'http', text },
  });
  if (!pressed) return evidence('the form still stands and still asks; nothing was pressed');
  // Every request after receptor and ticket are known passes the network guard, so it knows of none.
  const watched = receptorKnown(before, { facts, history }) && wasEntered(history, 'ticket.');
  return requests === 0 && watched ? evidence('the form still stands; no request left the page') : null;
}

function unclear({ after }: AnswerContext): Answer {
  const said = after.texts.find(
    (text) => text.kind === 'alert' || text.kind === 'dialog' || text.kind === 'result',
  );
  const evidence: Evidence | null =
    said === undefined ? null : { snapshotId: after.id, kind: said.kind, text: said.text.slice(0, 400) };
  return { kind: 'unclear', working: isBusy(after), evidence };
}
