/**
 * When SAT's register is asked about an invoice, and what its answer means: pure policy. A task that waits for that word
 * asks often and ends by it; of an invoice that counts already it is only seen whether it still holds.
 */
import { SAT_HANDOVER_MS, judgeSatStatus, type Finding, type SatReply } from '@cfdi-live/cfdi';
import type { SatRegisterStatus } from '@cfdi-live/contract';
import { reconcileDelayMs } from './retry.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How long a task waits for SAT's word: as long as PACs have to hand an invoice over. */
export const SAT_WAIT_MS = SAT_HANDOVER_MS;
/** Days after its stamp at which an invoice that counts is asked about. */
export const SAT_RECHECK_DAYS = [1, 7, 30, 90, 365] as const;

/** A register that does not answer is asked again after this, by tasks that wait and of invoices that count. */
const AWAY_MS = { awaited: 5 * MINUTE_MS, accepted: HOUR_MS };
/** A question that SAT does not understand is not understood in a minute either. */
const REFUSED_MS = 12 * HOUR_MS;

/** An invoice as the register is asked about it. */
export interface AskedInvoice {
  /** It counts as its ticket's invoice; else a task waits to learn whether it may. */
  accepted: boolean;
  /** FechaTimbrado: central time, no zone. */
  stampedAt: string;
  /** When we got it. */
  createdAt: Date;
  /** How often the register has answered. */
  satAnswers: number;
}

export interface SatConclusion {
  /** What the register says; null where it did not answer. */
  status: SatRegisterStatus | null;
  /** When it is asked next; null: not again. */
  nextAt: Date | null;
  /** What becomes of a task that waits: its invoice is genuine, is not, or is still open. */
  outcome: 'accept' | 'refuse' | 'open';
  emisorIsListed: boolean;
}

/** When an invoice is asked about for the first time: soon while a task waits for it. */
export function firstSatCheck(invoice: Pick<AskedInvoice, 'accepted' | 'stampedAt'>, now: Date): Date | null {
  return invoice.accepted ? nextRecheck(invoice.stampedAt, now) : later(now, reconcileDelayMs(0));
}

/** What an answer means, or that there was none. `now` is when it was asked for. */
export function concludeSatReply(invoice: AskedInvoice, reply: SatReply, now: Date): SatConclusion {
  const given = invoice.accepted ? OPEN : judge(invoice, reply, now);
  const status = reply.kind === 'answered' ? reply.status.kind : null;
  const emisorIsListed =
    reply.kind === 'answered' && reply.status.kind === 'valid' && reply.status.emisorIsListed === true;
  return { status, nextAt: nextAt(invoice, reply, given, now), outcome: given, emisorIsListed };
}

const OPEN = 'open';

function judge(invoice: AskedInvoice, reply: SatReply, now: Date): SatConclusion['outcome'] {
  if (reply.kind === 'answered') {
    const at = { stampedAt: instantOf(invoice.stampedAt), now: now.getTime() };
    switch (judgeSatStatus(reply.status, at)) {
      case 'authentic':
        return 'accept';
      case 'cancelled':
      case 'unknown_to_sat':
        return 'refuse';
      case 'pending':
        break;
    }
  }
  return now < waitsUntil(invoice) ? OPEN : 'refuse';
}

function nextAt(
  invoice: AskedInvoice,
  reply: SatReply,
  outcome: SatConclusion['outcome'],
  now: Date,
): Date | null {
  if (outcome === 'refuse') return null;
  if (outcome === 'open' && !invoice.accepted) {
    const last = waitsUntil(invoice);
    const next = later(
      now,
      reply.kind === 'answered' ? reconcileDelayMs(invoice.satAnswers + 1) : away(invoice, reply),
    );
    // Once more at the very end, so that the last word is a fresh one.
    return next < last ? next : last;
  }
  if (reply.kind === 'unavailable') return later(now, away(invoice, reply));
  return reply.status.kind === 'cancelled' ? null : nextRecheck(invoice.stampedAt, now);
}

function away({ accepted }: AskedInvoice, { reason }: Extract<SatReply, { kind: 'unavailable' }>): number {
  if (reason === 'question_refused') return REFUSED_MS;
  return accepted ? AWAY_MS.accepted : AWAY_MS.awaited;
}

function nextRecheck(stampedAt: string, now: Date): Date | null {
  const times = SAT_RECHECK_DAYS.map((days) => new Date(instantOf(stampedAt) + days * DAY_MS));
  return times.find((time) => time > now) ?? null;
}

function waitsUntil({ createdAt }: AskedInvoice): Date {
  return later(createdAt, SAT_WAIT_MS);
}

/** Stamps are in central time, which has been UTC−6 all year since October 2022. */
function instantOf(stampedAt: string): number {
  return Date.parse(`${stampedAt}-06:00`);
}

function later(from: Date, ms: number): Date {
  return new Date(from.getTime() + ms);
}

/** The findings of an invoice with the one of the register: whom SAT suspects of selling invoices (EFOS). */
export function withListedEmisor(
  findings: readonly Finding<string>[],
  rfc: string,
): readonly Finding<string>[] {
  if (findings.some(({ code }) => code === 'emisor_listed')) return findings;
  return [
    ...findings,
    {
      code: 'emisor_listed',
      severity: 'warning',
      message: {
        es: 'El SAT tiene al emisor en su lista de quienes facturan operaciones inexistentes (EFOS).',
        en: 'SAT lists the emisor among those who invoice operations that never were (EFOS).',
      },
      values: { actual: rfc },
    },
  ];
}
