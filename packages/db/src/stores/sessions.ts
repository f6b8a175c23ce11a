import { encodeId } from '@cfdi-live/contract';
import type { SessionRow, SessionStatus, SessionStore, TaskSession } from '@cfdi-live/domain';
import type { TenantContext } from '../tenant-context.ts';

export interface SessionRecord {
  id: string;
  task_id: string;
  run_id: string;
  status: SessionStatus;
  browserbase_session_id: string | null;
  created_at: Date;
}

export function toSession(record: SessionRecord): SessionRow {
  return {
    id: record.id,
    taskId: record.task_id,
    runId: record.run_id,
    status: record.status,
    providerSessionId: record.browserbase_session_id,
    createdAt: record.created_at,
  };
}

interface TaskSessionRecord extends Omit<SessionRecord, 'browserbase_session_id'> {
  provider: string;
  terminated_at: Date | null;
}

function toTaskSession(record: TaskSessionRecord): TaskSession {
  return {
    id: record.id,
    taskId: record.task_id,
    runId: record.run_id,
    status: record.status,
    provider: record.provider,
    startedAt: record.created_at,
    endedAt: record.terminated_at,
  };
}

export function createSessionStore({ sql, emit }: TenantContext): SessionStore {
  return {
    async open(run, { id }) {
      const [result] = await sql.query<{ held: boolean }>('select app.open_session($1, $2, $3, $4) as held', [
        run.taskId,
        run.runId,
        run.fence,
        id,
      ]);
      return result?.held === true ? { kind: 'ok', value: undefined } : { kind: 'lost' };
    },
    async activate(id, providerSessionId) {
      const [session] = await sql.query<{ task_id: string }>(
        `update public.browser_sessions set status = 'active', browserbase_session_id = $2
          where id = $1 and status = 'starting' returning task_id`,
        [id, providerSessionId],
      );
      if (session === undefined) return;
      emit({
        type: 'session.started',
        taskId: session.task_id,
        data: { sessionId: encodeId('session', id) },
      });
    },
    async terminate(id) {
      const [session] = await sql.query<{ task_id: string; started: boolean }>(
        `update public.browser_sessions set status = 'terminated', terminated_at = app.now()
          where id = $1 and status <> 'terminated'
          returning task_id, browserbase_session_id is not null as started`,
        [id],
      );
      // One that never started has no end to tell of.
      if (session?.started !== true) return;
      emit({ type: 'session.ended', taskId: session.task_id, data: { sessionId: encodeId('session', id) } });
    },
    async last(taskId) {
      const [record] = await sql.query<TaskSessionRecord>(
        `select id, task_id, run_id, status, provider, created_at, terminated_at from public.browser_sessions
          where task_id = $1 order by (status <> 'terminated') desc, id desc limit 1`,
        [taskId],
      );
      return record === undefined ? null : toTaskSession(record);
    },
    async listOpen(taskId) {
      const records = await sql.query<SessionRecord>(
        `select * from public.browser_sessions where task_id = $1 and status <> 'terminated' order by id`,
        [taskId],
      );
      return records.map(toSession);
    },
    async listMaybeRunning(taskId) {
      const records = await sql.query<SessionRecord>(
        `select * from public.browser_sessions
          where task_id = $1 and (status <> 'terminated' or terminated_at > app.now() - interval '1 minute') order by id`,
        [taskId],
      );
      return records.map(toSession);
    },
  };
}
