/** What to do where the invoice exists: fetch it, or wait for it by mail. Pure. */
import { readIssued, readMailed, readPromised } from '../../outcomes/success.ts';
import { readOutcome } from '../../outcomes/read-outcome.ts';
import { actKey } from '../act-key.ts';
import { nothingEntered } from '../issue-suspect.ts';
import type { Decision, ElementView } from '../../types.ts';
import { plain } from '../../words/normalize.ts';
import { documentControls, listsThisTicket, nextDocument, type DocumentControl } from './documents.ts';
import { memos, sinceLastInput, timesDone } from './history.ts';
import { reprintControls } from './outcome-rules.ts';
import { acts, pass, pause, press, type Page } from './page.ts';
import { dismissalOf, isNavigation } from './progress.ts';

/** Fetches the documents that the page offers, XML first. */
export function documentRule(page: Page): Decision | null {
  const { snapshot, documents, history, facts } = page.context;
  const have = new Set(documents.map((document) => document.kind));
  if (have.has('xml') && have.has('pdf')) return pass('both documents are here');
  if (!invoiceMayBeHere(page)) return null;
  const next = nextDocument(snapshot, documents, history, facts);
  if (next === null || !isNews(next, page)) return null;
  if (next.element.covered) {
    const close = page.modal ? dismissalOf(page.scope) : null;
    return close === null ? null : acts(page, [press(close, 'Uncover the documents', 0.7)]);
  }
  const planned = press(next.element, `Download the invoice (${next.kind})`, next.confidence);
  return acts(page, [{ ...planned, stepType: 'download' }]);
}

/** The portal knows the ticket and was asked about it, so what it hands out may be this ticket's invoice. */
function invoiceMayBeHere(page: Page): boolean {
  const { snapshot, previous, history, facts, documents } = page.context;
  if (documents.length > 0 || (page.recovering && listsThisTicket(snapshot, facts))) return true;
  if (readIssued(snapshot, previous) !== null) return true;
  if (readOutcome(snapshot, { previous, history, facts })?.code === 'already_invoiced') return true;
  if (nothingEntered(snapshot, { facts, history }))
    return page.recovering && history.length === 0 && previous === null && page.forms.length === 0;
  const pressed = sinceLastInput(history).some(
    (entry) => entry.planned.action.kind === 'click' || entry.planned.action.kind === 'press',
  );
  return pressed || (previous === null && page.forms.length === 0);
}

/** A menu's "Descarga tu factura" stood there before; a result's did not. */
function isNews(control: DocumentControl, page: Page): boolean {
  const { element } = control;
  if (!isNavigation(element) || element.download || control.kind !== 'any') return true;
  const { previous } = page.context;
  if (previous === null) return page.recovering;
  return !previous.elements.some(
    (other) => other.role === element.role && plain(other.name) === plain(element.name),
  );
}

function untriedReprint({ scope, context: { snapshot, history } }: Page): ElementView | undefined {
  return reprintControls(scope).find((element) => timesDone(history, actKey(snapshot, element)) === 0);
}

/** The page says that the invoice is made: by mail, or in a moment. */
export function issuedRule(page: Page): Decision | null {
  const { snapshot, previous, history, facts, documents } = page.context;
  if (nothingEntered(snapshot, { facts, history })) return null;
  // Only an answer to a press says what became of it.
  if (sinceLastInput(history).length === 0 && previous !== null) return null;
  const mailed = readMailed(snapshot, previous);
  const promised = readPromised(snapshot, previous);
  const issued = readIssued(snapshot, previous);
  if (mailed === null && promised === null && issued === null) return null;
  const hidden =
    page.modal &&
    documentControls({
      ...snapshot,
      elements: snapshot.elements.map((element) => ({ ...element, inDialog: false, covered: false })),
    });
  const close = hidden !== false && hidden.length > 0 ? dismissalOf(page.scope) : null;
  if (close !== null && !documents.some((document) => document.kind === 'xml')) {
    return acts(page, [press(close, 'Uncover the documents', 0.7)]);
  }
  if (documents.length === 0) {
    if (mailed !== null) return { kind: 'awaitDelivery', reason: 'mail', evidence: mailed };
    if (promised !== null) return { kind: 'awaitDelivery', reason: 'issuer_pending', evidence: promised };
  }
  // Downloads that start by themselves take a moment.
  const kept = issued === null || documents.length > 0 ? undefined : untriedReprint(page);
  const patience = kept === undefined ? 2 : 1;
  if (issued !== null && documents.length === 0 && memos(history, 'wait:issued').length < patience) {
    return acts(page, [pause(3000, 'the invoice is made; its download may start by itself', 'wait:issued')]);
  }
  if (kept !== undefined)
    return acts(page, [press(kept, 'The invoice is made: fetch it where it is kept', 0.8)]);
  return null;
}
