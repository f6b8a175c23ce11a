/** Writes what a document that came beside a run means: files first, then ticket, invoice, task and event in one transaction. */
import { encodeId, type Mode, type TaskCfdi } from '@cfdi-live/contract';
import {
  describeTaskCfdi,
  firstSatCheck,
  type ArtifactVault,
  type Clock,
  type Database,
  type InboundRow,
  type NewCfdi,
  type TaskRow,
  type TenantScope,
  type TenantTx,
} from '@cfdi-live/domain';
import { keptDocument, type KeptFile, type Prover } from '../run/proof.ts';
import type { Deliverable } from './decide.ts';
import type { Examined, ExaminedInvoice } from './examine.ts';

export interface DeliverDeps {
  database: Database;
  vault: ArtifactVault;
  prover: Prover;
  clock: Clock;
  /** Whether there is a register to ask about a mode's invoices. */
  asksSat: (mode: Mode) => boolean;
}

/**
 * `accepted`: the task is completed. `kept`: it had ended. `repeated`: it has this invoice. `refused`: this UUID proved another
 * purchase. `running`: the task is its run's for now; nothing was written.
 */
export type Delivered = 'accepted' | 'kept' | 'repeated' | 'refused' | 'running';

export async function deliverInvoice(
  deps: DeliverDeps,
  scope: TenantScope,
  { examined, bySat }: Deliverable,
): Promise<Delivered> {
  const { desk, row, invoice } = examined;
  const files = desk.files(scope.tenantId);
  const first = await deps.database.withTenant(scope, (tx) => tx.cfdis.findAcceptedTask(invoice.uuid));
  if (first === row.taskId) {
    const picture = files.find((file) => file.row.kind === 'pdf') ?? null;
    await addPicture(deps, scope, row, picture);
    return 'repeated';
  }
  // Bytes before rows: a crash between leaves a file without a row, never a row without its file.
  for (const file of files) await deps.vault.put(scope, file.row.storagePath, file.bytes);
  return deps.database.withTenant(scope, async (tx): Promise<Delivered> => {
    const held = await tx.inbox.hold(row.taskId);
    if (held === null || held.task.status === 'RUNNING') return 'running';
    const { task } = held;
    const owner = await tx.cfdis.findAcceptedTask(invoice.uuid);
    if (owner === task.id) {
      await tx.inbox.settle([row.id], 'matched');
      return 'repeated';
    }
    if (owner !== null) {
      await refuse(tx, { row, uuid: invoice.uuid, what: ['uuid_already_accepted'] });
      return 'refused';
    }
    // A task has one invoice; a second one of the same ticket is kept, for somebody has to cancel it.
    const accepted = task.status !== 'COMPLETED';
    await addFiles(tx, task.id, files);
    const added = await tx.cfdis.add(newCfdi(deps, scope, examined, { bySat, accepted }));
    if (added.kind === 'uuid_taken')
      throw new Error('another task was given this invoice at the same moment');
    const completed = accepted && (await tx.inbox.deliver(task.id, taskCfdi(examined, bySat)));
    await tellReceived(tx, row, { verdict: completed ? 'accepted' : 'kept', uuid: invoice.uuid, what: [] });
    await tx.inbox.settle([row.id], 'matched');
    return completed ? 'accepted' : 'kept';
  });
}

function taskCfdi({ invoice }: ExaminedInvoice, bySat: boolean): TaskCfdi {
  const trusted = invoice.verdict === 'authenticated' ? ('trust' as const) : null;
  return describeTaskCfdi({
    ...invoice,
    findings: findingsOf(invoice),
    authenticatedBy: bySat ? 'sat' : trusted,
    satStatus: bySat ? 'valid' : null,
  });
}

function newCfdi(
  { clock, asksSat }: DeliverDeps,
  { mode }: TenantScope,
  { invoice }: ExaminedInvoice,
  { bySat, accepted }: { bySat: boolean; accepted: boolean },
): NewCfdi {
  const { stampedAt } = invoice.facts.stamp;
  return {
    ...invoice,
    findings: findingsOf(invoice),
    accepted,
    vouchedBySat: bySat,
    satCheckAt: accepted && asksSat(mode) ? firstSatCheck({ accepted, stampedAt }, clock.now()) : null,
  };
}

function findingsOf({ findings, pdfArtifactId }: ExaminedInvoice['invoice']): NewCfdi['findings'] {
  return pdfArtifactId === null ? [...findings, PDF_MISSING] : findings;
}

const PDF_MISSING: NewCfdi['findings'][number] = {
  code: 'pdf_missing',
  severity: 'warning',
  message: {
    es: 'El PDF no llegó. La factura es el XML.',
    en: 'The PDF did not come. The invoice is the XML.',
  },
  values: {},
};

async function addFiles(tx: TenantTx, taskId: string, files: readonly KeptFile[]): Promise<void> {
  for (const { row } of files) {
    await tx.artifacts.add(row);
    await tx.events.append({
      type: 'artifact.created',
      taskId,
      data: { artifactId: row.publicId, kind: row.kind, size: row.size },
    });
  }
}

/** PDFs that came after their invoice: the first that shows it is its picture. */
export async function deliverPictures(
  deps: DeliverDeps,
  scope: TenantScope,
  task: TaskRow,
  pictures: readonly Extract<Examined, { kind: 'picture' }>[],
): Promise<void> {
  for (const { row, pdfs } of pictures) {
    const { cfdi } = task;
    const shown = cfdi === null ? null : await firstPicture(deps.prover, pdfs, cfdi.uuid);
    if (shown === null || cfdi === null) {
      await deps.database.withTenant(scope, (tx) => refuse(tx, { row, uuid: null, what: ['no_cfdi'] }));
      continue;
    }
    await addPicture(deps, scope, row, keptDocument(shown, scope.tenantId, task.id));
  }
}

/** Gives the invoice of a task the picture that came with `row`, if it has none yet. */
async function addPicture(
  deps: DeliverDeps,
  scope: TenantScope,
  row: InboundRow,
  file: KeptFile | null,
): Promise<void> {
  const lacksOne = (cfdi: TaskCfdi | null): cfdi is TaskCfdi => cfdi !== null && cfdi.pdfArtifactId === null;
  const task = await deps.database.withTenant(scope, (tx) => tx.tasks.get(row.taskId));
  const wanted = file !== null && lacksOne(task?.cfdi ?? null);
  if (wanted) await deps.vault.put(scope, file.row.storagePath, file.bytes);
  await deps.database.withTenant(scope, async (tx) => {
    const held = await tx.inbox.hold(row.taskId);
    const cfdi = held?.task.cfdi ?? null;
    if (wanted && lacksOne(cfdi)) {
      await addFiles(tx, row.taskId, [file]);
      const findings = cfdi.findings.filter(({ code }) => code !== PDF_MISSING.code);
      const pdfArtifactId = encodeId('artifact', file.row.id);
      await tx.inbox.addLatePdf({
        taskId: row.taskId,
        pdfArtifactId: file.row.id,
        cfdi: { ...cfdi, findings, pdfArtifactId },
      });
    }
    await tx.inbox.settle([row.id], 'matched');
  });
}

type Pdf = Extract<Examined, { kind: 'picture' }>['pdfs'][number];

async function firstPicture(prover: Prover, pdfs: readonly Pdf[], uuid: string): Promise<Pdf | null> {
  for (const pdf of pdfs) {
    if ((await prover.checkPdf(pdf.bytes, uuid)).ok) return pdf;
  }
  return null;
}

/** Keeps what proves nothing as it came. Who handed it over by name is told; who mailed it is not. */
export async function refuse(
  tx: TenantTx,
  { row, uuid, what }: { row: InboundRow; uuid: string | null; what: readonly string[] },
): Promise<void> {
  await tx.inbox.settle([row.id], 'ignored');
  if (row.via === 'upload') await tellReceived(tx, row, { verdict: 'refused', uuid, what });
}

async function tellReceived(
  tx: TenantTx,
  row: InboundRow,
  told: { verdict: 'accepted' | 'kept' | 'refused'; uuid: string | null; what: readonly string[] },
): Promise<void> {
  await tx.events.append({
    type: 'task.document_received',
    taskId: row.taskId,
    data: {
      via: row.via,
      uploadId: row.via === 'upload' ? encodeId('upload', row.id) : null,
      ...told,
      what: [...told.what],
    },
  });
}
