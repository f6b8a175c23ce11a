import { actorOf, type Person, type Principal } from '@cfdi-live/domain';
import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import type { ApiEnv } from '../deps.ts';
import type { Caller } from './access.ts';

/** One line a request: the route's pattern instead of its path, and nothing that the caller wrote but the request id. */
export const logRequest: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const start = performance.now();
  await next();
  const principal: Principal | undefined = c.get('principal');
  const caller: Caller | undefined = c.get('caller');
  c.get('services').log.info(
    {
      requestId: c.get('requestId'),
      method: c.req.method,
      route: routePath(c, -1),
      status: c.res.status,
      ms: Math.round(performance.now() - start),
      tenantId: principal?.tenantId,
      actor: actorBehind(principal ?? caller),
    },
    'request',
  );
};

/** A person speaks for themselves until they speak for a tenant. */
function actorBehind(caller: Principal | Person | undefined): string | undefined {
  if (caller === undefined) return undefined;
  return caller.kind === 'person' ? `member:${caller.userId}` : actorOf(caller);
}
