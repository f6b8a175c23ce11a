import { taskListSchema } from '@cfdi-live/contract';
import { listTasks } from '@cfdi-live/domain';
import { metadataOf } from '../http/metadata-filter.ts';
import { TASK_EXAMPLE } from '../examples.ts';
import { operation } from '../http/operation.ts';
import { json, pageOf, taskListQuery, uuidOf } from '../http/schemas.ts';
import { presentPage } from '../present/common.ts';
import { presentTask } from '../present/task.ts';

export const listTasksOperation = operation(
  {
    method: 'get',
    path: '/v1/tasks',
    operationId: 'listTasks',
    tags: ['Tasks'],
    summary: 'List tasks',
    description:
      'Newest first. What is given must all hold: a state, a profile, pairs of metadata. `deadLetter=true` lists what is worth a retry.',
    scope: 'tasks:read',
    request: { query: taskListQuery },
    responses: { 200: json(taskListSchema, 'A page of tasks.', pageOf(TASK_EXAMPLE)) },
    problems: [],
  },
  async (c) => {
    const { services, principal } = c.var;
    const { vendorId, profileId, deadLetter, ...query } = c.req.valid('query');
    const page = await listTasks(services, principal, {
      ...query,
      vendorId: vendorId === undefined ? undefined : uuidOf('vendor', vendorId),
      profileId: profileId === undefined ? undefined : uuidOf('profile', profileId),
      deadLetter: deadLetter === undefined ? undefined : true,
      metadata: metadataOf(query),
    });
    return c.json(presentPage(page, presentTask), 200);
  },
);
