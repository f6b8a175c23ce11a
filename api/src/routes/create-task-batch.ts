import { createTaskBatchSchema, taskBatchSchema, type CreateTask, type TaskBatch } from '@cfdi-live/contract';
import { RequestSettled } from '@cfdi-live/db';
import { createTask } from '@cfdi-live/domain';
import type { Context } from 'hono';
import type { ApiEnv } from '../deps.ts';
import { CREATE_TASK_EXAMPLE, TASK_EXAMPLE } from '../examples.ts';
import { describeError } from '../http/describe-error.ts';
import { isUnavailable } from '../http/errors.ts';
import { hintAdmission } from '../http/hints.ts';
import { operation } from '../http/operation.ts';
import { problemBody } from '../http/problems.ts';
import { json, jsonBody } from '../http/schemas.ts';
import { taskInput } from '../http/task-body.ts';
import { presentTask } from '../present/task.ts';
import { describeRefusal } from '../present/task-refusal.ts';

type BatchResult = TaskBatch['data'][number];

export const createTaskBatchOperation = operation(
  {
    method: 'post',
    path: '/v1/tasks/batch',
    operationId: 'createTaskBatch',
    tags: ['Tasks'],
    summary: 'Create up to 100 tasks',
    description:
      'Each task is made or refused for itself, with what it alone would have been answered: `status` and `task` or `problem`. The answer is 200 whatever became of them. A body that does not fit the schema is refused as a whole, and nothing is made. An `Idempotency-Key` stands for the batch: sent again, it gets the same results.',
    scope: 'tasks:write',
    request: { body: jsonBody(createTaskBatchSchema, { tasks: [CREATE_TASK_EXAMPLE] }) },
    responses: {
      200: json(taskBatchSchema, 'A result for each task.', {
        data: [{ index: 0, status: 201, task: TASK_EXAMPLE }],
      }),
    },
    problems: [],
  },
  async (c) => {
    const { services, requestId } = c.var;
    const data: BatchResult[] = [];
    // One after the other: of two for the same ticket, the first one gets it.
    for (const [index, task] of c.req.valid('json').tasks.entries()) {
      data.push({ index, ...(await createOne(c, task)) });
    }
    if (data.some(({ status }) => status === 201)) hintAdmission(services, requestId);
    return c.json({ data }, 200);
  },
);

type OneResult = BatchResult extends infer Result
  ? Result extends unknown
    ? Omit<Result, 'index'>
    : never
  : never;

async function createOne(c: Context<ApiEnv>, task: CreateTask): Promise<OneResult> {
  const { services, principal, requestId } = c.var;
  try {
    const { database } = services;
    // Its tasks share a transaction among themselves where they have a key, and none with other requests.
    const own = { ...services, database: { ...database, withTenantShared: database.withTenant } };
    const outcome = await createTask(own, principal, taskInput(task));
    if (outcome.kind === 'created') return { status: 201, task: presentTask(outcome.task) };
    const { code, parts } = describeRefusal(outcome);
    const problem = problemBody(c, code, parts);
    return { status: problem.status, problem };
  } catch (error) {
    // What is no matter of this one task ends the request.
    if (error instanceof RequestSettled || isUnavailable(error)) throw error;
    services.log.error({ requestId, error: describeError(error) }, 'task of a batch failed');
    const problem = problemBody(c, 'internal', {
      detail: 'The error was logged. Name the request id when you report it.',
    });
    return { status: problem.status, problem };
  }
}
