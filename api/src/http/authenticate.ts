import { decodeId, MODES, type Mode } from '@cfdi-live/contract';
import type { LiveTokenPrincipal, MembershipRow, Person } from '@cfdi-live/domain';
import type { Context, MiddlewareHandler } from 'hono';
import type { ApiEnv } from '../deps.ts';
import type { Allowed } from './allowed.ts';
import { allowOrigin } from './cors.ts';
import { MODE_HEADER, TENANT_HEADER } from './headers.ts';
import { limitFailures } from './limits.ts';
import { problem } from './problems.ts';

/** Who asks? 401 without saying what was wrong with the key or token. */
export function authenticate(allowed: Allowed): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const authorization = c.req.header('authorization');
    const caller = await c.get('services').access.authenticate(authorization);
    if (caller === null) {
      // A page must be able to read that its token is over, to get a new one. The answer holds nothing else.
      const origin = c.req.header('origin');
      if (allowed.liveToken !== null && origin !== undefined && /^Bearer +clt_/i.test(authorization ?? '')) {
        allowOrigin(c, origin);
      }
      const limited = await limitFailures(c);
      if (limited !== null) return limited;
      return problem(c, 'unauthenticated', {
        detail: 'Send a valid key or token as `Authorization: Bearer …`.',
        headers: { 'www-authenticate': 'Bearer realm="cfdi-live"' },
      });
    }
    c.set('caller', caller);
    if (caller.kind !== 'person') c.set('principal', caller);
    return next();
  };
}

/** May they? Runs after `authenticate` and before anything of the request is validated. */
export function authorise(allowed: Allowed): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const caller = c.get('caller');
    switch (caller.kind) {
      case 'api_key': {
        if (allowed.scope === null) return forbid(c, 'API keys may not do this: a signed-in person may.');
        if (!caller.scopes.includes(allowed.scope)) {
          return forbid(c, `This key lacks the scope \`${allowed.scope}\`.`);
        }
        return next();
      }
      case 'live_token':
        return refuseLiveToken(c, caller, allowed) ?? next();
      case 'person':
        return (await refusePerson(c, caller, allowed)) ?? next();
    }
  };
}

/** Null: the token may. Other tasks than its own are as unknown to it as tasks that nobody has. */
function refuseLiveToken(
  c: Context<ApiEnv>,
  token: LiveTokenPrincipal,
  { liveToken, path }: Allowed,
): Response | null {
  if (liveToken === null) return forbid(c, 'Live tokens may not do this.');
  if (c.req.header('origin') !== token.origin) {
    return forbid(c, 'This token belongs to the pages of another origin.');
  }
  allowOrigin(c, token.origin);
  if (liveToken === 'control' && token.access !== 'control') {
    return forbid(c, 'This token may look, not act: it was made so, or the task has ended.');
  }
  if (path.startsWith('/v1/tasks/{id}') && decodeId('task', c.req.param('id') ?? '') !== token.taskId) {
    return problem(c, 'not_found', { detail: 'There is no such task.' });
  }
  return null;
}

/** Null: the person may. Where a tenant is needed, they have become a member of it from here on. */
async function refusePerson(c: Context<ApiEnv>, person: Person, allowed: Allowed): Promise<Response | null> {
  if (allowed.user) return null;
  if (allowed.members === null) return forbid(c, 'This is for API keys, not for people.');
  const mode = modeOf(c);
  if (mode === null) return invalidHeader(c, MODE_HEADER, 'It is `live` or `test`.');
  const memberships = await c.var.services.access.membershipsOf(person);
  const chosen = chooseTenant(c, memberships, allowed);
  if (chosen === 'ambiguous') {
    return invalidHeader(c, TENANT_HEADER, 'You belong to several tenants: name the one that you mean.');
  }
  if (chosen === null && allowed.tenant === 'path') {
    return problem(c, 'not_found', { detail: 'There is no such tenant.' });
  }
  if (chosen === null) return forbid(c, 'You are no member of this tenant.');
  const { id: tenantId, role } = chosen;
  if (!allowed.members.includes(role)) {
    return forbid(c, `Your role here is \`${role}\`: it does not include this.`);
  }
  c.set('principal', { ...person, kind: 'member', tenantId, mode, role });
  return null;
}

/** Null: they are no member of the tenant that is meant, be there one or not. */
function chooseTenant(
  c: Context<ApiEnv>,
  memberships: readonly MembershipRow[],
  { tenant }: Allowed,
): MembershipRow | null | 'ambiguous' {
  const named = tenant === 'path' ? c.req.param('id') : c.req.header(TENANT_HEADER);
  if (named === undefined) return memberships.length > 1 ? 'ambiguous' : (memberships[0] ?? null);
  const tenantId = decodeId('tenant', named);
  return memberships.find(({ id }) => id === tenantId) ?? null;
}

function modeOf(c: Context<ApiEnv>): Mode | null {
  const named = c.req.header(MODE_HEADER) ?? 'live';
  return MODES.find((mode) => mode === named) ?? null;
}

function forbid(c: Context<ApiEnv>, detail: string): Response {
  return problem(c, 'forbidden', { detail });
}

function invalidHeader(c: Context<ApiEnv>, header: string, message: string): Response {
  return problem(c, 'invalid_request', {
    detail: `The header \`${header}\` is not valid.`,
    errors: [{ path: header, code: 'invalid_header', message }],
  });
}
