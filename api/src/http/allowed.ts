/** Who may call an operation, and how the document says it. */
import type { LiveAccess, MemberRole, Scope } from '@cfdi-live/contract';
import type { OpenAPIHono, RouteConfig } from '@hono/zod-openapi';
import { MODE_HEADER, TENANT_HEADER } from './headers.ts';

/** What an operation says of its callers. (A type, for the document's types want an index that interfaces lack.) */
export type CallerRules = {
  /** The scope a key needs; null: keys may not call it, and if nobody else is named here, everybody may. */
  scope: Scope | null;
  /** Roles in which people of the tenant may call it. */
  members?: readonly MemberRole[];
  /** What a live token needs for it; it reaches its own task only. */
  liveToken?: LiveAccess;
  /** Any signed-in person may call it, for no tenant in particular. */
  user?: true;
  /** The tenant of a member is the one that the path names, not the one of the header. */
  tenant?: 'path';
};

/** Roles that change what belongs to the tenant; every role may look. */
export const MANAGERS = ['owner', 'admin'] as const satisfies readonly MemberRole[];

/** The same with every answer given. */
export interface Allowed {
  path: string;
  scope: Scope | null;
  members: readonly MemberRole[] | null;
  liveToken: LiveAccess | null;
  user: boolean;
  tenant: 'path' | 'header';
}

export function allowedOf(path: string, rules: CallerRules): Allowed {
  return {
    path,
    scope: rules.scope,
    members: rules.members ?? null,
    liveToken: rules.liveToken ?? null,
    user: rules.user ?? false,
    tenant: rules.tenant ?? 'header',
  };
}

/** Nobody needs a key or a token. */
export function isOpen({ scope, members, liveToken, user }: Allowed): boolean {
  return scope === null && members === null && liveToken === null && !user;
}

/** The `security` of an operation: any one of these. Scopes, roles and access are listed with their scheme. */
export function securityOf({ scope, members, liveToken, user }: Allowed): Record<string, string[]>[] {
  return [
    ...(scope === null ? [] : [{ apiKey: [scope] }]),
    ...(members === null ? [] : [{ supabaseJwt: [...members] }]),
    ...(user ? [{ supabaseJwt: [] }] : []),
    ...(liveToken === null ? [] : [{ liveToken: [liveToken] }]),
  ];
}

/** The headers in which a member says for which tenant and mode they speak. */
export function parametersOf({ members, tenant }: Allowed): Pick<RouteConfig, 'parameters'> {
  if (members === null) return {};
  const names = tenant === 'path' ? ['Mode'] : ['Tenant', 'Mode'];
  return { parameters: names.map((name) => ({ $ref: `#/components/parameters/${name}Header` })) };
}

/** The schemes and headers that operations refer to. */
export function registerAccess(registry: OpenAPIHono['openAPIRegistry']): void {
  registry.registerComponent('securitySchemes', 'apiKey', {
    type: 'http',
    scheme: 'bearer',
    description:
      'An API key: `cl_live_…` or `cl_test_…`. The scope that an operation needs is named with it.',
  });
  registry.registerComponent('securitySchemes', 'supabaseJwt', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description:
      'The access token of a person who is signed in with Supabase Auth. The roles that may call an operation are named with it; where none is, any signed-in person may.',
  });
  registry.registerComponent('securitySchemes', 'liveToken', {
    type: 'http',
    scheme: 'bearer',
    description:
      'A live token, `clt_…`: for one task, a few minutes and the pages of one origin. `view` or `control` is named with it. Never in a query.',
  });
  registry.registerComponent('parameters', 'TenantHeader', {
    name: TENANT_HEADER,
    in: 'header',
    required: false,
    description: 'For people: the tenant that they speak for. Not needed by who belongs to one only.',
    schema: { type: 'string', examples: ['ten_01kaf3v6n0e8sb9c1m5r7t2wxy'] },
  });
  registry.registerComponent('parameters', 'ModeHeader', {
    name: MODE_HEADER,
    in: 'header',
    required: false,
    description: 'For people: the mode that they mean. A key has its own.',
    schema: { type: 'string', enum: ['live', 'test'], default: 'live' },
  });
}
