import { randomUUID } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import type { ApiEnv } from '../deps.ts';

const ACCEPTABLE = /^[\w.:-]{1,128}$/;

/** Takes the caller's `X-Request-Id` where it is harmless in a log line, else makes one; answers it either way. */
export const requestId: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const given = c.req.header('x-request-id');
  const id = given !== undefined && ACCEPTABLE.test(given) ? given : randomUUID();
  c.set('requestId', id);
  c.header('x-request-id', id);
  await next();
};
