import { sessionSchema } from '@cfdi-live/contract';
import { getSession } from '@cfdi-live/domain';
import { operation } from '../http/operation.ts';
import { problem } from '../http/problems.ts';
import { idParam, json, uuidOf } from '../http/schemas.ts';
import { presentSession } from '../present/session.ts';

export const getTaskSessionOperation = operation(
  {
    method: 'get',
    path: '/v1/tasks/{id}/session',
    operationId: 'getTaskSession',
    tags: ['Tasks'],
    summary: "Get a task's browser session",
    description:
      'The browser that works on the task, or else the last one that did. 404 while no browser was asked for.',
    scope: 'tasks:read',
    request: { params: idParam('task') },
    responses: {
      200: json(sessionSchema, 'The session.', {
        id: 'ses_01kaf3w9v2b4d6f8h0k2m4p6r8',
        taskId: 'task_01kaf3v6n0e8sb9c1m5r7t2wxy',
        runId: 'run_01kaf3w8a1c3e5g7j9m1p3r5t7',
        status: 'active',
        provider: 'browserbase',
        startedAt: '2026-11-20T18:30:02.000Z',
        endedAt: null,
      }),
    },
    problems: ['not_found'],
  },
  async (c) => {
    const { services, principal } = c.var;
    const outcome = await getSession(services, principal, uuidOf('task', c.req.valid('param').id));
    switch (outcome.kind) {
      case 'task_not_found':
        return problem(c, 'not_found', { detail: 'There is no such task.' });
      case 'no_session':
        return problem(c, 'not_found', { detail: 'This task has had no browser yet.' });
      case 'found':
        return c.json(presentSession(outcome.session), 200);
    }
  },
);
