import { taskSchema } from '@cfdi-live/contract';
import { pauseTask } from '@cfdi-live/domain';
import { RUNNING_EXAMPLE } from '../examples-parking.ts';
import { operation } from '../http/operation.ts';
import { problem } from '../http/problems.ts';
import { idParam, json, uuidOf } from '../http/schemas.ts';
import { presentTask } from '../present/task.ts';

export const pauseTaskOperation = operation(
  {
    method: 'post',
    path: '/v1/tasks/{id}/pause',
    operationId: 'pauseTask',
    tags: ['Tasks'],
    summary: 'Pause a task',
    description:
      'Asks a task at work to stop at the next safe point, never while the portal is issuing: `task.paused` tells that it did. It waits for `resume` as long as for any person (`interventionTimeoutSeconds`). A task that still waits for a browser has nothing to pause: that is 409. Asking again changes nothing.',
    scope: 'tasks:write',
    liveToken: 'control',
    request: { params: idParam('task') },
    responses: {
      202: json(taskSchema, 'The task, paused or asked to pause.', {
        ...RUNNING_EXAMPLE,
        pauseRequested: true,
      }),
    },
    problems: ['not_found', 'task_state_conflict'],
  },
  async (c) => {
    const { services, principal } = c.var;
    const outcome = await pauseTask(services, principal, uuidOf('task', c.req.valid('param').id));
    switch (outcome.kind) {
      case 'not_found':
        return problem(c, 'not_found', { detail: 'There is no such task.' });
      case 'conflict':
        return problem(c, 'task_state_conflict', {
          detail: `A task that is ${outcome.task.status} has nothing to pause.`,
        });
      case 'requested':
      case 'paused':
        return c.json(presentTask(outcome.task), 202);
    }
  },
);
