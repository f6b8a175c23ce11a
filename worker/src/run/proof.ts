/**
 * The desk where a run's documents are proven. XML first: an invoice counts only when it is readable, sealed,
 * authentic and this ticket's; a PDF only when it shows that invoice's UUID. Files are kept whatever the verdict, so that
 * an accountant can see what a portal handed over.
 */
import { createHash } from 'node:crypto';
import type { CapturedDocument } from '@cfdi-live/agent';
import { encodeId, newUuid } from '@cfdi-live/contract';
import type { Expectation, PdfFinding, ProofFinding, Verification } from '@cfdi-live/cfdi';
import {
  TRUSTED_CONFIDENCE,
  describeTaskCfdi,
  type ArtifactRow,
  type NewCfdi,
  type TaskRow,
  type VendorRow,
} from '@cfdi-live/domain';
import type { ReachCheckpoint } from '../ports.ts';
import type { Proof } from './conclude.ts';

/** The checks of `@cfdi-live/cfdi` with the operator's trust bound to them. */
export interface Prover {
  verify(xml: Uint8Array, expectation: Expectation): Promise<Verification>;
  checkPdf(pdf: Uint8Array, uuid: string): Promise<{ ok: boolean; findings: readonly PdfFinding[] }>;
  now(): Date;
}

/** A file to keep: its row, its public id and its bytes. */
export interface KeptFile {
  row: Omit<ArtifactRow, 'createdAt'> & { publicId: string };
  bytes: Uint8Array;
}

export interface ProofDesk {
  /** Looks at documents that it has not seen yet. `proven`: the invoice is here (its PDF may follow); `need_more`: go on. */
  accept(documents: readonly CapturedDocument[]): Promise<'proven' | 'rejected' | 'need_more'>;
  /** `recovered`: the invoice existed before this run asked for one. */
  proof(run: { recovered: boolean }): Proof;
  files(tenantId: string): KeptFile[];
  /** The invoice's row, when a document was read that far; whether it counts is for the run's conclusion to say. */
  invoice(run: { recovered: boolean }): ReadInvoice | null;
}

export type ReadInvoice = Omit<NewCfdi, 'accepted' | 'satCheckAt'>;

interface Examined {
  document: CapturedDocument;
  artifactId: string;
  sha256: string;
}
type ExaminedXml = Examined & { verification: Verification };
/** A PDF that shows the invoice, and what else there is to say of it. */
type ExaminedPdf = Examined & { findings: readonly PdfFinding[] };

interface DeskOptions {
  prover: Prover;
  task: TaskRow;
  /** Who the task's portal is of, where that is known. */
  vendor: VendorRow | null;
  reach: ReachCheckpoint;
}

/** Findings that say: a good invoice, but somebody else's or for something else. */
const NOT_OURS = new Set<ProofFinding['code']>([
  'receptor_rfc_mismatch',
  'receptor_name_mismatch',
  'receptor_postal_code_mismatch',
  'receptor_regime_mismatch',
  'receptor_use_mismatch',
  'total_mismatch',
  'currency_mismatch',
  'date_out_of_window',
  'emisor_mismatch',
  'not_an_income_invoice',
  'global_invoice',
  'uuid_already_accepted',
]);

export function createProofDesk(options: DeskOptions): ProofDesk {
  const { task, prover, vendor } = options;
  const seen = new Set<string>();
  const xmls: ExaminedXml[] = [];
  const pdfs: Examined[] = [];
  let pdfOfInvoice: ExaminedPdf | null = null;
  const best = () => xmls.toSorted((a, b) => rank(a.verification) - rank(b.verification))[0] ?? null;
  const verdictOf = (proof: Proof) =>
    proof.kind === 'none' || proof.kind === 'invalid'
      ? 'need_more'
      : proof.kind === 'mismatch'
        ? 'rejected'
        : null;

  return {
    async accept(documents) {
      for (const document of documents) {
        const sha256 = sha256Of(document);
        if (seen.has(sha256)) continue;
        seen.add(sha256);
        const examined = { document, artifactId: newUuid(), sha256 };
        if (document.kind === 'xml') {
          if (xmls.length === 0) await options.reach('after_download');
          xmls.push({
            ...examined,
            verification: await prover.verify(document.bytes, expectationOf(task, vendor, prover.now())),
          });
        } else if (document.kind === 'pdf') pdfs.push(examined);
      }
      const chosen = best();
      const verdict = verdictOf(proofOf(chosen, pdfOfInvoice, task, false));
      if (verdict !== null) return verdict;
      const uuid = chosen?.verification.facts?.stamp?.uuid;
      for (const pdf of pdfs) {
        if (uuid === undefined || pdfOfInvoice !== null) break;
        const { ok, findings } = await prover.checkPdf(pdf.document.bytes, uuid);
        if (ok) pdfOfInvoice = { ...pdf, findings };
      }
      return 'proven';
    },
    proof: ({ recovered }) => proofOf(best(), pdfOfInvoice, task, recovered),
    files(tenantId) {
      const chosen = best();
      const kept = chosen === null ? [...pdfs] : [chosen, ...(pdfOfInvoice === null ? [] : [pdfOfInvoice])];
      return kept.map((examined) => keptFile(examined, tenantId, task.id));
    },
    invoice: ({ recovered }) => invoiceOf(best(), pdfOfInvoice, task, recovered),
  };
}

/** What this task's invoice must say. An entry that is only believed names no issuer: it may not refuse a good invoice. */
export function expectationOf(task: TaskRow, vendor: VendorRow | null, now: Date): Expectation {
  const { profile, ticket } = task;
  const known = vendor !== null && vendor.confidence >= TRUSTED_CONFIDENCE ? vendor : null;
  return {
    receptor: {
      rfc: profile.rfc,
      name: profile.fullName,
      postalCode: profile.postalCode,
      regime: profile.fiscalRegime,
      use: profile.cfdiUse,
    },
    total: ticket.amount.toFixed(2),
    ...tipOf(ticket.amount, known?.tip ?? null),
    emisorRfcs: known?.emisorRfcs ?? [],
    ticketDate: localDate(ticket.date),
    now,
  };
}

/** A vendor's shares, in the money of this ticket. */
function tipOf(amount: number, rule: VendorRow['tip']): Pick<Expectation, 'tip'> {
  if (rule === null) return {};
  return { tip: { below: (amount * rule.below).toFixed(2), above: (amount * rule.above).toFixed(2) } };
}

/** The Mexican calendar day of a ticket's date. */
function localDate(date: string): string {
  if (date.length === 10) return date;
  return new Intl.DateTimeFormat('en-CA', { timeZone: 'America/Mexico_City', dateStyle: 'short' }).format(
    new Date(date),
  );
}

function rank(verification: Verification): number {
  if (verification.verdict === 'authenticated') return 0;
  if (verification.verdict === 'consistent_not_authenticated') return 1;
  return verification.facts?.stamp === undefined ? 3 : 2;
}

function proofOf(
  chosen: ExaminedXml | null,
  pdf: ExaminedPdf | null,
  task: TaskRow,
  recovered: boolean,
): Proof {
  if (chosen === null) return { kind: 'none' };
  const { verification } = chosen;
  const what = verification.findings.filter(({ severity }) => severity === 'error').map(({ code }) => code);
  const uuid = verification.facts?.stamp?.uuid ?? null;
  if (verification.verdict === 'rejected') {
    // Every error must be of that kind: a wrong receptor in a document whose seal fails proves nothing.
    if (uuid === null || !what.every((code) => NOT_OURS.has(code))) return { kind: 'invalid', uuid, what };
    return { kind: 'mismatch', uuid, what, otherReceptor: what.includes('receptor_rfc_mismatch') };
  }
  const invoice = invoiceOf(chosen, pdf, task, recovered);
  if (invoice === null) return { kind: 'none' };
  const authenticatedBy = verification.verdict === 'authenticated' ? ('trust' as const) : null;
  const cfdi = describeTaskCfdi({ ...invoice, authenticatedBy, satStatus: null });
  return { kind: authenticatedBy === null ? 'unproven' : 'proven', cfdi };
}

/** A document to keep that no desk has looked at. */
export function keptDocument(document: CapturedDocument, tenantId: string, taskId: string): KeptFile {
  return keptFile({ document, artifactId: newUuid(), sha256: sha256Of(document) }, tenantId, taskId);
}

function sha256Of({ bytes }: CapturedDocument): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function keptFile(examined: Examined, tenantId: string, taskId: string): KeptFile {
  const { document, artifactId, sha256 } = examined;
  const kind = document.kind;
  return {
    bytes: document.bytes,
    row: {
      id: artifactId,
      publicId: encodeId('artifact', artifactId),
      taskId,
      kind,
      fileName: safeFileName(document.fileName, kind),
      contentType:
        kind === 'xml' ? 'application/xml' : kind === 'pdf' ? 'application/pdf' : 'application/octet-stream',
      size: document.bytes.byteLength,
      sha256,
      storagePath: `${tenantId}/${taskId}/${artifactId}`,
    },
  };
}

/** A portal names its files as it likes; ours carry no path, no control characters, and the right ending. */
function safeFileName(name: string, kind: CapturedDocument['kind']): string {
  const base = name
    .replaceAll(/[^\p{L}\p{N} ._-]/gu, '_')
    .replace(/^\.+/, '')
    .slice(-120);
  const ending = kind === 'other' ? '' : `.${kind}`;
  return base.toLowerCase().endsWith(ending) && base !== ''
    ? base
    : `${base === '' ? 'factura' : base}${ending}`;
}

function invoiceOf(
  chosen: ExaminedXml | null,
  pdf: ExaminedPdf | null,
  task: TaskRow,
  recovered: boolean,
): ReadInvoice | null {
  const facts = chosen?.verification.facts;
  if (chosen === null || facts?.stamp === undefined) return null;
  const { verification } = chosen;
  return {
    uuid: facts.stamp.uuid,
    taskId: task.id,
    xmlArtifactId: chosen.artifactId,
    pdfArtifactId: pdf?.artifactId ?? null,
    verdict: verification.verdict,
    facts: { ...facts, stamp: facts.stamp },
    findings: [...verification.findings, ...(pdf?.findings ?? [])],
    recovered,
  };
}
