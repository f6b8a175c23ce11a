import type { Failure } from '@cfdi-live/contract';
import { isTerminal, type TaskFilter, type TaskRow, type TaskStore } from '@cfdi-live/domain';
import { listPage } from '../paging.ts';
import type { TenantContext } from '../tenant-context.ts';
import { pgJson } from '../text.ts';
import { createTask, retryTask } from './new-task.ts';
import { endRun } from './run-end.ts';
import { addStep, listSteps, spentBy } from './steps.ts';
import { toTask, type TaskRecord } from './task-record.ts';

export function createTaskStore(context: TenantContext): TaskStore {
  const { sql, keys } = context;
  return {
    create: (task) => createTask(context, task),
    retry: (of, task) => retryTask(context, of, task),
    async get(id) {
      const [record] = await sql.query<TaskRecord>('select * from public.automation_tasks where id = $1', [
        id,
      ]);
      return record === undefined ? null : toTask(keys, record);
    },
    list: (query) =>
      listPage<TaskRecord, TaskRow>(sql, {
        select: 'select * from public.automation_tasks',
        where: conditionsOf(query),
        query,
        toRow: (record) => toTask(keys, record),
      }),
    cancel: (id, failure) => cancelTask(context, id, failure),
    endRun: (run, end) => endRun(context, run, end),
    addStep: (run, step) => addStep(context, run, step),
    spent: (taskId) => spentBy(sql, taskId),
    listSteps: (taskId, query) => listSteps(context, taskId, query),
  };
}

/** Every operator is one that row-level security lets an index be used for. */
function conditionsOf(filter: TaskFilter): { sql: string; value: unknown }[] {
  const { status, externalId, vendorId, profileId, createdAfter, createdBefore, metadata } = filter;
  const { failureCode, deadLetter } = filter;
  // Rows know the time more finely than the wire, where one is not after itself.
  const from = createdAfter === undefined ? undefined : new Date(Date.parse(createdAfter) + 1);
  // Ids sort by time: a list that is cut by age need not be gone through to its end.
  const firstId = from === undefined ? undefined : earliestUuid(from.getTime() - SKEW_MS);
  const isLive = status?.every((one) => !isTerminal(one)) === true;
  return [
    // What says it in the index's own words lets the few live ones be found among the many.
    {
      sql: `status = any (?)${isLive ? ` and status not in ('COMPLETED', 'FAILED', 'CANCELLED')` : ''}`,
      value: status,
    },
    { sql: 'external_id = ?', value: externalId },
    { sql: 'vendor_id = ?', value: vendorId },
    { sql: 'profile_id = ?', value: profileId },
    { sql: `failure ->> 'code' = any (?)`, value: failureCode },
    { sql: 'id in (select d.task_id from app.dead_letters d where ?)', value: deadLetter },
    { sql: 'created_at >= ?', value: from },
    { sql: 'id >= ?', value: firstId },
    { sql: 'created_at < ?', value: createdBefore },
    ...Object.entries(metadata ?? {}).map((pair) => ({ sql: HAS_PAIR, value: pair })),
  ].filter(({ value }) => value !== undefined);
}

const HAS_PAIR = `id in (
  select m.task_id from public.task_metadata m, (select ?::text[] as wanted) p
   where m.key = p.wanted[1] and m.value = p.wanted[2])`;

/** Between the process that makes an id and the database that makes the row. */
const SKEW_MS = 3_600_000;

/** The least UUIDv7 of a time. */
function earliestUuid(unixMs: number): string {
  const hex = Math.max(unixMs, 0).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}

type CancelResult = Awaited<ReturnType<TaskStore['cancel']>>;

async function cancelTask(context: TenantContext, id: string, failure: Failure): Promise<CancelResult> {
  const { sql, keys, emit } = context;
  const [result] = await sql.query<
    TaskRecord & { outcome: 'cancelled' | 'requested' | 'requested_again' | 'terminal' }
  >('select c.outcome, (c.task).* from app.cancel_task($1, $2) c', [id, pgJson(failure)]);
  if (result === undefined) return null;
  const task = toTask(keys, result);
  if (result.outcome === 'cancelled') {
    emit({ type: 'task.cancelled', taskId: id, data: { status: 'CANCELLED' } });
  } else if (result.outcome === 'requested') {
    emit({ type: 'task.cancel_requested', taskId: id, data: { status: task.status } });
  }
  return { kind: result.outcome === 'requested_again' ? 'requested' : result.outcome, task };
}
