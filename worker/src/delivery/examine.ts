/** What a mail or an upload holds, and what it proves for its task. Nothing is written here. */
import { createCollector, inScope, type CapturedDocument, type PortalScope } from '@cfdi-live/agent';
import {
  isListedUrl,
  type InboundRow,
  type OutboundRules,
  type TaskRow,
  type VendorRow,
} from '@cfdi-live/domain';
import { fetchFile } from '@cfdi-live/webhooks';
import { deliveryScopes, linksToFollow, type MailLink } from '../mail/links.ts';
import { readMail } from '../mail/read-mail.ts';
import { createProofDesk, type ProofDesk, type Prover, type ReadInvoice } from '../run/proof.ts';

/** What is known of the task before its mail is opened. */
export interface Addressee {
  task: TaskRow;
  vendor: VendorRow | null;
}

export interface ExamineDeps {
  prover: Prover;
  outbound: OutboundRules;
  /** `host` or `host:port`: all that a test task may reach, and no live one. */
  sandboxHosts: readonly string[];
}

/** What came, and the documents in it. */
export interface Opened {
  row: InboundRow;
  documents: CapturedDocument[];
}

export type Examined =
  | { kind: 'nothing'; row: InboundRow }
  /** A PDF whose XML is not here. */
  | { kind: 'picture'; row: InboundRow; pdfs: CapturedDocument[] }
  /** `what`: codes of findings. */
  | { kind: 'refused'; row: InboundRow; uuid: string | null; what: readonly string[] }
  | ExaminedInvoice;

/** An invoice of this task in which nothing is wrong. */
export interface ExaminedInvoice {
  kind: 'invoice';
  row: InboundRow;
  desk: ProofDesk;
  invoice: ReadInvoice;
  /** Whether certificates that the operator trusts vouch for it. */
  isTrusted: boolean;
}

/** Opens what came: attachments, what stands in the text, and where that holds no XML, what the links lead to. */
export async function openInbound(
  deps: ExamineDeps,
  addressee: Addressee,
  row: InboundRow,
  content: Uint8Array,
): Promise<Opened> {
  if (row.via === 'upload') {
    const collector = createCollector();
    collector.add({ fileName: '', bytes: content, source: 'upload' });
    return { row, documents: collector.all() };
  }
  const mail = await readMail(content);
  if (mail === null) return { row, documents: [] };
  const { documents, links } = mail;
  const isWhole = documents.some(({ kind }) => kind === 'xml');
  return { row, documents: isWhole ? documents : [...documents, ...(await follow(deps, addressee, links))] };
}

const FILE_LIMITS = { maxBytes: 10 * 1024 * 1024, maxRedirects: 3, timeoutMs: 15_000 };

async function follow(
  { outbound, sandboxHosts }: ExamineDeps,
  { task, vendor }: Addressee,
  links: readonly MailLink[],
): Promise<CapturedDocument[]> {
  const scopes: PortalScope[] = deliveryScopes(task.vendorUrl, vendor?.hosts ?? []);
  const isTest = task.mode === 'test';
  const mayVisit = (url: URL): boolean =>
    scopes.some((scope) => inScope(scope, url)) && isListedUrl(url, sandboxHosts) === isTest;
  const collector = createCollector();
  for (const url of linksToFollow(links, scopes)) {
    const fetched = await fetchFile(url, { ...outbound, ...FILE_LIMITS, mayVisit });
    if (fetched.kind !== 'file') continue;
    const fileName = fetched.url.pathname.split('/').at(-1) ?? '';
    collector.add({ fileName, bytes: fetched.bytes, source: 'link' });
  }
  return collector.all();
}

/**
 * What each proves by itself, with the PDFs of all: the XML may come in one mail and its PDF in another, but a forged XML must
 * not stand beside a good one.
 */
export async function examine(
  { prover }: ExamineDeps,
  addressee: Addressee,
  opened: readonly Opened[],
): Promise<Examined[]> {
  const pdfs = opened.flatMap(({ documents }) => documents.filter(({ kind }) => kind === 'pdf'));
  return Promise.all(opened.map((one) => examineOne(prover, addressee, one, pdfs)));
}

async function examineOne(
  prover: Prover,
  { task, vendor }: Addressee,
  { row, documents }: Opened,
  pdfs: readonly CapturedDocument[],
): Promise<Examined> {
  const own = documents.filter(({ kind }) => kind === 'pdf');
  if (!documents.some(({ kind }) => kind === 'xml')) {
    return own.length === 0 ? { kind: 'nothing', row } : { kind: 'picture', row, pdfs: own };
  }
  const desk = createProofDesk({ prover, task, vendor, reach: () => Promise.resolve() });
  await desk.accept([...documents, ...pdfs]);
  // Fetched again by somebody else, where the integrator brings it.
  const recovered = row.via === 'upload';
  const proof = desk.proof({ recovered });
  const invoice = desk.invoice({ recovered });
  switch (proof.kind) {
    case 'none':
      return { kind: 'nothing', row };
    case 'invalid':
    case 'mismatch':
      return { kind: 'refused', row, uuid: proof.uuid, what: proof.what };
    case 'proven':
    case 'unproven':
      if (invoice === null) return { kind: 'nothing', row };
      return { kind: 'invoice', row, desk, invoice, isTrusted: proof.kind === 'proven' };
  }
}
