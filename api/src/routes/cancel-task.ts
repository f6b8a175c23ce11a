import { taskSchema } from '@cfdi-live/contract';
import { cancelTask } from '@cfdi-live/domain';
import { TASK_EXAMPLE } from '../examples.ts';
import { hintAdmission } from '../http/hints.ts';
import { operation } from '../http/operation.ts';
import { problem } from '../http/problems.ts';
import { idParam, json, uuidOf } from '../http/schemas.ts';
import { presentTask } from '../present/task.ts';

export const cancelTaskOperation = operation(
  {
    method: 'post',
    path: '/v1/tasks/{id}/cancel',
    operationId: 'cancelTask',
    tags: ['Tasks'],
    summary: 'Cancel a task',
    description:
      'A waiting task ends at once. A running one is asked to stop (`cancelRequested`) and does so where it is safe: if the invoice is issued meanwhile, the task completes with it. Asking again changes nothing.',
    scope: 'tasks:write',
    request: { params: idParam('task') },
    responses: {
      202: json(taskSchema, 'The task, cancelled or asked to stop.', {
        ...TASK_EXAMPLE,
        status: 'RUNNING',
        cancelRequested: true,
      }),
    },
    problems: ['not_found', 'task_state_conflict'],
  },
  async (c) => {
    const { services, principal, requestId } = c.var;
    const outcome = await cancelTask(services, principal, uuidOf('task', c.req.valid('param').id));
    if (outcome.kind === 'not_found') return problem(c, 'not_found', { detail: 'There is no such task.' });
    if (outcome.kind === 'ended_otherwise') {
      return problem(c, 'task_state_conflict', { detail: `The task has ended as ${outcome.task.status}.` });
    }
    if (outcome.kind === 'cancelled') hintAdmission(services, requestId);
    return c.json(presentTask(outcome.task), 202);
  },
);
