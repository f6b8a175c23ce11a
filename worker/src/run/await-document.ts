/** What becomes of a task to which the portal said that its invoice comes later. Pure policy. */
import type { AgentResult } from '@cfdi-live/agent';
import { failure } from '@cfdi-live/contract';
import { DELIVERY_WAIT_MS, nextPortalQuestion, type RunEnd, type TicketRow } from '@cfdi-live/domain';

/**
 * Waits 72 hours from the first time that the portal said so, asking it again meanwhile. When they are over the portal has been
 * asked once more, and what it goes on promising is a failure of its own: the invoice exists, so the ticket stays in doubt.
 */
export function awaitDocument(
  { reason }: Extract<AgentResult, { kind: 'awaitDelivery' }>,
  ticket: Pick<TicketRow, 'answeredAt'>,
  now: Date,
): RunEnd {
  const since = ticket.answeredAt ?? now;
  const until = new Date(since.getTime() + DELIVERY_WAIT_MS);
  if (now >= until) return { on: 'fail', failure: failure('delivery_timeout') };
  const askAt = nextPortalQuestion(reason, since, now);
  return { on: 'await_delivery', reason, until, ...(askAt === null ? {} : { askAt }) };
}
