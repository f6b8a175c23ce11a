import { taskSchema } from '@cfdi-live/contract';
import { getTask } from '@cfdi-live/domain';
import { TASK_EXAMPLE } from '../examples.ts';
import { operation } from '../http/operation.ts';
import { problem } from '../http/problems.ts';
import { idParam, json, uuidOf } from '../http/schemas.ts';
import { presentTask } from '../present/task.ts';

export const getTaskOperation = operation(
  {
    method: 'get',
    path: '/v1/tasks/{id}',
    operationId: 'getTask',
    tags: ['Tasks'],
    summary: 'Get a task',
    description: 'The task as it stands, with its invoice once that is proven, or why there is none.',
    scope: 'tasks:read',
    liveToken: 'view',
    request: { params: idParam('task') },
    responses: { 200: json(taskSchema, 'The task.', TASK_EXAMPLE) },
    problems: ['not_found'],
  },
  async (c) => {
    const { services, principal } = c.var;
    const task = await getTask(services, principal, uuidOf('task', c.req.valid('param').id));
    if (task === null) return problem(c, 'not_found', { detail: 'There is no such task.' });
    return c.json(presentTask(task), 200);
  },
);
