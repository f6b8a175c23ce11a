/** Keys, members, live tokens and tenants: rows, and the stores of one tenant's transaction. */
import type {
  ListQuery,
  LiveAccess,
  MailboxPolicy,
  Mode,
  UnauthenticatedCfdiPolicy,
  UpdateTenant,
} from '@cfdi-live/contract';
import type { Page } from './ports-rows.ts';
import type { MemberRole, Scope, TenantScope } from './principal.ts';

/** An API key as its tenant sees it: everything but the secret. */
export interface ManagedApiKeyRow {
  id: string;
  mode: Mode;
  name: string;
  scopes: Scope[];
  expiresAt: Date | null;
  revokedAt: Date | null;
  /** To the minute. */
  lastUsedAt: Date | null;
  createdAt: Date;
}

/** `key` is told here and never again. */
export interface NewlyIssuedKey {
  row: ManagedApiKeyRow;
  key: string;
}

export type RotateApiKeyResult =
  | ({ kind: 'rotated' } & NewlyIssuedKey)
  | { kind: 'not_found' }
  /** Revoked or expired: there is nothing to hand over from. */
  | { kind: 'inactive' }
  /** Two keys of its line are active already. */
  | { kind: 'rotating' };

/** Keys of the transaction's tenant and mode. */
export interface ApiKeyStore {
  create(input: { name: string; scopes: readonly Scope[]; expiresAt: Date | null }): Promise<NewlyIssuedKey>;
  get(id: string): Promise<ManagedApiKeyRow | null>;
  list(query: ListQuery): Promise<Page<ManagedApiKeyRow>>;
  rename(id: string, name: string): Promise<ManagedApiKeyRow | null>;
  /** A new key of the same name and scopes. The old one ends after `overlapSeconds`, or sooner where it would anyway. */
  rotate(
    id: string,
    input: { overlapSeconds: number; expiresAt: Date | null | undefined },
  ): Promise<RotateApiKeyResult>;
  /** Safe to repeat: the first time counts. */
  revoke(id: string): Promise<'revoked' | 'was_revoked' | 'not_found'>;
}

export interface MemberRow {
  id: string;
  /** `sub` of the person's token. */
  userId: string;
  role: MemberRole;
  createdAt: Date;
}

/** Members of the transaction's tenant; they are of no mode. */
export interface MemberStore {
  get(id: string): Promise<MemberRow | null>;
  list(query: ListQuery): Promise<Page<MemberRow>>;
  /** How many owners there are. Until the transaction ends, nobody else changes the tenant's members. */
  holdOwners(): Promise<number>;
  /** Null: this person is a member already. */
  add(input: { userId: string; role: MemberRole; invitedBy: string }): Promise<MemberRow | null>;
  changeRole(id: string, role: MemberRole): Promise<MemberRow | null>;
  remove(id: string): Promise<boolean>;
}

export interface LiveTokenRow extends TenantScope {
  id: string;
  taskId: string;
  access: LiveAccess;
  /** The one origin that may use it: `https://app.example.com`. */
  origin: string;
  actor: { id: string; label: string };
  expiresAt: Date;
  revokedAt: Date | null;
}

export interface LiveTokenStore {
  /** `token` is told here and never again. */
  create(input: {
    taskId: string;
    access: LiveAccess;
    origin: string;
    actor: { id: string; label: string };
    ttlSeconds: number;
    createdBy: string;
  }): Promise<{ row: LiveTokenRow; token: string }>;
  /** Safe to repeat: the first time counts. */
  revoke(id: string): Promise<'revoked' | 'was_revoked' | 'not_found'>;
}

export interface TenantRow {
  id: string;
  name: string;
  plan: 'standard' | 'unlimited';
  documentRetentionMonths: number;
  unauthenticatedCfdis: UnauthenticatedCfdiPolicy;
  mailbox: MailboxPolicy;
  createdAt: Date;
}

/** A tenant as one person sees it. */
export interface MembershipRow extends TenantRow {
  role: MemberRole;
}

/** The transaction's own tenant. */
export interface TenantStore {
  get(): Promise<TenantRow | null>;
  /** What is not given stays as it is. */
  change(input: UpdateTenant): Promise<TenantRow | null>;
}

/** A key as authentication needs it. */
export interface ApiKeyRow extends TenantScope {
  id: string;
  secretHash: Uint8Array;
  scopes: Scope[];
  expiresAt: Date | null;
  revokedAt: Date | null;
}

/** A live token as authentication needs it. */
export interface FoundLiveToken extends LiveTokenRow {
  secretHash: Uint8Array;
  /** From then on it only reads. */
  taskEnded: boolean;
}

export type SignUpResult =
  | { kind: 'signed_up'; tenant: MembershipRow; apiKey: NewlyIssuedKey }
  /** This person founded as many tenants as one may. */
  | { kind: 'too_many' };

/** What is asked before there is a tenant to speak for: definer functions of the system role. */
export interface AccessStore {
  /** Expired and revoked keys are found too. */
  findApiKey(keyId: string): Promise<ApiKeyRow | null>;
  /** Notes that a key is in use; to the minute. */
  touchApiKey(keyId: string): Promise<void>;
  /** Expired and revoked tokens are found too. */
  findLiveToken(tokenId: string): Promise<FoundLiveToken | null>;
  /** Every tenant that a person belongs to, the newest first. */
  findMemberships(userId: string): Promise<MembershipRow[]>;
  listMemberships(userId: string, query: ListQuery): Promise<Page<MembershipRow>>;
  /** A tenant with its keys, its owner and a first API key in test mode; all of it or nothing. */
  signUp(input: { name: string; userId: string }): Promise<SignUpResult>;
}
