import { stepListSchema } from '@cfdi-live/contract';
import { listSteps } from '@cfdi-live/domain';
import { STEP_EXAMPLE } from '../examples.ts';
import { operation } from '../http/operation.ts';
import { problem } from '../http/problems.ts';
import { idParam, json, listQuery, pageOf, uuidOf } from '../http/schemas.ts';
import { presentPage } from '../present/common.ts';
import { presentStep } from '../present/task.ts';

export const listTaskStepsOperation = operation(
  {
    method: 'get',
    path: '/v1/tasks/{id}/steps',
    operationId: 'listTaskSteps',
    tags: ['Tasks'],
    summary: 'List the steps of a task',
    description:
      'What was done on the portal, over all runs, with placeholders instead of values. Newest first.',
    scope: 'tasks:read',
    request: { params: idParam('task'), query: listQuery },
    responses: { 200: json(stepListSchema, 'A page of steps.', pageOf(STEP_EXAMPLE)) },
    problems: ['not_found'],
  },
  async (c) => {
    const { services, principal } = c.var;
    const taskId = uuidOf('task', c.req.valid('param').id);
    const page = await listSteps(services, principal, taskId, c.req.valid('query'));
    if (page === null) return problem(c, 'not_found', { detail: 'There is no such task.' });
    return c.json(presentPage(page, presentStep), 200);
  },
);
