import type { FailureCode, Mode } from '@cfdi-live/contract';
import type { DeadLetterStore } from '@cfdi-live/domain';
import type { SystemContext } from '../system-context.ts';

interface DeadLetterRecord {
  tenant_id: string;
  mode: Mode;
  task_id: string;
  code: FailureCode;
  failed_at: Date;
  retry_count: number;
}

export function createDeadLetterStore({ sql }: SystemContext): DeadLetterStore {
  return {
    async listDeadLetters({ codes, since, tenantId, after, limit }) {
      const records = await sql.query<DeadLetterRecord>(
        'select * from app.list_dead_letters($1, $2, $3, $4, $5)',
        [codes ?? null, since ?? null, tenantId ?? null, after, limit],
      );
      return records.map((record) => ({
        tenantId: record.tenant_id,
        mode: record.mode,
        taskId: record.task_id,
        code: record.code,
        failedAt: record.failed_at,
        retryCount: record.retry_count,
      }));
    },
  };
}
