import type { Scope } from '@cfdi-live/domain';
import type { MiddlewareHandler } from 'hono';
import type { ApiEnv } from '../deps.ts';
import { problem } from './problems.ts';

/** Who asks? 401 without saying what was wrong with the key. */
export const authenticate: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const principal = await c.var.services.access.authenticate(c.req.header('authorization'));
  if (principal === null) {
    return problem(c, 'unauthenticated', {
      detail: 'Send a valid API key as `Authorization: Bearer cl_…`.',
      headers: { 'www-authenticate': 'Bearer realm="cfdi-live"' },
    });
  }
  c.set('principal', principal);
  return next();
};

/** May they? Runs after `authenticate` and before anything of the request is validated. */
export function authorise(scope: Scope): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const { principal } = c.var;
    if (principal.kind !== 'api_key' || !principal.scopes.includes(scope)) {
      return problem(c, 'forbidden', { detail: `This key lacks the scope \`${scope}\`.` });
    }
    return next();
  };
}
