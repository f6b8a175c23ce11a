import { readGuardRules } from '../../guard/params.ts';
import { failure, json } from '../reply.ts';
import { type Route, jsonBody } from '../route.ts';

/**
 * `POST /v1/sessions/{id}/guard { rules }`: puts the browser under guard until it is lifted, client or no client; new rules
 * take the place of the old, and the count begins anew. Not part of Browserbase's API, where it is 404.
 */
export const guardSessionRoute: Route = {
  on: 'session',
  method: 'POST',
  path: '/guard',
  handle: async (request, session) => {
    const body = jsonBody(request);
    if (!body.ok) return failure(400, 'Body is not valid JSON');
    const read = readGuardRules((body.value as { rules?: unknown } | null)?.rules);
    if (!read.ok) return failure(400, read.message);
    const browser = session.browser();
    if (browser === undefined) return failure(410, 'Session is not running');
    return json(200, await browser.keeper.guard(read.rules));
  },
};

/** `GET /v1/sessions/{id}/guard`: what left for the portal since; the last word of a guard that was lifted stays. */
export const getGuardRoute: Route = {
  on: 'session',
  method: 'GET',
  path: '/guard',
  handle: (_request, session) => {
    const state = session.browser()?.keeper.guardState();
    return state === undefined ? failure(410, 'Session is not under guard') : json(200, state);
  },
};

/** `POST /v1/sessions/{id}/guard/lift`: for a client whose own guard is in force already. */
export const liftGuardRoute: Route = {
  on: 'session',
  method: 'POST',
  path: '/guard/lift',
  handle: async (_request, session) => {
    const state = await session.browser()?.keeper.liftGuard();
    return state === undefined ? failure(410, 'Session is not under guard') : json(200, state);
  },
};
