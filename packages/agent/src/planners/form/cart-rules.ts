/** Portals that collect tickets in a list first: what was added is not added again. Pure. */
import type { Decision } from '../../types.ts';
import { memos, timesDone } from './history.ts';
import { actKey } from '../act-key.ts';
import { acts, press, type Page } from './page.ts';
import type { PageForm } from './page-form.ts';
import { isNavigation, progressCandidates } from './progress.ts';
import { ticketIn } from './shows-ticket.ts';

/** Marks the press that adds a ticket to a list. */
export const ADDED = 'add';

/** With the ticket in the list, its form stands empty for the next one: the way on is the list's. */
export function cartRule(page: Page, form: PageForm): Decision | null {
  const { snapshot, history, facts, purpose } = page.context;
  if (!form.ticket || form.fiscal || memos(history, ADDED).length === 0) return null;
  const listed = snapshot.texts.some(
    (text) => text.kind !== 'alert' && text.kind !== 'heading' && ticketIn(text.text, facts) !== null,
  );
  if (!listed) return null;
  const onward = progressCandidates({
    snapshot,
    history,
    purpose: page.recovering ? 'reconcile' : purpose,
    form: [],
    scope: page.scope,
    fiscal: false,
  }).find(
    ({ element, kind }) =>
      ['next', 'submit', 'issue'].includes(kind) &&
      // A menu's "Facturar" leads back to an empty form.
      !(kind === 'issue' && isNavigation(element)) &&
      !element.disabled &&
      timesDone(history, actKey(snapshot, element)) < 2,
  );
  return onward === undefined
    ? null
    : acts(page, [press(onward.element, 'The ticket is in the list: go on', Math.min(1, onward.score))]);
}
