/** Control of a parked task's browser: who may act in it, told to readers of events and kept for the audit. */
import { encodeId, type ControlEnd, type Mode } from '@cfdi-live/contract';
import {
  actorRefOf,
  CONTROL_LEASE_MS,
  CONTROL_SILENCE_MS,
  type ControlStore,
  type StaleParking,
  type TaskRow,
  type TakeResult,
} from '@cfdi-live/domain';
import type { Sql } from '../pool.ts';
import type { TenantContext } from '../tenant-context.ts';
import { createAuditStore } from './audit.ts';
import { taskCell, toTask, type TaskRecord } from './task-record.ts';

/** Who ends what nobody let go of. */
const SYSTEM = 'system:parking';

/** What `app.end_control` says: whose control ended, and the step that was noted for it. Bare UUIDs. */
export interface EndedControl {
  sessionId: string;
  holder: string;
  runId: string;
  index: number;
  durationMs: number;
}

export async function tellControlStarted(
  context: TenantContext,
  task: TaskRow,
  sessionId: string,
): Promise<void> {
  const holder = task.control?.holder ?? '';
  const by = actorRefOf(holder);
  if (by === null) return;
  context.emit({ type: 'task.takeover_started', taskId: task.id, data: { status: task.status, by } });
  await createAuditStore(context).add({
    actor: holder,
    action: 'takeover.started',
    subject: { type: 'task', id: task.id },
    details: { sessionId },
  });
}

/** Nothing where nobody had control. */
export async function tellControlEnded(
  context: TenantContext,
  task: Pick<TaskRow, 'id' | 'status'>,
  ended: EndedControl | null,
  reason: ControlEnd,
): Promise<void> {
  const by = actorRefOf(ended?.holder ?? '');
  if (ended === null || by === null) return;
  const { emit } = context;
  const { sessionId, holder, runId, index, durationMs } = ended;
  emit({
    type: 'task.step',
    taskId: task.id,
    data: {
      runId: encodeId('run', runId),
      index,
      type: 'user_intervention',
      summary: 'A person had control',
      planner: 'person',
      durationMs,
    },
  });
  emit({ type: 'task.takeover_ended', taskId: task.id, data: { status: task.status, by, reason } });
  await createAuditStore(context).add({
    actor: reason === 'silent' || reason === 'session_ended' ? SYSTEM : holder,
    action: 'takeover.ended',
    subject: { type: 'task', id: task.id },
    details: { sessionId, holder, reason, durationMs },
  });
}

export function createControlStore(context: TenantContext): ControlStore {
  const { sql, keys } = context;
  const release = async (taskId: string, holder: string | null): Promise<boolean> => {
    const [result] = await sql.query<TaskRecord & { ended: EndedControl | null }>(
      `select (c.task).*, c.ended from app.release_control($1, $2, $3::float8 * interval '1 millisecond') c`,
      // Silence is counted from the last renewal, which gave a lease.
      [taskId, holder, holder === null ? CONTROL_SILENCE_MS - CONTROL_LEASE_MS : null],
    );
    if (result === undefined) return false;
    await tellControlEnded(
      context,
      toTask(keys, result),
      result.ended,
      holder === null ? 'silent' : 'released',
    );
    return true;
  };
  return {
    take: (taskId, input) => take(context, taskId, input),
    async renew({ sessionId, holder, epoch }) {
      const [result] = await sql.query<{ renewed: boolean }>(
        `select app.renew_control($1, $2, $3, $4::float8 * interval '1 millisecond') as renewed`,
        [sessionId, holder, epoch, CONTROL_LEASE_MS],
      );
      return result?.renewed === true;
    },
    release: (taskId, holder) => release(taskId, holder),
    endSilent: (taskId) => release(taskId, null),
  };
}

async function take(
  context: TenantContext,
  taskId: string,
  { holder, actor, insteadOf }: Parameters<ControlStore['take']>[1],
): Promise<TakeResult | null> {
  const { sql, keys } = context;
  const [result] = await sql.query<
    TaskRecord & { outcome: TakeResult['kind']; taken_session: string | null; taken_epoch: number | null }
  >(
    `select c.outcome, (c.task).*, c.session_id as taken_session, c.epoch as taken_epoch
       from app.take_control($1, $2, $3, $4, $5::float8 * interval '1 millisecond') c`,
    [
      taskId,
      holder,
      actor === null ? null : keys.sealJson(taskCell(taskId, 'control_actor'), actor),
      insteadOf,
      CONTROL_LEASE_MS,
    ],
  );
  if (result === undefined) return null;
  const task = toTask(keys, result);
  const { outcome: kind, taken_session: sessionId, taken_epoch: epoch } = result;
  if (kind !== 'granted' && kind !== 'renewed') return { kind, task };
  if (sessionId === null || epoch === null) throw new Error('control was given without a session');
  if (kind === 'granted') await tellControlStarted(context, task, sessionId);
  return { kind, task, sessionId, epoch };
}

/** What the sweep of parking finds, over all tenants. */
export async function listStaleParking(
  sql: Sql,
  { mostWarm, limit }: { mostWarm: number; limit: number },
): Promise<StaleParking[]> {
  const records = await sql.query<{
    why: StaleParking['why'];
    tenant_id: string;
    mode: Mode;
    task_id: string;
    next_fence: number;
    session_id: string | null;
    provider_session_id: string | null;
  }>(`select * from app.list_stale_parking($1::float8 * interval '1 millisecond', $2, $3)`, [
    CONTROL_SILENCE_MS - CONTROL_LEASE_MS,
    mostWarm,
    limit,
  ]);
  return records.map((record) => ({
    why: record.why,
    tenantId: record.tenant_id,
    mode: record.mode,
    taskId: record.task_id,
    nextFence: record.next_fence,
    session:
      record.session_id === null
        ? null
        : { id: record.session_id, providerSessionId: record.provider_session_id },
  }));
}
