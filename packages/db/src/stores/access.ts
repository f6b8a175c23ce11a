/** What is asked before there is a tenant to speak for. */
import { DEFAULT_DOCUMENT_RETENTION_MONTHS, newUuid, type Mode } from '@cfdi-live/contract';
import {
  SCOPES,
  type AccessStore,
  type MembershipRow,
  type Scope,
  type SignUpResult,
} from '@cfdi-live/domain';
import { generateApiKey } from '../api-keys.ts';
import type { KeyRing } from '../crypto/key-ring.ts';
import { newWrappedKeys } from '../crypto/tenant-keys.ts';
import { listPage } from '../paging.ts';
import type { Sql } from '../pool.ts';
import { toLiveToken, type LiveTokenRecord } from './live-tokens.ts';
import { toTenant } from './members.ts';
import type { SystemContext } from '../system-context.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Tenants that one person may found. */
const MAX_FOUNDED = 10;
const FIRST_KEY_NAME = 'First test key';

export function createAccessStore({ sql, keysOf, keyRing }: SystemContext): AccessStore {
  return {
    findApiKey: (keyId) => findApiKey(sql, keyId),
    async touchApiKey(keyId) {
      await sql.query('select app.touch_api_key($1)', [keyId]);
    },
    async findLiveToken(tokenId) {
      const [record] = await sql.query<LiveTokenRecord & { secret_hash: Buffer; task_ended: boolean }>(
        'select * from app.find_live_token($1)',
        [tokenId],
      );
      if (record === undefined) return null;
      const keys = await keysOf({ tenantId: record.tenant_id, mode: record.mode });
      return {
        ...toLiveToken(keys, record),
        secretHash: record.secret_hash,
        taskEnded: record.task_ended,
      };
    },
    async findMemberships(userId) {
      const records = await sql.query<MembershipRecord>(
        'select * from app.find_memberships($1) order by id desc',
        [userId],
      );
      return records.map(toMembership);
    },
    listMemberships: (userId, query) =>
      listPage<MembershipRecord, MembershipRow>(sql, {
        select: 'select * from app.find_memberships($1)',
        values: [userId],
        where: [],
        query,
        toRow: toMembership,
      }),
    signUp: (input) => signUp(sql, keyRing, input),
  };
}

async function findApiKey(sql: Sql, keyId: string): ReturnType<AccessStore['findApiKey']> {
  if (!UUID.test(keyId)) return null;
  const [record] = await sql.query<{
    id: string;
    tenant_id: string;
    mode: Mode;
    secret_hash: Buffer;
    scopes: Scope[];
    expires_at: Date | null;
    revoked_at: Date | null;
  }>('select * from app.find_api_key($1)', [keyId]);
  if (record === undefined) return null;
  return {
    id: record.id,
    tenantId: record.tenant_id,
    mode: record.mode,
    secretHash: record.secret_hash,
    scopes: record.scopes,
    expiresAt: record.expires_at,
    revokedAt: record.revoked_at,
  };
}

type MembershipRecord = Parameters<typeof toTenant>[0] & { role: MembershipRow['role'] };

function toMembership(record: MembershipRecord): MembershipRow {
  return { ...toTenant(record), role: record.role };
}

async function signUp(
  sql: Sql,
  keyRing: KeyRing,
  { name, userId }: { name: string; userId: string },
): Promise<SignUpResult> {
  const tenantId = newUuid();
  const { key, keyId, secretHash } = generateApiKey({ mode: 'test' });
  const wrapped = newWrappedKeys(keyRing, tenantId).map((wrappedKey) => ({
    ...wrappedKey,
    wrapped_key: Buffer.from(wrappedKey.wrapped_key).toString('base64'),
  }));
  const [result] = await sql.query<{ created_at: Date | null }>(
    'select app.sign_up_tenant($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) as created_at',
    [
      tenantId,
      name,
      userId,
      newUuid(),
      JSON.stringify(wrapped),
      MAX_FOUNDED,
      keyId,
      FIRST_KEY_NAME,
      secretHash,
      SCOPES,
      newUuid(),
    ],
  );
  const createdAt = result?.created_at ?? null;
  if (createdAt === null) return { kind: 'too_many' };
  return {
    kind: 'signed_up',
    tenant: {
      id: tenantId,
      name,
      plan: 'standard',
      documentRetentionMonths: DEFAULT_DOCUMENT_RETENTION_MONTHS,
      unauthenticatedCfdis: 'ask_sat',
      mailbox: 'task',
      role: 'owner',
      createdAt,
    },
    apiKey: {
      key,
      row: {
        id: keyId,
        mode: 'test',
        name: FIRST_KEY_NAME,
        scopes: [...SCOPES],
        expiresAt: null,
        revokedAt: null,
        lastUsedAt: null,
        createdAt,
      },
    },
  };
}
