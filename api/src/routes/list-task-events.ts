import { answerEvents, eventsRequest, eventsResponses } from '../http/event-answer.ts';
import { operation } from '../http/operation.ts';
import { problem } from '../http/problems.ts';
import { idParam, uuidOf } from '../http/schemas.ts';

export const listTaskEventsOperation = operation(
  {
    method: 'get',
    path: '/v1/tasks/{id}/events',
    operationId: 'listTaskEvents',
    tags: ['Events'],
    summary: 'List or follow the events of a task',
    description: 'The log of one task.',
    scope: 'events:read',
    liveToken: 'view',
    request: { ...eventsRequest, params: idParam('task') },
    responses: eventsResponses,
    problems: ['invalid_request', 'not_found'],
  },
  async (c) => {
    const { types, after, limit } = c.req.valid('query');
    const taskId = uuidOf('task', c.req.valid('param').id);
    const lastEventId = c.req.valid('header')['last-event-id'];
    return answerEvents(c, { taskId, types, after, limit, lastEventId }, () =>
      problem(c, 'not_found', { detail: 'There is no such task.' }),
    );
  },
);
