import { encodeId, type Session } from '@cfdi-live/contract';
import type { TaskSession } from '@cfdi-live/domain';
import { timestamp, timestampOrNull } from './common.ts';

export function presentSession(row: TaskSession): Session {
  return {
    id: encodeId('session', row.id),
    taskId: encodeId('task', row.taskId),
    runId: encodeId('run', row.runId),
    status: row.status,
    provider: row.provider,
    startedAt: timestamp(row.startedAt),
    endedAt: timestampOrNull(row.endedAt),
  };
}
