/** Parked tasks: how they get there, what people ask of them, how a run takes them up again. */
import { encodeId } from '@cfdi-live/contract';
import {
  CONTROL_LEASE_MS,
  WARM_MS,
  type Fenced,
  type ParkingStore,
  type PauseResult,
  type ResumeResult,
  type RunEnd,
  type RunRef,
  type TaskRow,
} from '@cfdi-live/domain';
import type { TenantContext } from '../tenant-context.ts';
import { pgJson } from '../text.ts';
import { tellControlEnded, tellControlStarted, type EndedControl } from './control.ts';
import { toSession, type SessionRecord } from './sessions.ts';
import { taskCell, toTask, type StoredIntervention, type TaskRecord } from './task-record.ts';
import { createTicketStore } from './tickets.ts';

export type ParkEnd = Extract<RunEnd, { on: 'need_person' | 'pause' }>;

/** Ends a run where its task waits for a person; warm where there is a place for its session. */
export async function parkRun(context: TenantContext, run: RunRef, end: ParkEnd): Promise<Fenced<TaskRow>> {
  const { sql, keys } = context;
  const { parking } = end;
  const intervention: Omit<StoredIntervention, 'since'> = {
    answerable: parking?.answerable ?? false,
    pictureArtifactId: parking?.pictureArtifactId ?? null,
    vendorMessage: parking?.vendorMessage ?? null,
  };
  const [record] = await sql.query<TaskRecord & { granted_session: string | null }>(
    `select (p.task).*, p.granted_session from app.park_run(
       $1, $2, $3, $4, $5, $6, $7, $8, $9, $10::float8 * interval '1 millisecond', $11,
       $12::float8 * interval '1 millisecond'
     ) p`,
    [
      run.taskId,
      run.runId,
      run.fence,
      end.on === 'pause' ? 'PAUSED' : 'INTERVENTION_NEEDED',
      end.on === 'pause' ? 'paused' : end.reason,
      end.until,
      pgJson(intervention),
      parking === undefined ? null : keys.sealJson(taskCell(run.taskId, 'agent_state'), parking.agentState),
      parking?.sessionId ?? null,
      WARM_MS,
      parking?.mostWarm ?? 0,
      CONTROL_LEASE_MS,
    ],
  );
  if (record === undefined) return { kind: 'lost' };
  const task = toTask(keys, record);
  tellParked(context, task, end);
  if (record.granted_session !== null) await tellControlStarted(context, task, record.granted_session);
  return { kind: 'ok', value: task };
}

function tellParked({ emit }: TenantContext, task: TaskRow, end: ParkEnd): void {
  const { id: taskId, status, intervention } = task;
  const until = end.until.toISOString();
  const park = intervention?.park ?? 'cold';
  if (end.on === 'pause') {
    emit({ type: 'task.paused', taskId, data: { status, until, park } });
    return;
  }
  const picture = intervention?.pictureArtifactId ?? null;
  emit({
    type: 'task.intervention_needed',
    taskId,
    data: {
      status,
      reason: end.reason,
      until,
      park,
      answerable: park === 'warm' && intervention?.answerable === true,
      pictureArtifactId: picture === null ? null : encodeId('artifact', picture),
    },
  });
}

export function createParkingStore(context: TenantContext): ParkingStore {
  const { sql, keys } = context;
  return {
    async pause(taskId) {
      const [result] = await sql.query<TaskRecord & { outcome: PauseResult['kind'] }>(
        'select p.outcome, (p.task).* from app.pause_task($1) p',
        [taskId],
      );
      return result === undefined ? null : { kind: result.outcome, task: toTask(keys, result) };
    },

    async resume(taskId, { by, answer }) {
      const [result] = await sql.query<
        TaskRecord & { outcome: ResumeResult['kind']; ended: EndedControl | null }
      >('select r.outcome, (r.task).*, r.ended from app.resume_task($1, $2, $3, $4) r', [
        taskId,
        by,
        answer !== null,
        answer === null ? null : keys.sealText(taskCell(taskId, 'answer'), answer),
      ]);
      if (result === undefined) return null;
      const task = toTask(keys, result);
      await tellControlEnded(context, task, result.ended, 'resumed');
      return { kind: result.outcome, task };
    },

    takeUp: (run) => takeUp(context, run),

    async adopt(run, sessionId) {
      const [result] = await sql.query<{ adopted: boolean }>(
        'select app.adopt_session($1, $2, $3, $4) as adopted',
        [run.taskId, run.runId, run.fence, sessionId],
      );
      return result?.adopted === true;
    },

    async letGo(taskId, sessionId) {
      const [result] = await sql.query<{ free: boolean }>('select app.let_go_of_session($1, $2) as free', [
        taskId,
        sessionId,
      ]);
      return result?.free === true;
    },

    async cool(taskId, { surplus }) {
      const [result] = await sql.query<TaskRecord & { ended: EndedControl | null }>(
        'select (c.task).*, c.ended from app.cool_task($1, $2) c',
        [taskId, surplus],
      );
      if (result === undefined) return false;
      await tellControlEnded(context, toTask(keys, result), result.ended, 'session_ended');
      return true;
    },

    async spareTicket(taskId, run) {
      const [result] = await sql.query<{ spared: boolean }>('select app.spare_ticket($1, $2, $3) as spared', [
        taskId,
        run?.runId ?? null,
        run?.fence ?? null,
      ]);
      return result?.spared === true ? createTicketStore(context).getForTask(taskId) : null;
    },
  };
}

type TakenUpRecord = {
  [Column in keyof SessionRecord]: SessionRecord[Column] | null;
} & {
  agent_state: Buffer | null;
  answer: Buffer | null;
  wait_ms: number;
  ended: EndedControl | null;
};

async function takeUp(context: TenantContext, run: RunRef): ReturnType<ParkingStore['takeUp']> {
  const { sql, keys } = context;
  const { taskId } = run;
  const [taken] = await sql.query<TakenUpRecord>(
    'select (u.session).*, u.agent_state, u.answer, u.wait_ms, u.ended from app.take_up_parked($1, $2, $3) u',
    [taskId, run.runId, run.fence],
  );
  if (taken === undefined) return { kind: 'lost' };
  await tellControlEnded(context, { id: taskId, status: 'RUNNING' }, taken.ended, 'resumed');
  const { agent_state: state, answer, wait_ms: waitMs } = taken;
  return {
    kind: 'ok',
    value: {
      session: taken.id === null ? null : toSession(taken as SessionRecord),
      agentState: state === null ? null : keys.openJson(taskCell(taskId, 'agent_state'), state),
      answer: answer === null ? null : keys.openText(taskCell(taskId, 'answer'), answer),
      waitMs,
    },
  };
}
