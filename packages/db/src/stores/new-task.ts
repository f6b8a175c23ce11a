import { newUuid } from '@cfdi-live/contract';
import type { CreateTaskResult, NewTask, RetryTaskResult, TaskRow } from '@cfdi-live/domain';
import { RequestKnown } from '../errors.ts';
import type { TenantContext } from '../tenant-context.ts';
import { pgJson } from '../text.ts';
import { jsonBytes, type CreateOutcome, type MadeTask, type WantedTask } from '../wanted-tasks.ts';
import { taskCell } from './task-record.ts';

/** Ticket's row, quotas, task and its first event. The task is given back from what is known of it, not read again. */
export async function createTask(context: TenantContext, task: NewTask): Promise<CreateTaskResult> {
  const made = await context.makeTask(wantedTask(context, task));
  return resultOf(context, task, made, { retryOf: null, retryCount: 0 });
}

type RetryOutcome = CreateOutcome | Exclude<RetryTaskResult['kind'], CreateTaskResult['kind']>;

/** The same for the ticket of the task `of`. */
export async function retryTask(context: TenantContext, of: string, task: NewTask): Promise<RetryTaskResult> {
  const [made] = await context.sql.query<MadeTask<RetryOutcome> & { retries: number | null }>(
    'select (r.made).*, r.retries from app.make_retry($1, $2) r',
    [of, pgJson(wantedTask(context, task))],
  );
  if (made === undefined) throw new Error('make_retry answered nothing');
  const { outcome } = made;
  if (outcome === 'not_found' || outcome === 'not_ended' || outcome === 'retried_too_often')
    return { kind: outcome };
  if (outcome === 'retried') return { kind: outcome, taskId: present(made.other_task) };
  return resultOf(context, task, { ...made, outcome }, { retryOf: of, retryCount: made.retries ?? 0 });
}

function wantedTask({ keys, requestKey }: TenantContext, task: NewTask): WantedTask {
  const { vendorRule } = task;
  return {
    id: task.id,
    request_key: requestKey,
    external_id: task.externalId,
    ticket_id: newUuid(),
    ticket_key: jsonBytes(keys.index('ticket', task.ticketIdentity)),
    general_key: vendorRule === null ? null : jsonBytes(keys.index('ticket', vendorRule.generalIdentity)),
    key_rule: vendorRule?.name ?? null,
    vendor_url: task.vendorUrl,
    vendor_host: task.vendorHost,
    vendor_id: task.vendorId,
    ticket_details: jsonBytes(keys.sealJson(taskCell(task.id, 'ticket_details'), task.ticket)),
    profile_snapshot: jsonBytes(keys.sealJson(taskCell(task.id, 'profile_snapshot'), task.profile)),
    profile_index: jsonBytes(keys.index('rfc', task.profile.rfc)),
    profile_id: task.profileId,
    credential_id: task.credentialId,
    priority: task.priority,
    not_before: task.notBefore,
    deadline: task.deadline,
    metadata: task.metadata,
    options: task.options,
    warnings: task.warnings,
    created_by: task.createdBy,
  };
}

function resultOf(
  context: TenantContext,
  task: NewTask,
  made: MadeTask,
  retry: Pick<TaskRow, 'retryOf' | 'retryCount'>,
): CreateTaskResult {
  const { outcome } = made;
  switch (outcome) {
    case 'created': {
      context.emit({ type: 'task.created', taskId: task.id, data: { status: 'PENDING' } });
      const row = newTaskRow(context, task, present(made.ticket), present(made.created));
      return { kind: 'created', task: { ...row, ...retry } };
    }
    case 'quota_exceeded': {
      const { exceeded, retry_after: seconds } = made;
      return { kind: outcome, whose: present(exceeded), retryAfterSeconds: present(seconds) };
    }
    case 'key_in_use':
    case 'key_answered':
      throw new RequestKnown(outcome);
    case 'duplicate_ticket':
    case 'ticket_in_doubt':
    case 'external_id_taken':
      return { kind: outcome, taskId: present(made.other_task) };
  }
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
    lostRuns: 0,
    lostRunsWaited: 0,
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
  if (value === null) throw new Error('make_tasks left out what its outcome promises');
  return value;
}
