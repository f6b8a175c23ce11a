import type { Mode } from '@cfdi-live/contract';
import type { ApiKeyStore, ManagedApiKeyRow, RotateApiKeyResult, Scope } from '@cfdi-live/domain';
import { generateApiKey } from '../api-keys.ts';
import { listPage } from '../paging.ts';
import type { Sql } from '../pool.ts';
import type { TenantContext } from '../tenant-context.ts';

interface ApiKeyRecord {
  id: string;
  mode: Mode;
  name: string;
  scopes: Scope[];
  expires_at: Date | null;
  revoked_at: Date | null;
  last_used_at: Date | null;
  created_at: Date;
}

const COLUMNS = 'id, mode, name, scopes, expires_at, revoked_at, last_used_at, created_at';

export function createApiKeyStore({ sql, scope }: TenantContext): ApiKeyStore {
  return {
    create: (input) => insert(sql, scope.mode, { ...input, lineId: null }),
    async get(id) {
      const [record] = await sql.query<ApiKeyRecord>(`select ${COLUMNS} from public.api_keys where id = $1`, [
        id,
      ]);
      return record === undefined ? null : toRow(record);
    },
    list: (query) =>
      listPage<ApiKeyRecord, ManagedApiKeyRow>(sql, {
        select: `select ${COLUMNS} from public.api_keys`,
        where: [],
        query,
        toRow,
      }),
    async rename(id, name) {
      const [record] = await sql.query<ApiKeyRecord>(
        `update public.api_keys set name = $2 where id = $1 returning ${COLUMNS}`,
        [id, name],
      );
      return record === undefined ? null : toRow(record);
    },
    rotate: (id, input) => rotate(sql, id, input),
    async revoke(id) {
      const [key] = await sql.query<{ was_revoked: boolean }>(
        `with found as (select id, revoked_at from public.api_keys where id = $1 for no key update)
         update public.api_keys k set revoked_at = coalesce(k.revoked_at, app.now())
           from found where k.id = found.id returning found.revoked_at is not null as was_revoked`,
        [id],
      );
      if (key === undefined) return 'not_found';
      return key.was_revoked ? 'was_revoked' : 'revoked';
    },
  };
}

async function rotate(
  sql: Sql,
  id: string,
  input: Parameters<ApiKeyStore['rotate']>[1],
): Promise<RotateApiKeyResult> {
  const [known] = await sql.query<{ line: string }>(
    'select coalesce(line_id, id) as line from public.api_keys where id = $1',
    [id],
  );
  if (known === undefined) return { kind: 'not_found' };
  // Its first key stands for the line: who rotates holds it, so that two at once do not both make the second key.
  await sql.query('select 1 from public.api_keys where id = $1 for no key update', [known.line]);
  const active = await sql.query<ApiKeyRecord>(
    `select ${COLUMNS} from public.api_keys
       where coalesce(line_id, id) = $1 and revoked_at is null and (expires_at is null or expires_at > app.now())`,
    [known.line],
  );
  const old = active.find((key) => key.id === id);
  if (old === undefined) return { kind: 'inactive' };
  if (active.length > 1) return { kind: 'rotating' };
  await sql.query(
    `update public.api_keys set expires_at = least(expires_at, app.now() + $2 * interval '1 second') where id = $1`,
    [id, input.overlapSeconds],
  );
  const issued = await insert(sql, old.mode, {
    name: old.name,
    scopes: old.scopes,
    expiresAt: input.expiresAt === undefined ? old.expires_at : input.expiresAt,
    lineId: known.line,
  });
  return { kind: 'rotated', ...issued };
}

async function insert(
  sql: Sql,
  mode: Mode,
  input: { name: string; scopes: readonly Scope[]; expiresAt: Date | null; lineId: string | null },
): Promise<{ row: ManagedApiKeyRow; key: string }> {
  const { key, keyId, secretHash } = generateApiKey({ mode });
  const [record] = await sql.query<ApiKeyRecord>(
    `insert into public.api_keys (id, tenant_id, mode, name, secret_hash, scopes, expires_at, line_id)
       values ($1, app.tenant_id(), app.mode(), $2, $3, $4, $5, $6) returning ${COLUMNS}`,
    [keyId, input.name, secretHash, input.scopes, input.expiresAt, input.lineId],
  );
  if (record === undefined) throw new Error('the key was not added');
  return { row: toRow(record), key };
}

function toRow(record: ApiKeyRecord): ManagedApiKeyRow {
  return {
    id: record.id,
    mode: record.mode,
    name: record.name,
    scopes: record.scopes,
    expiresAt: record.expires_at,
    revokedAt: record.revoked_at,
    lastUsedAt: record.last_used_at,
    createdAt: record.created_at,
  };
}
