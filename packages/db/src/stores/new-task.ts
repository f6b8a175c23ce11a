import { newUuid } from '@cfdi-live/contract';
import type { CreateTaskResult, NewTask, RetryTaskResult, TaskRow } from '@cfdi-live/domain';
import type { TenantContext } from '../tenant-context.ts';
import { pgJson } from '../text.ts';
import { taskCell } from './task-record.ts';

/** What `app.create_task` and `app.retry_task` answer: the columns beside `outcome` belong to one outcome each. */
interface Answer<Outcome> {
  outcome: Outcome;
  other_task: string | null;
  ticket: string | null;
  created: Date | null;
  exceeded: 'tenant' | 'profile' | null;
  retry_after: number | null;
}

const CREATE_TASK = `select * from app.create_task(
  $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
  $19, $20)`;

/** Ticket's row, quotas, task and its first event. The task is given back from what is known of it, not read again. */
export async function createTask(context: TenantContext, task: NewTask): Promise<CreateTaskResult> {
  const [answer] = await context.sql.query<Answer<CreateTaskResult['kind']>>(
    CREATE_TASK,
    valuesOf(context, task),
  );
  if (answer === undefined) throw new Error('create_task answered nothing');
  return resultOf(context, task, answer, { retryOf: null, retryCount: 0 });
}

const RETRY_TASK = `select * from app.retry_task(
  $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
  $19, $20, $21)`;

/** The same for the ticket of the task `of`. */
export async function retryTask(context: TenantContext, of: string, task: NewTask): Promise<RetryTaskResult> {
  const [answer] = await context.sql.query<Answer<RetryTaskResult['kind']> & { retries: number | null }>(
    RETRY_TASK,
    [of, ...valuesOf(context, task)],
  );
  if (answer === undefined) throw new Error('retry_task answered nothing');
  const { outcome } = answer;
  if (outcome === 'not_found' || outcome === 'not_ended' || outcome === 'retried_too_often')
    return { kind: outcome };
  if (outcome === 'retried') return { kind: outcome, taskId: present(answer.other_task) };
  return resultOf(context, task, { ...answer, outcome }, { retryOf: of, retryCount: answer.retries ?? 0 });
}

function valuesOf({ keys }: TenantContext, task: NewTask): unknown[] {
  return [
    task.id,
    task.externalId,
    newUuid(),
    keys.index('ticket', task.ticketIdentity),
    task.vendorRule === null ? null : keys.index('ticket', task.vendorRule.generalIdentity),
    task.vendorRule?.name ?? null,
    task.vendorUrl,
    task.vendorHost,
    task.vendorId,
    keys.sealJson(taskCell(task.id, 'ticket_details'), task.ticket),
    keys.sealJson(taskCell(task.id, 'profile_snapshot'), task.profile),
    keys.index('rfc', task.profile.rfc),
    task.profileId,
    task.priority,
    task.notBefore,
    task.deadline,
    pgJson(task.metadata),
    pgJson(task.options),
    pgJson(task.warnings),
    task.createdBy,
  ];
}

async function resultOf(
  context: TenantContext,
  task: NewTask,
  answer: Answer<CreateTaskResult['kind']>,
  retry: Pick<TaskRow, 'retryOf' | 'retryCount'>,
): Promise<CreateTaskResult> {
  const { sql, emit } = context;
  if (answer.outcome === 'quota_exceeded') {
    return {
      kind: 'quota_exceeded',
      whose: present(answer.exceeded),
      retryAfterSeconds: present(answer.retry_after),
    };
  }
  if (answer.outcome !== 'created') return { kind: answer.outcome, taskId: present(answer.other_task) };
  // Few portals ask for a login, so this is a statement of its own.
  if (task.credentialId !== null) {
    await sql.query(
      `update public.automation_tasks set credential_id =
         (select c.id from public.user_vendor_credentials c where c.id = $2 for key share) where id = $1`,
      [task.id, task.credentialId],
    );
  }
  emit({ type: 'task.created', taskId: task.id, data: { status: 'PENDING' } });
  const row = newTaskRow(context, task, present(answer.ticket), present(answer.created));
  return { kind: 'created', task: { ...row, ...retry } };
}

function newTaskRow(
  { scope }: TenantContext,
  task: NewTask,
  ticketId: string,
  createdAt: Date,
): Omit<TaskRow, 'retryOf' | 'retryCount'> {
  return {
    id: task.id,
    tenantId: scope.tenantId,
    mode: scope.mode,
    externalId: task.externalId,
    status: 'PENDING',
    vendorUrl: task.vendorUrl,
    vendorId: task.vendorId,
    ticket: task.ticket,
    profile: task.profile,
    erasedAt: null,
    profileId: task.profileId,
    credentialId: task.credentialId,
    ticketId,
    priority: task.priority,
    attempt: 0,
    fence: 0,
    runId: null,
    cancelRequestedAt: null,
    pauseRequestedAt: null,
    intervention: null,
    control: null,
    notBefore: task.notBefore,
    deadline: task.deadline,
    metadata: task.metadata,
    options: task.options,
    cfdi: null,
    failure: null,
    warnings: task.warnings,
    createdAt,
    updatedAt: createdAt,
    startedAt: null,
    finishedAt: null,
  };
}

function present<T>(value: T | null): T {
  if (value === null) throw new Error('create_task left out what its outcome promises');
  return value;
}
