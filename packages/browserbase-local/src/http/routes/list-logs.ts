import { json } from '../reply.ts';
import type { Route } from '../route.ts';

/** `GET /v1/sessions/{id}/logs`: the CDP commands that clients sent, without what was in them. */
export const listLogsRoute: Route = {
  on: 'session',
  method: 'GET',
  path: '/logs',
  handle: (_request, session) =>
    json(
      200,
      session.commandLog.entries().map(({ method, timestamp }) => ({
        method,
        timestamp,
        pageId: 0,
        sessionId: session.record().id,
      })),
    ),
};
