import { taskListSchema } from '@cfdi-live/contract';
import { listTasks } from '@cfdi-live/domain';
import { operation } from '../http/operation.ts';
import { json, taskListQuery } from '../http/schemas.ts';
import { presentPage } from '../present/common.ts';
import { presentTask } from '../present/task.ts';

export const listTasksOperation = operation(
  {
    method: 'get',
    path: '/v1/tasks',
    operationId: 'listTasks',
    tags: ['Tasks'],
    summary: 'List tasks',
    description: 'Newest first.',
    scope: 'tasks:read',
    request: { query: taskListQuery },
    responses: { 200: json(taskListSchema, 'A page of tasks.') },
    problems: [],
  },
  async (c) => {
    const { services, principal } = c.var;
    const page = await listTasks(services, principal, c.req.valid('query'));
    return c.json(presentPage(page, presentTask), 200);
  },
);
