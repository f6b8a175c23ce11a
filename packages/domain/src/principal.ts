/** Who asks: a required argument of every use case. */
import {
  encodeId,
  type ActorRef,
  type LiveAccess,
  type MemberRole,
  type Mode,
  type Scope,
} from '@cfdi-live/contract';

export { MEMBER_ROLES, SCOPES } from '@cfdi-live/contract';
export type { MemberRole, Scope } from '@cfdi-live/contract';

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
  /** When the token that they showed runs out. */
  expiresAt: Date;
}

/** The bearer of a live token: one task, for a short time, from one origin. */
export interface LiveTokenPrincipal extends TenantScope {
  kind: 'live_token';
  tokenId: string;
  taskId: string;
  /** `control` only while the task has not ended. */
  access: LiveAccess;
  /** The one origin that may use it. */
  origin: string;
  /** The person that the integrator named when it asked for the token. */
  actor: { id: string; label: string };
}

export type Principal = ApiKeyPrincipal | MemberPrincipal | LiveTokenPrincipal;

/** A person, signed in with Supabase Auth, who speaks for no tenant: they sign one up, or ask for theirs. */
export interface Person {
  kind: 'person';
  /** `sub` of the token. */
  userId: string;
  /** When the token that they showed runs out. */
  expiresAt: Date;
}

/** A person who runs the platform, by a command of theirs on one tenant's behalf. No request comes from one. */
export interface Operator extends TenantScope {
  kind: 'operator';
  name: string;
}

/** Whether a caller may see this task: a live token sees its own alone. */
export function maySeeTask(principal: Principal, taskId: string): boolean {
  return principal.kind !== 'live_token' || principal.taskId === taskId;
}

/** Who did it, as rows and the audit keep it: `api_key:<uuid>`, `member:<uuid>`, `live_token:<uuid>`, `operator:<name>`. */
export function actorOf(principal: Principal | Operator): string {
  switch (principal.kind) {
    case 'api_key':
      return `api_key:${principal.keyId}`;
    case 'member':
      return `member:${principal.userId}`;
    case 'live_token':
      return `live_token:${principal.tokenId}`;
    case 'operator':
      return `operator:${principal.name}`;
  }
}

const ACTOR_IDS = { api_key: 'apiKey', live_token: 'liveToken' } as const;

/** Such a name as the wire has it; null: it is of nobody who calls the API. */
export function actorRefOf(actor: string): ActorRef | null {
  const [type, id] = actor.split(':');
  if (id === undefined) return null;
  if (type === 'member') return { type, id };
  if (type === 'api_key' || type === 'live_token') return { type, id: encodeId(ACTOR_IDS[type], id) };
  return null;
}
