/** What is done with what came for a task: pure policy. What proves nothing changes nothing. */
import { DELIVERY_WAIT_MS, reconcileDelayMs, type InboundRow, type TaskRow } from '@cfdi-live/domain';
import type { Examined, ExaminedInvoice } from './examine.ts';
import type { Vouched } from './vouch.ts';

/** XML first: its PDF has this long to follow. */
export const PDF_WAIT_MS = 10 * 60_000;

export type Vouching = Exclude<Examined, ExaminedInvoice> | (ExaminedInvoice & { vouched: Vouched });

/** An invoice that somebody vouches for. */
export interface Deliverable {
  examined: ExaminedInvoice;
  bySat: boolean;
}

export interface Decision {
  /** The first that counts, where one does now. */
  deliver: Deliverable | null;
  /** PDFs for an invoice that the task has already. */
  pictures: Extract<Examined, { kind: 'picture' }>[];
  refused: { row: InboundRow; uuid: string | null; what: readonly string[] }[];
  again: { row: InboundRow; at: Date }[];
}

export function decide(found: readonly Vouching[], task: Pick<TaskRow, 'status'>, now: Date): Decision {
  const decision: Decision = { deliver: null, pictures: [], refused: [], again: [] };
  for (const one of found) {
    const { row } = one;
    switch (one.kind) {
      case 'nothing':
        decision.refused.push({ row, uuid: null, what: ['no_cfdi'] });
        break;
      case 'refused':
        decision.refused.push({ row, uuid: one.uuid, what: one.what });
        break;
      case 'picture':
        if (task.status === 'COMPLETED') decision.pictures.push(one);
        else waitOrRefuse(decision, row, 'no_cfdi', now);
        break;
      case 'invoice':
        decideInvoice(decision, one, task, now);
    }
  }
  return decision;
}

function decideInvoice(
  decision: Decision,
  { vouched, ...examined }: ExaminedInvoice & { vouched: Vouched },
  task: Pick<TaskRow, 'status'>,
  now: Date,
): void {
  const { row, invoice } = examined;
  if (vouched.kind === 'no') {
    decision.refused.push({ row, uuid: invoice.uuid, what: ['not_vouched_for'] });
    return;
  }
  if (vouched.kind === 'open') {
    decision.again.push({ row, at: nextLook(row.receivedAt, now) });
    return;
  }
  const pdfUntil = new Date(row.receivedAt.getTime() + PDF_WAIT_MS);
  const waitsForPdf =
    row.via === 'mail' && invoice.pdfArtifactId === null && task.status === 'AWAITING_DELIVERY';
  if (waitsForPdf && now < pdfUntil) decision.again.push({ row, at: pdfUntil });
  // The second of two is looked at again, by then it is known what became of the first.
  else if (decision.deliver !== null) decision.again.push({ row, at: now });
  else decision.deliver = { examined, bySat: vouched.bySat };
}

/** What may still be made whole by another mail waits as long as the task does. */
function waitOrRefuse(decision: Decision, row: InboundRow, what: string, now: Date): void {
  const until = new Date(row.receivedAt.getTime() + DELIVERY_WAIT_MS);
  if (now < until) decision.again.push({ row, at: until });
  else decision.refused.push({ row, uuid: null, what: [what] });
}

/** SAT is asked 1, 5, 30 min, 2 h after it came, then every 12 h. */
export function nextLook(receivedAt: Date, now: Date): Date {
  let at = receivedAt.getTime();
  for (let done = 0; at <= now.getTime(); done += 1) at = receivedAt.getTime() + offsetOf(done);
  return new Date(at);
}

function offsetOf(done: number): number {
  return done < 4 ? reconcileDelayMs(done) : (done - 3) * reconcileDelayMs(done);
}
