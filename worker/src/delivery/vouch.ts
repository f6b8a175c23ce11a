/** Whether somebody vouches for an invoice that a stranger sent: trusted certificates, SAT's register, or the tenant's wish. */
import { satQuestion } from '@cfdi-live/cfdi';
import type { Mode, UnauthenticatedCfdiPolicy } from '@cfdi-live/contract';
import { concludeSatReply, SAT_WAIT_MS } from '@cfdi-live/domain';
import type { SatRegisters } from '../jobs/ask-sat.ts';
import type { ExaminedInvoice } from './examine.ts';

/** `open`: SAT has no word of it yet. */
export type Vouched = { kind: 'yes'; bySat: boolean } | { kind: 'no' } | { kind: 'open' };

/**
 * Other than an invoice that a run downloads, one that came by mail waits for SAT's word in the mail and not in its task: anybody
 * may seal an invoice in a vendor's name, and what he mails may not end somebody's task.
 */
export async function vouchFor(
  { invoice, isTrusted, row }: ExaminedInvoice,
  given: { mode: Mode; policy: UnauthenticatedCfdiPolicy; registers: SatRegisters; now: Date },
): Promise<Vouched> {
  const { mode, policy, registers, now } = given;
  if (isTrusted) return { kind: 'yes', bySat: false };
  if (policy === 'reject') return { kind: 'no' };
  // SAT knows nothing of what the sandbox issues.
  if (policy === 'accept' || mode === 'test') return { kind: 'yes', bySat: false };
  const register = registers[mode];
  if (register === null)
    return now.getTime() - row.receivedAt.getTime() < SAT_WAIT_MS ? { kind: 'open' } : { kind: 'no' };
  const { stampedAt } = invoice.facts.stamp;
  const asked = { accepted: false, stampedAt, createdAt: row.receivedAt, satAnswers: 0 };
  switch (concludeSatReply(asked, await register(satQuestion(invoice.facts)), now).outcome) {
    case 'accept':
      return { kind: 'yes', bySat: true };
    case 'refuse':
      return { kind: 'no' };
    case 'open':
      return { kind: 'open' };
  }
}
