/** What to do where the invoice exists: fetch it, or wait for it by mail. Pure. */
import { readIssued, readMailed } from '../../outcomes/success.ts';
import { readOutcome } from '../../outcomes/read-outcome.ts';
import { nothingEntered } from '../issue-suspect.ts';
import type { Decision } from '../../types.ts';
import { plain } from '../../words/normalize.ts';
import { documentControls, nextDocument, type DocumentControl } from './documents.ts';
import { memos, sinceLastInput } from './history.ts';
import { acts, pass, pause, press, type Page } from './page.ts';
import { dismissalOf, isNavigation } from './progress.ts';

/** Fetches the documents that the page offers, XML first. */
export function documentRule(page: Page): Decision | null {
  const { snapshot, documents, history } = page.context;
  const have = new Set(documents.map((document) => document.kind));
  if (have.has('xml') && have.has('pdf')) return pass('both documents are here');
  if (!invoiceMayBeHere(page)) return null;
  const next = nextDocument(snapshot, documents, history);
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
  if (documents.length > 0) return true;
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

/** The page says that the invoice is made: by mail, or in a moment. */
export function issuedRule(page: Page): Decision | null {
  const { snapshot, previous, history, facts, documents } = page.context;
  if (nothingEntered(snapshot, { facts, history })) return null;
  // Only an answer to a press says what became of it.
  if (sinceLastInput(history).length === 0 && previous !== null) return null;
  const mailed = readMailed(snapshot, previous);
  const issued = readIssued(snapshot, previous);
  if (mailed === null && issued === null) return null;
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
  if (mailed !== null && documents.length === 0) return { kind: 'awaitDelivery', evidence: mailed };
  // Downloads that start by themselves take a moment.
  if (issued !== null && documents.length === 0 && memos(history, 'wait:issued').length < 2) {
    return acts(page, [pause(3000, 'the invoice is made; its download may start by itself', 'wait:issued')]);
  }
  return null;
}
