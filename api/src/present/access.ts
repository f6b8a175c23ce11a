import { encodeId, type ApiKey, type LiveToken, type Member, type Tenant } from '@cfdi-live/contract';
import type { LiveTokenRow, ManagedApiKeyRow, MemberRow, SeenTenant } from '@cfdi-live/domain';
import { timestamp, timestampOrNull } from './common.ts';

/** A key without its secret. */
export function presentApiKey(row: ManagedApiKeyRow): ApiKey {
  return {
    id: encodeId('apiKey', row.id),
    name: row.name,
    mode: row.mode,
    scopes: row.scopes,
    expiresAt: timestampOrNull(row.expiresAt),
    revokedAt: timestampOrNull(row.revokedAt),
    lastUsedAt: timestampOrNull(row.lastUsedAt),
    createdAt: timestamp(row.createdAt),
  };
}

export function presentTenant(row: SeenTenant): Tenant {
  return {
    id: encodeId('tenant', row.id),
    name: row.name,
    plan: row.plan,
    documentRetentionMonths: row.documentRetentionMonths,
    unauthenticatedCfdis: row.unauthenticatedCfdis,
    mailbox: row.mailbox,
    role: row.role,
    createdAt: timestamp(row.createdAt),
  };
}

export function presentMember(row: MemberRow): Member {
  return {
    id: encodeId('member', row.id),
    userId: row.userId,
    role: row.role,
    createdAt: timestamp(row.createdAt),
  };
}

/** A live token without its secret. */
export function presentLiveToken(row: LiveTokenRow): LiveToken {
  return {
    id: encodeId('liveToken', row.id),
    taskId: encodeId('task', row.taskId),
    mode: row.access,
    origin: row.origin,
    actor: row.actor,
    expiresAt: timestamp(row.expiresAt),
  };
}
