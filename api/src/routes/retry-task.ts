import { encodeId, retryTaskSchema, taskSchema } from '@cfdi-live/contract';
import { retryTask } from '@cfdi-live/domain';
import { TASK_EXAMPLE } from '../examples.ts';
import { hintAdmission } from '../http/hints.ts';
import { operation } from '../http/operation.ts';
import { problem } from '../http/problems.ts';
import { idParam, json, jsonBody, uuidOf } from '../http/schemas.ts';
import { presentTask } from '../present/task.ts';
import { describeRefusal, TASK_REFUSAL_CODES } from '../present/task-refusal.ts';

export const retryTaskOperation = operation(
  {
    method: 'post',
    path: '/v1/tasks/{id}/retry',
    operationId: 'retryTask',
    tags: ['Tasks'],
    summary: 'Retry a task',
    description:
      'Asks once more for the invoice of a task that failed or was cancelled: a new task (`retryOf`) for the same ticket, with the values that you correct and all else as it was. Without a profile it takes the values that the task was made with; name its `profileId` to take the profile as it stands now. While the ticket is in doubt, or is being invoiced, or has been, this is refused. A task is retried once, its retry in turn, five times in a row at most. `externalId` stays with the first task.',
    scope: 'tasks:write',
    request: {
      params: idParam('task'),
      body: jsonBody(retryTaskSchema, {
        ticketData: { amount: 1160, date: '2026-11-20', concept: 'Consumo', folio: 'A-10298' },
      }),
    },
    responses: {
      201: json(taskSchema, 'The new task, waiting for a browser.', {
        ...TASK_EXAMPLE,
        id: 'task_01kaf4b2m0e8sb9c1m5r7t2wxz',
        retryOf: TASK_EXAMPLE.id,
        retryCount: 1,
      }),
    },
    problems: [...TASK_REFUSAL_CODES, 'task_state_conflict'],
  },
  async (c) => {
    const { services, principal, requestId } = c.var;
    const { profileId, ...body } = c.req.valid('json');
    const outcome = await retryTask(services, principal, {
      ...body,
      taskId: uuidOf('task', c.req.valid('param').id),
      profileId: profileId === undefined ? undefined : uuidOf('profile', profileId),
    });
    if (outcome.kind === 'created') {
      hintAdmission(services, requestId);
      const task = presentTask(outcome.task);
      return c.json(task, 201, { location: `/v1/tasks/${task.id}` });
    }
    if (outcome.kind === 'not_found') return problem(c, 'not_found', { detail: 'There is no such task.' });
    if (outcome.kind === 'not_ended') {
      const detail = 'Only a task that failed or was cancelled can be retried.';
      return problem(c, 'task_state_conflict', { detail });
    }
    if (outcome.kind === 'retried') {
      return problem(c, 'task_state_conflict', {
        detail: 'This task has been retried, and its retry has ended too. Retry that one.',
        taskId: encodeId('task', outcome.taskId),
      });
    }
    if (outcome.kind === 'retried_too_often') {
      return problem(c, 'task_state_conflict', { detail: 'Five retries lie behind this task already.' });
    }
    const { code, parts } = describeRefusal(outcome);
    return problem(c, code, parts);
  },
);
