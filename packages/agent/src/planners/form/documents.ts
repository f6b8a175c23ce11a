/** Controls that hand out the invoice: links, buttons and icons for XML, PDF or ZIP. Pure. */
import { actKey } from '../act-key.ts';
import type { CapturedDocument, ElementView, HistoryEntry, Snapshot, TaskFacts } from '../../types.ts';
import { codeWords, plain } from '../../words/normalize.ts';
import { carriesIssueVerb } from '../../words/verbs.ts';
import { timesDone } from './history.ts';
import { isPressable } from './progress.ts';
import { ticketIn } from './shows-ticket.ts';

export type DocumentKind = 'xml' | 'zip' | 'any' | 'pdf';

export interface DocumentControl {
  element: ElementView;
  kind: DocumentKind;
  confidence: number;
}

const NOT_THE_INVOICE =
  /manual|guia|instructiv|aviso|privacidad|constancia|politica|terminos|catalogo|ejemplo|formato de|tutorial|app store|google play|acrobat|reader|ticket de muestra/;
const ORDER: Record<DocumentKind, number> = { xml: 0, zip: 1, any: 2, pdf: 3 };

/** Everything on the page that would hand out a document, XML first. */
export function documentControls(snapshot: Snapshot): DocumentControl[] {
  const dialogOpen = snapshot.elements.some((element) => element.inDialog && isPressable(element));
  return snapshot.elements
    .filter(
      (element) =>
        isPressable(element) && !element.disabled && (!dialogOpen || element.inDialog || !element.covered),
    )
    .flatMap((element) => documentControl(element) ?? [])
    .sort((a, b) => ORDER[a.kind] - ORDER[b.kind] || b.confidence - a.confidence);
}

function documentControl(element: ElementView): DocumentControl | null {
  const read = plain([element.name, element.labels.aria, element.labels.title].join(' '));
  const code = codeWords(element.labels.name);
  const href = plain(element.href.split('?')[0] ?? '').slice(-80);
  if (NOT_THE_INVOICE.test(read) || NOT_THE_INVOICE.test(href)) return null;
  const kind = kindOf(read, code, href, element.href);
  const verb =
    /\bdescarg|\bbajar\b|\bguardar\b|\bobtener (el |los )?(xml|pdf|archivo)|\bdownload|\bsave\b/.test(read);
  if (kind === 'any' && !verb && !element.download) return null;
  if (kind === null) return null;
  // "Generar XML" makes the document; "Descargar XML" only hands it out.
  if (!verb && !element.download && carriesIssueVerb(read) && /gener|timbr|emit|factura[re]/.test(read))
    return null;
  const confidence =
    element.download || verb ? 0.95 : /^(archivo |ver )?(xml|pdf|zip)$/.test(read) ? 0.9 : 0.7;
  return { element, kind, confidence };
}

function kindOf(read: string, code: string, href: string, fullHref: string): DocumentKind | null {
  const said = `${read} ${code}`;
  const xml = /\bxml\b|\bcfdi xml\b/.test(said) || href.endsWith('.xml') || /xml/.test(mediaType(fullHref));
  const pdf =
    /\bpdf\b/.test(said) ||
    href.endsWith('.pdf') ||
    /pdf/.test(mediaType(fullHref)) ||
    /representacion impresa/.test(said);
  if (/\bzip\b/.test(said) || href.endsWith('.zip')) return 'zip';
  if (xml && pdf) return 'any';
  if (xml) return 'xml';
  if (pdf) return 'pdf';
  return /\b(descarg|bajar|download|guardar)/.test(said) && !/\bticket\b/.test(read) && read.length < 60
    ? 'any'
    : null;
}

function mediaType(href: string): string {
  return /^data:([^;,]*)/i.exec(href)?.[1]?.toLowerCase() ?? '';
}

/** In a list of invoices, those of the rows that show this ticket best; all where no row does. */
function ofThisTicket(controls: DocumentControl[], facts: TaskFacts): DocumentControl[] {
  const best = (['code', 'amount'] as const)
    .map((sign) => controls.filter(({ element }) => ticketIn(element.labels.row, facts) === sign))
    .find((rows) => rows.length > 0);
  return best ?? controls;
}

/** Whether a row of a list shows this ticket, with a document of it. */
export function listsThisTicket(snapshot: Snapshot, facts: TaskFacts): boolean {
  return documentControls(snapshot).some(({ element }) => ticketIn(element.labels.row, facts) !== null);
}

/** The next document to fetch, or null when all was fetched or tried twice. */
export function nextDocument(
  snapshot: Snapshot,
  documents: readonly { kind: CapturedDocument['kind'] }[],
  history: readonly HistoryEntry[],
  facts: TaskFacts,
): DocumentControl | null {
  const have = new Set(documents.map((document) => document.kind));
  const wanted = ofThisTicket(documentControls(snapshot), facts).filter(({ kind }) => {
    if (kind === 'xml') return !have.has('xml');
    if (kind === 'pdf') return !have.has('pdf');
    return !have.has('xml') || !have.has('pdf');
  });
  const untried = wanted.map((control) => ({
    control,
    times: timesDone(history, actKey(snapshot, control.element)),
  }));
  return (
    (untried.find((entry) => entry.times === 0) ?? untried.find((entry) => entry.times === 1))?.control ??
    null
  );
}
