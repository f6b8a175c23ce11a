/** Who asks: a required argument of every use case. */
import type { Mode } from '@cfdi-live/contract';

/** What an API key may be allowed to do; every operation names one. */
export const SCOPES = [
  'tasks:read',
  'tasks:write',
  'profiles:read',
  'profiles:write',
  'credentials:read',
  'credentials:write',
  'artifacts:read',
  'events:read',
  'webhooks:read',
  'webhooks:write',
  'vendors:read',
  'usage:read',
  'live:write',
  'admin:read',
  'admin:write',
] as const;
export type Scope = (typeof SCOPES)[number];

/** What a person may do in a tenant: an owner everything, an admin all but end it, a viewer look. */
export const MEMBER_ROLES = ['owner', 'admin', 'viewer'] as const;
export type MemberRole = (typeof MEMBER_ROLES)[number];

/** The rows one caller may touch: one tenant's, in one mode. UUIDs, not public ids. */
export interface TenantScope {
  tenantId: string;
  mode: Mode;
}

/** A caller that presented an API key. */
export interface ApiKeyPrincipal extends TenantScope {
  kind: 'api_key';
  keyId: string;
  scopes: readonly Scope[];
}

/** A person of the tenant, signed in with Supabase Auth. The mode is the one that they asked for. */
export interface MemberPrincipal extends TenantScope {
  kind: 'member';
  /** `sub` of the token. */
  userId: string;
  role: MemberRole;
}

/** The bearer of a live token: one task, for a short time, from one origin. */
export interface LiveTokenPrincipal extends TenantScope {
  kind: 'live_token';
  tokenId: string;
  taskId: string;
  access: 'view' | 'control';
  /** The person that the integrator named when it asked for the token. */
  actor: { id: string; label: string };
}

export type Principal = ApiKeyPrincipal | MemberPrincipal | LiveTokenPrincipal;

/** Who did it, as rows and the audit keep it: `api_key:<uuid>`, `member:<uuid>`, `live_token:<uuid>`. */
export function actorOf(principal: Principal): string {
  switch (principal.kind) {
    case 'api_key':
      return `api_key:${principal.keyId}`;
    case 'member':
      return `member:${principal.userId}`;
    case 'live_token':
      return `live_token:${principal.tokenId}`;
  }
}
