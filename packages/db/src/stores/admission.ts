import { failure } from '@cfdi-live/contract';
import type { AdmissionStore, PortalReport, QueuedRef } from '@cfdi-live/domain';
import type { SystemContext } from '../system-context.ts';

const UNREACHABLE_BATCH = 500;

export interface QueuedRecord {
  task_id: string;
  next_fence: number;
}

export function toQueuedRef(record: QueuedRecord): QueuedRef {
  return { taskId: record.task_id, nextFence: record.next_fence };
}

interface PortalRecord {
  host: string;
  breaker: PortalReport['breaker'];
  retry_at: Date | null;
  changed: boolean;
}

export function createAdmissionStore({ sql }: SystemContext): AdmissionStore {
  return {
    async admit({ maxSessions, creationsPerMinute = null }) {
      const records = await sql.query<QueuedRecord>('select * from app.admit_tasks($1, $2)', [
        maxSessions,
        creationsPerMinute,
      ]);
      return records.map(toQueuedRef);
    },
    async pauseAdmission(forMs) {
      await sql.query(`select app.pause_admission($1::float8 * interval '1 millisecond')`, [forMs]);
    },
    async failUnreachable() {
      const [result] = await sql.query<{ failed: number }>(
        'select app.fail_unreachable_tasks($1, $2) as failed',
        [JSON.stringify(failure('portal_down')), UNREACHABLE_BATCH],
      );
      return result?.failed ?? 0;
    },
    async reportPortal(taskId, answered) {
      const [record] = await sql.query<PortalRecord>('select * from app.report_portal($1, $2)', [
        taskId,
        answered,
      ]);
      if (record === undefined) throw new Error('the database said nothing of the portal');
      const { host, breaker, retry_at: retryAt, changed } = record;
      return { host, breaker, retryAt, changed };
    },
  };
}
