/**
 * Looking for an invoice that may exist, without ever issuing: reprint pages first, then the look-up up to where the
 * portal says that the ticket is invoiced, or plainly still offers it. Pure.
 */
import { actKey } from '../act-key.ts';
import { nothingEntered, readableWords } from '../issue-suspect.ts';
import { isGeneral } from '../../outcomes/evidence.ts';
import { readOutcome } from '../../outcomes/read-outcome.ts';
import type { Decision, Evidence } from '../../types.ts';
import { plain } from '../../words/normalize.ts';
import { carriesIssueVerb } from '../../words/verbs.ts';
import { memos, sinceLastInput, timesDone, wasEntered } from './history.ts';
import { reprintControls } from './outcome-rules.ts';
import { acts, pass, press, type Page } from './page.ts';
import { isPressable } from './progress.ts';
import { ticketIn } from './shows-ticket.ts';

/** Decides what obtaining would decide otherwise; null where both go the same way. */
export function reconcileRule(page: Page): Decision | null {
  if (!page.recovering) return null;
  return reprintFirst(page) ?? lookupNext(page) ?? offeredRule(page) ?? stopBeforeIssuing(page);
}

/** A portal with a page for lost invoices is asked there first. */
function reprintFirst(page: Page): Decision | null {
  const { snapshot, history, facts } = page.context;
  if (page.modal || memos(history, 'reprint').length > 1 || !nothingEntered(snapshot, { facts, history }))
    return null;
  if (page.forms[0]?.reprint === true) return null;
  const way = reprintControls(page.scope).find(
    (element) => timesDone(history, actKey(snapshot, element)) === 0 && !element.covered,
  );
  return way === undefined
    ? null
    : acts(page, [press(way, 'Look for the invoice where it is printed again', 0.8, 'reprint')]);
}

/** The reprint page knows nothing, or asks for what nobody knows: that is not a no. Ask the look-up. */
function lookupNext(page: Page): Decision | null {
  const { snapshot, previous, history, facts } = page.context;
  const at = history.findLastIndex((entry) => entry.planned.memo === 'reprint');
  if (at < 0 || page.modal || memos(history, 'lookup').length > 0) return null;
  const since = history.slice(at + 1);
  const told = wasEntered(since, 'ticket.') || wasEntered(since, 'profile.');
  const asked = told && since.at(-1)?.planned.action.kind === 'click';
  const asksElse = page.forms.length === 0 && since.length === 0;
  if (!asked && !asksElse) return null;
  if (readOutcome(snapshot, { previous, history, facts })?.code === 'already_invoiced') return null;
  // The portal's own address, not a link of this page: with the receptor known, a link that speaks of invoicing may issue.
  return acts(page, [
    {
      action: { kind: 'home' },
      why: 'Nothing there: begin anew at the look-up',
      stepType: 'navigate',
      confidence: 0.7,
      memo: 'lookup',
    },
  ]);
}

/** The ticket is shown as found, and the page offers to invoice it. */
function offeredRule(page: Page): Decision | null {
  const { history } = page.context;
  if (
    !wasEntered(history, 'ticket.') ||
    !sinceLastInput(history).some((entry) => entry.planned.action.kind === 'click')
  )
    return null;
  const offers =
    page.scope.some((element) => isPressable(element) && carriesIssueVerb(readableWords(element))) ||
    page.forms.some((form) => form.fiscal && !form.ticket && !form.reprint);
  if (!offers) return null;
  const evidence = ticketShown(page) ?? ticketPassed(page);
  return evidence === null ? null : { kind: 'stillOffered', evidence };
}

/**
 * The look-up was sent to the portal, and the page went on from the ticket to the fiscal data: it was found. Without
 * a request of its own a page might go on whatever was typed. While reconciling, nothing is pressed that was not a
 * look-up or a step which an earlier run proved to be one.
 */
function ticketPassed(page: Page): Evidence | null {
  const { snapshot, history, previous } = page.context;
  const last = history.at(-1);
  const consulted = last?.planned.action.kind === 'click' && (last.requests ?? 0) > 0;
  const form = page.forms[0];
  if (!consulted || form === undefined || form.ticket || !form.fiscal) return null;
  if (previous === null || previous.fingerprint === snapshot.fingerprint) return null;
  const heading = snapshot.texts.findLast((text) => text.kind === 'heading' || text.kind === 'legend');
  return heading === undefined ? null : { snapshotId: snapshot.id, kind: heading.kind, text: heading.text };
}

/** Words of the page that show this very ticket: its code or its amount, or that it was found. */
function ticketShown(page: Page): Evidence | null {
  const { snapshot, previous, facts } = page.context;
  const known = new Set((previous?.texts ?? []).map((text) => plain(text.text)));
  for (const text of snapshot.texts) {
    const fresh = previous === null || !known.has(plain(text.text));
    const found =
      /\b(ticket|folio|compra|venta|consumo|receipt|purchase).{0,20}(encontrad|localizad|valid[oa]\b|correct|found|valid\b)/.test(
        plain(text.text),
      );
    const said = found || ticketIn(text.text, facts) !== null;
    if (
      fresh &&
      said &&
      !isGeneral(plain(text.text)) &&
      !/\bno (es |fue |se )?(valid|encontr|localiz)|invalid|not found/.test(plain(text.text))
    ) {
      return { snapshotId: snapshot.id, kind: text.kind, text: text.text.slice(0, 400) };
    }
  }
  return null;
}

/** A form that asks only for fiscal data is the last step before issuing: not entered here. */
function stopBeforeIssuing(page: Page): Decision | null {
  const form = page.forms[0];
  if (form === undefined || form.reprint || form.ticket || !form.fiscal) return null;
  return pass(
    'reconciling stops before the fiscal data: the page does not show whether this ticket is invoiced',
  );
}
