import type { Failure } from '@cfdi-live/contract';
import type { TaskRow, TaskStore } from '@cfdi-live/domain';
import { listPage } from '../paging.ts';
import type { TenantContext } from '../tenant-context.ts';
import { pgJson } from '../text.ts';
import { createTask } from './new-task.ts';
import { endRun } from './run-end.ts';
import { addStep, listSteps } from './steps.ts';
import { toTask, type TaskRecord } from './task-record.ts';

export function createTaskStore(context: TenantContext): TaskStore {
  const { sql, keys } = context;
  return {
    create: (task) => createTask(context, task),
    async get(id) {
      const [record] = await sql.query<TaskRecord>('select * from public.automation_tasks where id = $1', [
        id,
      ]);
      return record === undefined ? null : toTask(keys, record);
    },
    list: (query) =>
      listPage<TaskRecord, TaskRow>(sql, {
        select: 'select * from public.automation_tasks',
        where: [
          { sql: 'status = ?', value: query.status },
          { sql: 'external_id = ?', value: query.externalId },
          { sql: 'created_at > ?', value: query.createdAfter },
        ].filter(({ value }) => value !== undefined),
        query,
        toRow: (record) => toTask(keys, record),
      }),
    cancel: (id, failure) => cancelTask(context, id, failure),
    endRun: (run, end) => endRun(context, run, end),
    addStep: (run, step) => addStep(context, run, step),
    listSteps: (taskId, query) => listSteps(context, taskId, query),
  };
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
