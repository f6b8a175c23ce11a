/** Who asks: a required argument of every use case. */
import type { Mode } from '@cfdi-live/contract';

export const SCOPES = [
  'tasks:read',
  'tasks:write',
  'profiles:read',
  'profiles:write',
  'artifacts:read',
  'events:read',
  'webhooks:read',
  'webhooks:write',
] as const;
export type Scope = (typeof SCOPES)[number];

/** The rows one caller may touch: one tenant's, in one mode. UUIDs, not public ids. */
export interface TenantScope {
  tenantId: string;
  mode: Mode;
}

/** A caller that presented an API key. */
export interface Principal extends TenantScope {
  kind: 'api_key';
  keyId: string;
  scopes: readonly Scope[];
}
