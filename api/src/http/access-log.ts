import { actorOf } from '@cfdi-live/domain';
import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import type { ApiEnv } from '../deps.ts';

/** One line a request: the route's pattern instead of its path, and nothing that the caller wrote but the request id. */
export const logRequest: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const start = performance.now();
  await next();
  const principal: ApiEnv['Variables']['principal'] | undefined = c.get('principal');
  c.var.services.log.info(
    {
      requestId: c.var.requestId,
      method: c.req.method,
      route: routePath(c, -1),
      status: c.res.status,
      ms: Math.round(performance.now() - start),
      tenantId: principal?.tenantId,
      actor: principal === undefined ? undefined : actorOf(principal),
    },
    'request',
  );
};
