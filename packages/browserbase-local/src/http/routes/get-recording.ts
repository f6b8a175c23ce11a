import { json } from '../reply.ts';
import type { Route } from '../route.ts';

/** `GET /v1/sessions/{id}/recording`: no session is recorded here, so there are no events in it. */
export const getRecordingRoute: Route = {
  on: 'session',
  method: 'GET',
  path: '/recording',
  handle: () => json(200, []),
};
