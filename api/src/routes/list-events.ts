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
    problems: ['invalid_request'],
  },
  async (c) => {
    const { types, after, limit } = c.req.valid('query');
    const lastEventId = c.req.valid('header')['last-event-id'];
    return answerEvents(c, { types, after, limit, lastEventId }, (): never => {
      throw new Error('no task was named');
    });
  },
);
