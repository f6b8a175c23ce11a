import { parseCreateParams } from '../../session/create-params.ts';
import { presentSession } from '../present.ts';
import { failure, json } from '../reply.ts';
import { type Route, jsonBody } from '../route.ts';

/** Nobody knows when a slot gets free; a client that asks again each second loses nothing here. */
const RETRY_AFTER_SECONDS = '1';

/** `POST /v1/sessions`: starts a browser, or says 429 while as many run as may. */
export const createSessionRoute: Route = {
  on: 'collection',
  method: 'POST',
  handle: async (request, { sessions }) => {
    const body = jsonBody(request);
    if (!body.ok) return failure(400, 'Body is not valid JSON');
    const parsed = parseCreateParams(body.value);
    if (!parsed.ok) return failure(400, parsed.message);
    const outcome = await sessions.create(parsed.params);
    const open = sessions.openCount();
    const limits = {
      'x-ratelimit-limit': String(sessions.limit),
      'x-ratelimit-remaining': String(Math.max(0, sessions.limit - open)),
      'x-ratelimit-reset': RETRY_AFTER_SECONDS,
    };
    if (outcome.kind === 'created')
      return json(201, presentSession(outcome.session, request.authority), limits);
    const message =
      `You've exceeded your max concurrent sessions limit (limit ${sessions.limit}, currently ${open}). ` +
      'Please contact support to increase your limit.';
    return failure(429, message, { ...limits, 'retry-after': RETRY_AFTER_SECONDS });
  },
};
