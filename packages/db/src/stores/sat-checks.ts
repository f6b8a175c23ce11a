/** What SAT's register is asked, and what its answers change. */
import { encodeId, failure, type Mode } from '@cfdi-live/contract';
import type { SatCheck, SatSettled, SatSettlement } from '@cfdi-live/domain';
import type { Sql } from '../pool.ts';
import type { TenantContext } from '../tenant-context.ts';
import { pgJson } from '../text.ts';
import { cfdiCell } from './cfdi-cell.ts';
import { taskCell } from './task-record.ts';

export async function claimSatChecks(
  sql: Sql,
  { modes, lockMs, limit }: { modes: readonly Mode[]; lockMs: number; limit: number },
): Promise<SatCheck[]> {
  const records = await sql.query<{ tenant_id: string; mode: Mode; document_id: string; asked_at: Date }>(
    `select * from app.claim_sat_checks($1::public.mode[], $2::float8 * interval '1 millisecond', $3)`,
    [modes, lockMs, limit],
  );
  return records.map((record) => ({
    tenantId: record.tenant_id,
    mode: record.mode,
    documentId: record.document_id,
    askedAt: record.asked_at,
  }));
}

/** Notes an answer, with the end of the task that waited for it and its event. */
export async function settleSat(
  { sql, keys, emit }: TenantContext,
  { invoice, askedAt, status, nextAt, findings, end }: SatSettlement,
): Promise<SatSettled> {
  const { id, uuid, taskId, facts } = invoice;
  const details = { uuid, what: ['uuid_already_accepted'] };
  const taken = failure('cfdi_mismatch', { details });
  const summary = {
    uuid,
    total: Number(facts.total),
    emisorRfc: facts.emisor.rfc,
    emisorName: facts.emisor.name,
  };
  const [result] = await sql.query<{ settled: SatSettled }>(
    `select app.settle_sat_check($1, $2::smallint, $3, $4, $5, $6, $7::public.task_status, $8, $9, $10, $11) as settled`,
    [
      id,
      invoice.satAnswers,
      status,
      askedAt,
      nextAt,
      findings === null ? null : keys.sealJson(cfdiCell(id, 'findings'), findings),
      end === null ? null : end.on === 'complete' ? 'COMPLETED' : 'FAILED',
      end?.on === 'complete' ? keys.sealJson(taskCell(taskId, 'cfdi'), end.cfdi) : null,
      end?.on === 'fail' ? pgJson(end.failure) : null,
      pgJson(taken),
      pgJson({ ...summary, taskId: encodeId('task', taskId) }),
    ],
  );
  if (result === undefined) throw new Error('settle_sat_check answered nothing');
  const { settled } = result;
  if (settled === 'completed') {
    emit({ type: 'task.completed', taskId, data: { status: 'COMPLETED', cfdi: summary } });
  } else if (settled === 'taken' || (settled === 'failed' && end?.on === 'fail')) {
    const why = end?.on === 'fail' ? end.failure : taken;
    emit({ type: 'task.failed', taskId, data: { status: 'FAILED', failure: why } });
  }
  return settled;
}
