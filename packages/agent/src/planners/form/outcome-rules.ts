/** What to do where the portal said no: believe it, try once more in another format, or go for the document. Pure. */
import { actKey } from '../act-key.ts';
import { readOutcome } from '../../outcomes/read-outcome.ts';
import { isEmpty } from '../../outcomes/obstacles.ts';
import type { AgentOutcome, Decision, ElementView } from '../../types.ts';
import { plain } from '../../words/normalize.ts';
import { leadsToReprint } from '../../words/verbs.ts';
import { retryFormat } from './formats.ts';
import { memos, timesDone } from './history.ts';
import { acts, pause, press, type Page } from './page.ts';
import { pageForms } from './page-form.ts';
import { planField } from './plan-fields.ts';
import { dismissalOf, isPressable } from './progress.ts';
import { readableWords } from '../issue-suspect.ts';

/** Reads the page's answer and acts on it. */
export function outcomeRule(page: Page): Decision | null {
  const { snapshot, previous, history, facts } = page.context;
  const outcome = readOutcome(snapshot, { previous, history, facts });
  if (outcome === null) return null;
  // With a login at hand it is used.
  if (outcome.code === 'login_required' && facts.login !== undefined && memos(history, 'login:').length === 0)
    return null;
  if (outcome.code === 'login_required')
    return { kind: 'needPerson', reason: 'login', evidence: outcome.evidence, fields: [] };
  if (outcome.code === 'portal_down' && isEmpty(snapshot) && memos(history, 'wait:empty').length < 2) {
    return acts(page, [pause(2500, 'the page is empty so far', 'wait:empty')]);
  }
  if (outcome.code === 'already_invoiced') return recover(page, outcome);
  if (outcome.code === 'fiscal_data_rejected' && needsRepair(page)) return null;
  if (outcome.code === 'ticket_not_found') return doubtNotFound(page, outcome);
  return { kind: 'finish', outcome };
}

/** The invoice exists: go where the portal hands it out again. */
function recover(page: Page, outcome: AgentOutcome): Decision {
  const { snapshot, history } = page.context;
  const way = reprintControls(page.scope).find(
    (element) => timesDone(history, actKey(snapshot, element)) === 0,
  );
  if (way !== undefined)
    return acts(page, [press(way, 'The ticket is invoiced: fetch the invoice', 0.8, 'recover')]);
  const behind = page.modal ? reprintControls(snapshot.elements.filter((element) => !element.inDialog)) : [];
  const close = page.modal ? dismissalOf(page.scope) : null;
  if (behind.length > 0 && close !== null && timesDone(history, actKey(snapshot, close)) === 0) {
    return acts(page, [press(close, 'Close the message to reach the invoice', 0.7, 'recover')]);
  }
  return { kind: 'finish', outcome };
}

/** Controls that lead to an invoice that exists. */
export function reprintControls(elements: readonly ElementView[]): ElementView[] {
  return elements.filter(
    (element) =>
      isPressable(element) &&
      !element.disabled &&
      leadsToReprint(readableWords(element)) &&
      !/^(mailto|tel):/.test(element.href),
  );
}

/** Whether a field of the page does not hold what it should: then the portal refused something else. */
function needsRepair(page: Page): boolean {
  const { snapshot, history, facts } = page.context;
  const form = pageForms(
    snapshot.elements.filter((element) => element.visible),
    facts,
    'obtain',
  )[0];
  return (form?.assignment.matches ?? []).some(
    (match) => planField(match, { snapshot, history, retrySource: retrySourceOf(page) }).state === 'act',
  );
}

/** The placeholder whose value is being tried in another format, or null. */
export function retrySourceOf(page: Page): string | null {
  return memos(page.context.history, 'retry:').at(-1) ?? null;
}

/** "Not found" is believed when what was typed reads back equal and one other format was tried. */
function doubtNotFound(page: Page, outcome: AgentOutcome): Decision | null {
  const { snapshot, history, facts } = page.context;
  if (needsRepair(page)) return page.modal ? closeMessage(page, undefined) : null;
  if (retrySourceOf(page) !== null) return { kind: 'finish', outcome };
  const form = pageForms(
    snapshot.elements.filter((element) => element.visible),
    facts,
    'obtain',
  )[0];
  const match = form?.assignment.matches.find(
    (candidate) => candidate.source.source.startsWith('ticket.') && retryFormat(candidate) !== null,
  );
  if (match === undefined) return { kind: 'finish', outcome };
  const memo = `retry:${match.source.source}`;
  if (page.modal) return closeMessage(page, memo) ?? { kind: 'finish', outcome };
  const plan = planField(match, { snapshot, history, retrySource: match.source.source });
  if (plan.state !== 'act') return { kind: 'finish', outcome };
  return acts(
    page,
    plan.actions.map((planned) => ({ ...planned, memo, why: `${planned.why}, in another format` })),
  );
}

function closeMessage(page: Page, memo: string | undefined): Decision | null {
  const close =
    dismissalOf(page.scope) ??
    page.scope.find(
      (element) =>
        isPressable(element) &&
        /volver|regresar|intentar|atras|back|retry|try again/.test(plain(readableWords(element))),
    );
  return close === undefined ? null : acts(page, [press(close, 'Close the message to try again', 0.7, memo)]);
}
