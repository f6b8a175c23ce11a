import { failure, json } from '../reply.ts';
import { type Route, jsonBody } from '../route.ts';

/** `POST /v1/sessions/{id}` `{ "status": "REQUEST_RELEASE" }`: ends it; answers when its browser is gone. */
export const releaseSessionRoute: Route = {
  on: 'session',
  method: 'POST',
  path: '',
  handle: async (request, session) => {
    const body = jsonBody(request);
    if (!body.ok) return failure(400, 'Body is not valid JSON');
    const { value } = body;
    const asked = typeof value === 'object' && value !== null && 'status' in value ? value.status : undefined;
    if (asked !== 'REQUEST_RELEASE')
      return failure(400, 'body/status must be equal to one of the allowed values');
    await session.end('COMPLETED');
    return json(200, session.record());
  },
};
