import { encodeId, type ListQuery, type PlannerName, type StepType } from '@cfdi-live/contract';
import type { Fenced, Page, RunRef, StepRow, TaskSpending } from '@cfdi-live/domain';
import { listPage } from '../paging.ts';
import type { Sql } from '../pool.ts';
import type { TenantContext } from '../tenant-context.ts';
import { pgText } from '../text.ts';

interface StepRecord {
  id: string;
  run_id: string;
  index: number;
  step_type: StepType;
  summary: string;
  planner: PlannerName;
  confidence: number | null;
  duration_ms: number;
  tokens: number;
  cost_usd: string;
  screenshot_artifact_id: string | null;
  created_at: Date;
}

/** Adds a step of a run that still holds its fence, and notes `task.step`. */
export async function addStep(
  { sql, emit }: TenantContext,
  run: RunRef,
  step: Omit<StepRow, 'createdAt' | 'runId'>,
): Promise<Fenced<void>> {
  const summary = pgText(step.summary);
  const [result] = await sql.query<{ held: boolean }>(
    'select app.add_step($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) as held',
    [
      run.taskId,
      run.runId,
      run.fence,
      step.id,
      step.index,
      step.type,
      summary,
      step.planner,
      step.confidence,
      Math.round(step.durationMs),
      step.tokens,
      step.costUsd,
      step.screenshotArtifactId,
    ],
  );
  if (result?.held !== true) return { kind: 'lost' };
  emit({
    type: 'task.step',
    taskId: run.taskId,
    data: {
      runId: encodeId('run', run.runId),
      index: step.index,
      type: step.type,
      summary,
      planner: step.planner,
      durationMs: Math.round(step.durationMs),
    },
  });
  return { kind: 'ok', value: undefined };
}

export function listSteps({ sql }: TenantContext, taskId: string, query: ListQuery): Promise<Page<StepRow>> {
  return listPage<StepRecord, StepRow>(sql, {
    select: 'select * from public.task_steps',
    where: [{ sql: 'task_id = ?', value: taskId }],
    query,
    toRow: (record) => ({
      id: record.id,
      runId: record.run_id,
      index: record.index,
      type: record.step_type,
      summary: record.summary,
      planner: record.planner,
      confidence: record.confidence,
      durationMs: record.duration_ms,
      tokens: record.tokens,
      costUsd: Number(record.cost_usd),
      screenshotArtifactId: record.screenshot_artifact_id,
      createdAt: record.created_at,
    }),
  });
}

export async function spentBy(sql: Sql, taskId: string): Promise<TaskSpending> {
  const [sum] = await sql.query<{ tokens: number; cost_usd: number }>(
    `select coalesce(sum(tokens), 0)::float8 as tokens, coalesce(sum(cost_usd), 0)::float8 as cost_usd
       from public.task_steps where task_id = $1`,
    [taskId],
  );
  return { tokens: sum?.tokens ?? 0, costUsd: sum?.cost_usd ?? 0 };
}
