import { encodeId, type Failure, type TaskStatus } from '@cfdi-live/contract';
import { nextStatus, type Fenced, type RunEnd, type RunRef, type TaskRow } from '@cfdi-live/domain';
import type { TenantContext } from '../tenant-context.ts';
import { pgJson } from '../text.ts';
import { parkRun, type ParkEnd } from './parking.ts';
import { taskCell, toTask, type TaskRecord } from './task-record.ts';

/** Ends a run that still holds its fence, and notes the event. */
export async function endRun(context: TenantContext, run: RunRef, end: RunEnd): Promise<Fenced<TaskRow>> {
  const { sql, keys } = context;
  if (end.on === 'need_person' || end.on === 'pause') return parkRun(context, run, end);
  const status = nextStatus('RUNNING', end.on);
  if (status === null) throw new Error(`a run does not end by ${end.on}`);
  const burnsAttempt = end.on === 'fail' || (end.on === 'reschedule' && end.burnAttempt);
  const cfdi = end.on === 'complete' ? keys.sealJson(taskCell(run.taskId, 'cfdi'), end.cfdi) : null;
  const [record] = await sql.query<TaskRecord>(
    'select * from app.end_run($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)',
    [
      run.taskId,
      run.runId,
      run.fence,
      status,
      burnsAttempt,
      'failure' in end ? pgJson(end.failure) : null,
      cfdi,
      end.on === 'reschedule' ? end.notBefore : null,
      'until' in end ? end.reason : null,
      'until' in end ? end.until : null,
    ],
  );
  if (record === undefined) return { kind: 'lost' };
  if (end.on === 'await_delivery') {
    await sql.query('update public.automation_tasks set ask_portal_at = $2 where id = $1', [
      run.taskId,
      end.askAt ?? null,
    ]);
  }
  if (end.on === 'release' && end.sessionId !== undefined) {
    await sql.query(
      `update public.browser_sessions set status = 'paused' where id = $1 and task_id = $2 and status = 'active'`,
      [end.sessionId, run.taskId],
    );
  }
  if (end.on === 'reschedule' && end.lostRuns !== undefined) await keepLostRuns(context, run, end.lostRuns);
  emitEnd(context, run.taskId, end, status);
  return { kind: 'ok', value: toTask(keys, record) };
}

/** The count ended with the run's state; this run tried nothing, so it goes on. */
async function keepLostRuns(
  { sql }: TenantContext,
  { taskId }: RunRef,
  { lost, waited }: { lost: number; waited: number },
): Promise<void> {
  if (lost === 0) return;
  await sql.query('update public.automation_tasks set lost_runs = $2, lost_runs_waited = $3 where id = $1', [
    taskId,
    lost,
    waited,
  ]);
}

function emitEnd(
  { emit }: TenantContext,
  taskId: string,
  end: Exclude<RunEnd, ParkEnd>,
  status: TaskStatus,
): void {
  switch (end.on) {
    case 'complete': {
      const { uuid, total, emisorRfc, emisorName } = end.cfdi;
      emit({
        type: 'task.completed',
        taskId,
        data: { status, cfdi: { uuid, total, emisorRfc, emisorName } },
      });
      break;
    }
    case 'fail':
      emit({ type: 'task.failed', taskId, data: { status, failure: publicFailure(end.failure) } });
      break;
    case 'cancel':
      emit({ type: 'task.cancelled', taskId, data: { status } });
      break;
    case 'reschedule':
      emit({
        type: 'task.rescheduled',
        taskId,
        data: { status, notBefore: end.notBefore.toISOString(), reason: end.reason },
      });
      break;
    case 'release':
      emit({ type: 'task.queued', taskId, data: { status } });
      break;
    case 'await_delivery':
      emit({ type: 'task.awaiting_delivery', taskId, data: { status, reason: end.reason } });
      break;
  }
}

/** A row's failure names its evidence by a bare UUID, the wire by a public id. */
function publicFailure(failure: Failure): Failure {
  const evidence = failure.evidenceArtifactId;
  return { ...failure, evidenceArtifactId: evidence === null ? null : encodeId('artifact', evidence) };
}
