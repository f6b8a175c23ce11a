/** CORS, for the routes alone that live tokens may call: any page may ask whether it may, only the token's own may. */
import type { RouteConfig } from '@hono/zod-openapi';
import type { Context, Hono } from 'hono';
import type { ApiEnv } from '../deps.ts';

const REQUEST_HEADERS = 'authorization, content-type, last-event-id, idempotency-key, x-request-id';
const ANSWER_HEADERS = 'api-version, retry-after, x-request-id';
const PREFLIGHT_SECONDS = '600';

/** Lets the pages of `origin` read this answer. */
export function allowOrigin(c: Context<ApiEnv>, origin: string): void {
  c.header('access-control-allow-origin', origin);
  c.header('access-control-expose-headers', ANSWER_HEADERS);
  c.header('vary', 'origin', { append: true });
}

/** Answers the question that a browser asks before the request itself. It carries no token, so any origin may go on. */
export function answerPreflight(app: Hono<ApiEnv>, { method, path }: RouteConfig): void {
  app.options(path.replaceAll(/\{(\w+)\}/g, ':$1'), async (c, next) => {
    const asked = c.req.header('access-control-request-method');
    // Another operation of this path may be the one that is meant.
    if (asked?.toLowerCase() !== method) return next();
    return c.body(null, 204, {
      'access-control-allow-origin': c.req.header('origin') ?? '*',
      'access-control-allow-methods': asked,
      'access-control-allow-headers': REQUEST_HEADERS,
      'access-control-max-age': PREFLIGHT_SECONDS,
      vary: 'origin',
    });
  });
}
