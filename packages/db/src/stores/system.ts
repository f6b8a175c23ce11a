import { encodeId, failure, newUuid, type Mode } from '@cfdi-live/contract';
import type { ClaimedTask, SystemStore } from '@cfdi-live/domain';
import type { SystemContext } from '../system-context.ts';
import { createAccessStore } from './access.ts';
import { createAdmissionStore, toQueuedRef, type QueuedRecord } from './admission.ts';
import { createDeadLetterStore } from './dead-letters.ts';
import { listStaleParking } from './control.ts';
import { createDeliveryStore } from './deliveries.ts';
import { createInboxSystemStore } from './inbox.ts';
import { createReaperStore } from './reaper.ts';
import { claimSatChecks } from './sat-checks.ts';
import { toSession, type SessionRecord } from './sessions.ts';
import { listAllVendors } from './vendors.ts';
import { ticketColumnsOf, ticketOf, toTask, type TaskRecord } from './task-record.ts';
import { createTenantEndStore } from './tenant-end.ts';
import { createUpkeepStore } from './upkeep.ts';

/** Failures of tasks that waited too long, by the state they waited in. */
const OVERDUE_FAILURES = {
  timeout: failure('timeout'),
  intervention_timeout: failure('intervention_timeout'),
  delivery_timeout: failure('delivery_timeout'),
  cfdi_unverified: failure('cfdi_unverified'),
};
const OVERDUE_BATCH = 500;

export function createSystemStore(context: SystemContext): SystemStore {
  const { sql } = context;
  return {
    listVendors: () => listAllVendors(sql),
    ...createAccessStore(context),
    ...createAdmissionStore(context),
    ...createTenantEndStore(context),
    ...createReaperStore(context),
    ...createDeadLetterStore(context),
    claim: (input) => claim(context, input),
    claimSatChecks: (input) => claimSatChecks(sql, input),
    async renewLease(run, leaseMs) {
      const [renewed] = await sql.query<{ cancel_requested: boolean; pause_requested: boolean }>(
        `select cancel_requested, pause_requested from app.renew_lease($1, $2, $3, $4::float8 * interval '1 millisecond')`,
        [run.taskId, run.runId, run.fence, leaseMs],
      );
      if (renewed === undefined) return null;
      return { cancelRequested: renewed.cancel_requested, pauseRequested: renewed.pause_requested };
    },
    async listStranded({ queuedForMs, limit }) {
      const records = await sql.query<QueuedRecord>(
        `select * from app.list_stranded_tasks($1::float8 * interval '1 millisecond', $2)`,
        [queuedForMs, limit],
      );
      return records.map(toQueuedRef);
    },
    async failOverdue() {
      const [result] = await sql.query<{ failed: number }>(
        'select app.fail_overdue_tasks($1, $2) as failed',
        [JSON.stringify(OVERDUE_FAILURES), OVERDUE_BATCH],
      );
      return result?.failed ?? 0;
    },
    async listOrphanSessions() {
      const records = await sql.query<SessionRecord & { tenant_id: string; mode: Mode }>(
        'select * from app.list_orphan_sessions()',
        [],
      );
      return records.map((record) => ({
        ...toSession(record),
        tenantId: record.tenant_id,
        mode: record.mode,
      }));
    },
    listStaleParking: (input) => listStaleParking(sql, input),
    ...createDeliveryStore(context),
    ...createInboxSystemStore(context),
    ...createUpkeepStore(context),
  };
}

const CLAIM = `
  select (c.task).*, ${ticketColumnsOf('c')}
    from app.claim_task($1, $2, $3, $4, $5::float8 * interval '1 millisecond') c`;

async function claim(
  { sql, keysOf }: SystemContext,
  input: Parameters<SystemStore['claim']>[0],
): Promise<ClaimedTask | null> {
  const runId = newUuid();
  const [record] = await sql.query<TaskRecord>(CLAIM, [
    input.taskId,
    runId,
    encodeId('run', runId),
    input.workerId,
    input.leaseMs,
  ]);
  if (record === undefined) return null;
  const keys = await keysOf({ tenantId: record.tenant_id, mode: record.mode });
  return {
    run: { taskId: record.id, runId, fence: record.fence },
    task: toTask(keys, record),
    ticket: ticketOf(record),
  };
}
