import { answerEvents, eventsRequest, eventsResponses } from '../http/event-answer.ts';
import { operation } from '../http/operation.ts';

export const listEventsOperation = operation(
  {
    method: 'get',
    path: '/v1/events',
    operationId: 'listEvents',
    tags: ['Events'],
    summary: 'List or follow events',
    description: 'The log of everything that happened in this mode.',
    scope: 'events:read',
    request: eventsRequest,
    responses: eventsResponses,
    problems: ['invalid_request', 'not_found'],
  },
  async (c) => {
    const { types, after, limit } = c.req.valid('query');
    return answerEvents(c, { types, after, limit, lastEventId: c.req.valid('header')['last-event-id'] });
  },
);
