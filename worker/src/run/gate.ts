/**
 * The agent's gate to an issue-suspect act: the ticket's row decides (50-lifecycle, exactly-once issuance). Marks are
 * committed before the act leaves; without a mark nothing leaves.
 */
import type { IssueGate, SuspectAct } from '@cfdi-live/agent';
import type { Database, RunRef, TenantScope, TicketRow } from '@cfdi-live/domain';
import type { ReachCheckpoint, Timings } from '../ports.ts';
import type { Lease } from './lease.ts';

export interface GateContext {
  database: Database;
  scope: TenantScope;
  run: RunRef;
  sessionId: string;
  ticket: TicketRow;
  lease: Lease;
  timings: Timings;
  reach: ReachCheckpoint;
}

/** A factory, so that a fault suite can prove what happens without the mark. */
export type CreateGate = (context: GateContext) => IssueGate;

export const createGate: CreateGate = (context) => {
  const { database, scope, run, timings } = context;
  const harmless = new Set(context.ticket.harmlessActs);
  const mark = (act: SuspectAct) =>
    database.withTenant(scope, (tx) =>
      tx.tickets.mark(run, {
        sessionId: context.sessionId,
        minLeaseMs: timings.markNeedsLeaseMs,
        act: act.actKey,
      }),
    );
  return {
    async mark(act: SuspectAct) {
      await context.reach('before_mark');
      if (!context.lease.isHeld()) return { ok: false, reason: 'lost_lease' };
      let marked = await mark(act);
      if (marked === 'lost_lease' && context.lease.isHeld()) {
        // Ours, but too short: a busy machine renews late.
        await context.lease.renewNow();
        marked = await mark(act);
      }
      if (marked !== 'marked') return { ok: false, reason: marked };
      harmless.delete(act.actKey);
      await context.reach('after_mark');
      return { ok: true, sendWithinMs: timings.sendWithinMs };
    },
    async submitted(_act) {
      await database.withTenant(scope, (tx) => tx.tickets.submitted(run));
    },
    async settle(act, state, _evidence) {
      await database.withTenant(scope, (tx) =>
        tx.tickets.settle(run, { state, ...(state === 'none' ? { harmlessAct: act.actKey } : {}) }),
      );
      if (state === 'none') harmless.add(act.actKey);
    },
    async answered(_act) {
      await database.withTenant(scope, (tx) => tx.tickets.answered(run));
    },
    isHarmless: (actKey) => harmless.has(actKey),
  };
};
