import type { Fenced, RunRef, TicketStore } from '@cfdi-live/domain';
import type { TenantContext } from '../tenant-context.ts';
import { TICKET_COLUMNS, toTicket, type TicketRecord } from './task-record.ts';

export function createTicketStore({ sql }: TenantContext): TicketStore {
  /** One of the ticket functions: false means that the fence was lost. */
  const fenced = async (
    call: string,
    run: RunRef,
    values: readonly unknown[] = [],
  ): Promise<Fenced<void>> => {
    const [result] = await sql.query<{ held: boolean }>(`select ${call} as held`, [
      run.taskId,
      run.runId,
      run.fence,
      ...values,
    ]);
    return result?.held === true ? { kind: 'ok', value: undefined } : { kind: 'lost' };
  };
  const reconcile = (run: RunRef, finding: 'still_offered' | 'not_invoiced' | 'reconciled') =>
    fenced('app.reconcile_ticket($1, $2, $3, $4)', run, [finding]);

  return {
    async getForTask(taskId) {
      const columns = TICKET_COLUMNS.map((column) => `k.${column}`).join(', ');
      const [record] = await sql.query<TicketRecord>(
        `select ${columns} from public.automation_tasks t
           join public.ticket_issuances k on k.tenant_id = t.tenant_id and k.id = t.ticket_id
          where t.id = $1`,
        [taskId],
      );
      return record === undefined ? null : toTicket(record);
    },
    async mark(run, { sessionId, minLeaseMs, act }) {
      const [result] = await sql.query<{ outcome: 'marked' | 'lost_lease' | 'not_free' }>(
        `select app.mark_ticket($1, $2, $3, $4, $5::float8 * interval '1 millisecond', $6) as outcome`,
        [run.taskId, run.runId, run.fence, sessionId, minLeaseMs, act ?? null],
      );
      if (result === undefined) throw new Error('mark_ticket answered nothing');
      return result.outcome;
    },
    submitted: (run) => fenced('app.submitted_ticket($1, $2, $3)', run),
    settle: (run, { state, harmlessAct }) =>
      fenced('app.settle_ticket($1, $2, $3, $4, $5)', run, [state, harmlessAct ?? null]),
    issued: (run, cfdiUuid) => fenced('app.issued_ticket($1, $2, $3, $4)', run, [cfdiUuid]),
    answered: (run) => fenced('app.answered_ticket($1, $2, $3)', run),
    stillOffered: (run) => reconcile(run, 'still_offered'),
    notInvoiced: (run) => reconcile(run, 'not_invoiced'),
    reconciled: (run) => reconcile(run, 'reconciled'),
  };
}
