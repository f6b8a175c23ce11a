/** Writes a run's conclusion: files first, then ticket, invoice, task and event in one transaction. */
import type {
  ArtifactVault,
  Database,
  Fenced,
  RunEnd,
  RunRef,
  TaskRow,
  TenantScope,
  TenantTx,
} from '@cfdi-live/domain';
import { createHash } from 'node:crypto';
import { encodeId, failure, newUuid, type Mode } from '@cfdi-live/contract';
import { firstSatCheck, type Clock, type NewCfdi } from '@cfdi-live/domain';
import type { ReachCheckpoint } from '../ports.ts';
import type { Conclusion, TicketChange } from './conclude.ts';
import type { LeftBehind } from './parked.ts';
import type { KeptFile, ProofDesk, ReadInvoice } from './proof.ts';

interface SettleContext {
  database: Database;
  vault: ArtifactVault;
  reach: ReachCheckpoint;
  scope: TenantScope;
  run: RunRef;
  clock: Clock;
  /** Whether there is a register to ask about a mode's invoices. */
  asksSat: (mode: Mode) => boolean;
}

export async function settleRun(
  context: SettleContext,
  conclusion: Conclusion,
  { desk, recovered, left }: { desk: ProofDesk; recovered: boolean; left: LeftBehind | null },
): Promise<Fenced<TaskRow>> {
  const { database, vault, scope, run } = context;
  const { end, picture } = parked(conclusion.end, left, { ...scope, taskId: run.taskId });
  const files = [...desk.files(scope.tenantId), ...(picture === null ? [] : [picture])];
  // Bytes before rows: a crash between leaves a file without a row, never a row without its file.
  for (const file of files) await vault.put(scope, file.row.storagePath, file.bytes);
  if (files.length > 0) await context.reach('after_artifacts');
  await context.reach('before_terminal_event');
  const settle = async (tx: TenantTx): Promise<TaskRow> => {
    for (const { row } of files) {
      await tx.artifacts.add(row);
      await tx.events.append({
        type: 'artifact.created',
        taskId: run.taskId,
        data: { artifactId: row.publicId, kind: row.kind, size: row.size },
      });
    }
    const read = desk.invoice({ recovered });
    const invoice = read === null ? null : concludedInvoice(context, read, conclusion);
    const added = invoice === null ? null : await tx.cfdis.add(invoice);
    held(await changeTicket(tx, run, conclusion.ticket));
    // The same invoice cannot prove two purchases: the first one keeps it.
    const reused = added?.kind === 'uuid_taken' && added.taskId !== run.taskId;
    const details = { uuid: invoice?.uuid, what: ['uuid_already_accepted'] };
    return held(
      await tx.tasks.endRun(
        run,
        reused ? { on: 'fail', failure: failure('cfdi_mismatch', { details }) } : end,
      ),
    );
  };
  try {
    return { kind: 'ok', value: await database.withTenant(scope, settle) };
  } catch (error) {
    if (error instanceof FenceLost) return { kind: 'lost' };
    throw error;
  }
}

/** An end that parks, with what the run leaves; the picture is a file of the task. */
function parked(
  end: RunEnd,
  left: LeftBehind | null,
  { tenantId, taskId }: { tenantId: string; taskId: string },
): { end: RunEnd; picture: KeptFile | null } {
  if (left === null || (end.on !== 'need_person' && end.on !== 'pause')) return { end, picture: null };
  const picture = left.picture === null ? null : pictureFile(left.picture, tenantId, taskId);
  const pictureArtifactId = picture?.row.id ?? null;
  return { end: { ...end, parking: { ...left.parking, pictureArtifactId } }, picture };
}

function pictureFile(bytes: Uint8Array, tenantId: string, taskId: string): KeptFile {
  const id = newUuid();
  return {
    bytes,
    row: {
      id,
      publicId: encodeId('artifact', id),
      taskId,
      kind: 'captcha',
      fileName: 'captcha.png',
      contentType: 'image/png',
      size: bytes.byteLength,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      storagePath: `${tenantId}/${taskId}/${id}`,
    },
  };
}

/** What a document is to its ticket by the run's conclusion, and when SAT is asked about it. */
function concludedInvoice(
  { asksSat, clock, scope }: SettleContext,
  invoice: ReadInvoice,
  { end }: Conclusion,
): NewCfdi {
  const accepted = end.on === 'complete';
  const awaited = end.on === 'await_delivery' && end.reason === 'sat_pending';
  const { stampedAt } = invoice.facts.stamp;
  const asked = (accepted || awaited) && asksSat(scope.mode);
  return {
    ...invoice,
    accepted,
    satCheckAt: asked ? firstSatCheck({ accepted, stampedAt }, clock.now()) : null,
  };
}

/** Rolls the transaction back: what a run without its fence wrote may not stay. */
class FenceLost extends Error {}

function held<T>(fenced: Fenced<T>): T {
  if (fenced.kind === 'lost') throw new FenceLost('the run lost its fence');
  return fenced.value;
}

async function changeTicket(tx: TenantTx, run: RunRef, change: TicketChange): Promise<Fenced<void>> {
  switch (change.kind) {
    case 'none':
      return { kind: 'ok', value: undefined };
    case 'issued':
      return await tx.tickets.issued(run, change.uuid);
    case 'still_offered':
      return await tx.tickets.stillOffered(run);
    case 'not_invoiced':
      return await tx.tickets.notInvoiced(run);
    case 'answered': {
      const answered = await tx.tickets.answered(run);
      return answered.kind === 'lost' ? answered : await tx.tickets.reconciled(run);
    }
    case 'reconciled':
      return await tx.tickets.reconciled(run);
  }
}
