/**
 * What the portal said about this ticket, with the words that prove it. A negative outcome needs evidence: the
 * portal's answer in an alert, dialog or result of the current snapshot, never a help text. Pure.
 */
import { nothingEntered, readableWords } from '../planners/issue-suspect.ts';
import type { AgentOutcome, HistoryEntry, Snapshot, TaskFacts } from '../types.ts';
import { isGeneral, statementsOf, type Statement } from './evidence.ts';
import { readObstacle } from './obstacles.ts';
import { asksForTask } from './page-fields.ts';
import { refusesAnswer } from './person.ts';
import { DOWN, LOGIN_FAILED, LOGIN_REQUIRED, TICKET_PHRASES, type Phrase } from './phrases.ts';
import { fiscalRejection } from './sat-rejection.ts';
import { verbKind } from '../words/verbs.ts';
import { dateIn, minutesIn } from './windows.ts';

export interface OutcomeContext {
  previous: Snapshot | null;
  history: readonly HistoryEntry[];
  facts: TaskFacts;
}

/**
 * The outcome that the page states, or null. Details: `notBefore` and `deadline` (local `2026-11-20` or
 * `2026-11-20T18:30`), `waitMinutes`, `field` and `satCode` of a fiscal rejection, `httpStatus`.
 */
export function readOutcome(snapshot: Snapshot, context: OutcomeContext): AgentOutcome | null {
  const statements = statementsOf(snapshot, context.previous);
  return (
    readTicketOutcome(snapshot, statements, context) ??
    readFiscalOutcome(snapshot, statements, context) ??
    readLoginOutcome(statements) ??
    readTrouble(statements, context) ??
    readObstacle(snapshot)
  );
}

function readTicketOutcome(
  snapshot: Snapshot,
  statements: readonly Statement[],
  context: OutcomeContext,
): AgentOutcome | null {
  // Before a value of the ticket was given, nothing that the page says can be about it.
  if (nothingEntered(snapshot, context)) return null;
  for (const phrase of TICKET_PHRASES) {
    const spoken = statements.find((statement) => speaks(statement, phrase, snapshot, context));
    if (spoken !== undefined)
      return { code: phrase.code, evidence: spoken.evidence, details: detailsOf(phrase, spoken) };
  }
  return null;
}

function speaks(statement: Statement, phrase: Phrase, snapshot: Snapshot, context: OutcomeContext): boolean {
  const { said } = statement;
  if (!phrase.says.test(said) || phrase.not?.test(said) === true) return false;
  if (fiscalRejection(statement.text) !== null && phrase.code !== 'already_invoiced') return false;
  if (isGeneral(said) || refusesAnswer(said, snapshot, context.history)) return false;
  if (phrase.weak === true)
    return statement.region && statement.fresh && !movedOn(snapshot, context, statement);
  if (statement.region) return context.previous === null || statement.fresh || pressedSince(context);
  return isPlainAnswer(statement, snapshot, context);
}

/** A new step that asks for more brings its own help texts; the answer to a press does not ask for other things. */
function movedOn(snapshot: Snapshot, { previous }: OutcomeContext, statement: Statement): boolean {
  if (statement.evidence.kind === 'native_dialog' || statement.evidence.kind === 'dialog') return false;
  return (
    previous !== null &&
    previous.fingerprint !== snapshot.fingerprint &&
    (asksForTask(snapshot) || offersIssuing(snapshot))
  );
}

function offersIssuing(snapshot: Snapshot): boolean {
  return snapshot.elements.some(
    (element) =>
      element.role === 'button' &&
      element.visible &&
      !element.disabled &&
      verbKind(readableWords(element)) === 'issue',
  );
}

/** The act before this snapshot was a press: an answer may repeat the words of the one before. */
function pressedSince(context: OutcomeContext): boolean {
  const kind = context.history.at(-1)?.planned.action.kind;
  return kind === 'click' || kind === 'press' || kind === 'wait' || kind === 'openLink' || kind === undefined;
}

/**
 * Old portals answer in a bare heading or paragraph. It counts when it came with the answer to a press, is short, and
 * the page does not go on asking for other things (then it would be a new step's help text).
 */
function isPlainAnswer(statement: Statement, snapshot: Snapshot, context: OutcomeContext): boolean {
  const { previous } = context;
  if (!statement.fresh || previous === null || !pressedSince(context)) return false;
  if (statement.evidence.kind === 'legend' || statement.evidence.text.length > 180) return false;
  const samePage = previous.fingerprint === snapshot.fingerprint;
  return samePage || !(asksForTask(snapshot) || offersIssuing(snapshot));
}

function detailsOf(phrase: Phrase, statement: Statement): Record<string, unknown> {
  const whole = statement.evidence.text;
  const date = dateIn(statement.text) ?? dateIn(whole);
  const minutes = minutesIn(whole);
  if (phrase.code === 'ticket_expired') return date === null ? {} : { deadline: date };
  if (phrase.code !== 'not_yet_available') return {};
  if (date !== null) return { notBefore: date };
  return minutes === null ? {} : { waitMinutes: minutes };
}

function readFiscalOutcome(
  snapshot: Snapshot,
  statements: readonly Statement[],
  context: OutcomeContext,
): AgentOutcome | null {
  if (nothingEntered(snapshot, context)) return null;
  for (const statement of statements) {
    const trusted = statement.region
      ? statement.fresh || pressedSince(context)
      : isPlainAnswer(statement, snapshot, context);
    if (!trusted || isGeneral(statement.said)) continue;
    const rejection = fiscalRejection(statement.text);
    if (rejection === null) continue;
    const details = {
      field: rejection.field,
      ...(rejection.satCode === null ? {} : { satCode: rejection.satCode }),
    };
    return { code: 'fiscal_data_rejected', evidence: statement.evidence, details };
  }
  return null;
}

function readLoginOutcome(statements: readonly Statement[]): AgentOutcome | null {
  const failed = statements.find(
    (statement) =>
      statement.region &&
      LOGIN_FAILED.test(statement.said) &&
      !isGeneral(statement.said) &&
      /usuario|contrase|password|user|credencial|login|acceso|cuenta|account|intentos|attempts/.test(
        statement.said,
      ),
  );
  if (failed !== undefined) return { code: 'login_failed', evidence: failed.evidence, details: {} };
  const required = statements.find(
    (statement) => statement.region && LOGIN_REQUIRED.test(statement.said) && !isGeneral(statement.said),
  );
  return required === undefined ? null : { code: 'login_required', evidence: required.evidence, details: {} };
}

/** "Intente más tarde" as the answer to a press, on a page that otherwise stands. */
function readTrouble(statements: readonly Statement[], context: OutcomeContext): AgentOutcome | null {
  const trouble = statements.find(
    (statement) =>
      statement.region &&
      statement.fresh &&
      pressedSince(context) &&
      DOWN.test(statement.said) &&
      !isGeneral(statement.said),
  );
  return trouble === undefined ? null : { code: 'portal_down', evidence: trouble.evidence, details: {} };
}
