import type { Mode } from '@cfdi-live/contract';
import type { LiveTokenRow, LiveTokenStore } from '@cfdi-live/domain';
import type { Cell, TenantKeys } from '../crypto/tenant-keys.ts';
import { generateLiveToken } from '../live-tokens.ts';
import type { TenantContext } from '../tenant-context.ts';

export interface LiveTokenRecord {
  id: string;
  tenant_id: string;
  mode: Mode;
  task_id: string;
  access: 'view' | 'control';
  origin: string;
  actor: Buffer;
  expires_at: Date;
  revoked_at: Date | null;
}

const COLUMNS = 'id, tenant_id, mode, task_id, access, origin, actor, expires_at, revoked_at';

/** The person that a token was made for. */
function actorCell(tokenId: string): Cell {
  return { table: 'live_tokens', column: 'actor', rowId: tokenId };
}

export function createLiveTokenStore({ sql, keys }: TenantContext): LiveTokenStore {
  return {
    async create(input) {
      const { token, tokenId, secretHash } = generateLiveToken();
      const [record] = await sql.query<LiveTokenRecord>(
        `insert into public.live_tokens
           (id, task_id, secret_hash, access, origin, actor, created_by, created_at, expires_at)
           select $1, $2, $3, $4, $5, $6, $7, t.now, t.now + $8 * interval '1 second' from app.now() as t (now)
           returning ${COLUMNS}`,
        [
          tokenId,
          input.taskId,
          secretHash,
          input.access,
          input.origin,
          keys.sealJson(actorCell(tokenId), input.actor),
          input.createdBy,
          input.ttlSeconds,
        ],
      );
      if (record === undefined) throw new Error('the live token was not added');
      return { row: toLiveToken(keys, record), token };
    },
    async revoke(id) {
      const [token] = await sql.query<{ was_revoked: boolean }>(
        `with found as (select id, revoked_at from public.live_tokens where id = $1 for no key update)
         update public.live_tokens l set revoked_at = coalesce(l.revoked_at, app.now())
           from found where l.id = found.id returning found.revoked_at is not null as was_revoked`,
        [id],
      );
      if (token === undefined) return 'not_found';
      return token.was_revoked ? 'was_revoked' : 'revoked';
    },
  };
}

export function toLiveToken(keys: TenantKeys, record: LiveTokenRecord): LiveTokenRow {
  return {
    id: record.id,
    tenantId: record.tenant_id,
    mode: record.mode,
    taskId: record.task_id,
    access: record.access,
    origin: record.origin,
    actor: keys.openJson(actorCell(record.id), record.actor) as LiveTokenRow['actor'],
    expiresAt: record.expires_at,
    revokedAt: record.revoked_at,
  };
}
