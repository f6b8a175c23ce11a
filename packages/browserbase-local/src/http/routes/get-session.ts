import { presentSession } from '../present.ts';
import { json } from '../reply.ts';
import type { Route } from '../route.ts';

/** `GET /v1/sessions/{id}`; with what connects to it while it runs. */
export const getSessionRoute: Route = {
  on: 'session',
  method: 'GET',
  path: '',
  handle: ({ authority }, session) => json(200, presentSession(session, authority)),
};
