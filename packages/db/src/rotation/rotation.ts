/**
 * Key rotation, for the command that a person runs. Everything goes in small transactions that may be repeated: a
 * command that was killed is simply started again, and processes work on meanwhile.
 */
import { KeysDestroyed, unwrapTenantKeys, type StoredKey } from '../crypto/tenant-keys.ts';
import { SealBroken } from '../crypto/seal.ts';
import type { KeyRing } from '../crypto/key-ring.ts';
import { createPool, type DbLog } from '../pool.ts';
import type { ObjectStorage } from '../storage/vault.ts';
import { countOld, resealFiles, resealTable, SEALED_TABLES } from './reseal.ts';
import { asSystem, FIRST_ID, type RotationContext } from './system.ts';
import { renewDataKeys, rewrapKeys, type Rewrapped } from './wrapping.ts';

/** By then no process writes with an earlier key, whatever it was about when the new one came. */
const SETTLED = `interval '15 minutes'`;

export interface Reencrypted {
  /** Values and files that lie under their tenant's current key since now. */
  values: number;
  files: number;
  /** Old data keys that nothing needs any more, and that are gone. */
  retired: number;
  /** Tenants whose new key is too young: a process may still write with the old one. */
  waiting: number;
  /** Tenants that keep an old key: a value of theirs does not open, or their files could not be looked at. */
  unfinished: number;
}

export interface KeyCensus {
  /** Tenants' keys by the id of the ring's key that wraps them. */
  wrapped: Record<string, number>;
  /** Data keys that a newer one has replaced and that still open. */
  superseded: number;
  /** Values under such keys, `<table>.<column>` → how many; files are not counted. */
  values: Record<string, number>;
}

export interface KeyRotation {
  rewrap(): Promise<Rewrapped>;
  /** Default: every tenant. Returns how many got a new data key. */
  renew(options: { olderThanMs: number; tenantId?: string | undefined }): Promise<number>;
  /** Seals again what lies under earlier data keys, and destroys those. Without `storage` files keep their keys. */
  reencrypt(options: {
    storage: Pick<ObjectStorage, 'get' | 'put'> | null;
    tenantId?: string | undefined;
  }): Promise<Reencrypted>;
  census(): Promise<KeyCensus>;
  close(): Promise<void>;
}

/** `connectionString` is of a role that may act as `cfdi_system`: the one that migrates. */
export function createKeyRotation(options: {
  connectionString: string;
  keyRing: KeyRing;
  log?: DbLog;
}): KeyRotation {
  const pool = createPool({
    connectionString: options.connectionString,
    maxConnections: 2,
    applicationName: 'cfdi-live-keys',
    log: options.log ?? { warn: () => undefined },
  });
  const context: RotationContext = { pool, keyRing: options.keyRing };
  return {
    async rewrap() {
      const done = await rewrapKeys(context);
      if (done.rewrapped > 0)
        await audit(context, 'keys.rewrapped', { ...done, by: context.keyRing.currentId });
      return done;
    },
    async renew(which) {
      const renewed = await renewDataKeys(context, which);
      if (renewed > 0) await audit(context, 'keys.renewed', { renewed });
      return renewed;
    },
    async reencrypt(which) {
      const done = await reencrypt(context, which);
      if (done.values + done.files + done.retired > 0) await audit(context, 'keys.retired', { ...done });
      return done;
    },
    census: () => census(context),
    close: () => pool.close(),
  };
}

/** The platform's own entry: counts alone. */
async function audit({ pool }: RotationContext, action: string, details: object): Promise<void> {
  await asSystem(pool, (sql) =>
    sql.query(
      `insert into public.audit_log (id, actor, action, details) values (app.new_uuid(), 'system:rotation', $1, $2)`,
      [action, JSON.stringify(details)],
    ),
  );
}

async function census(context: RotationContext): Promise<KeyCensus> {
  const counts = await asSystem(context.pool, (sql) =>
    sql.query<{ kind: 'wrapped' | 'superseded'; key_id: string | null; n: string }>(
      'select * from app.count_keys()',
    ),
  );
  const wrapped = counts.flatMap(({ kind, key_id, n }): [string, number][] =>
    kind === 'wrapped' && key_id !== null ? [[key_id, Number(n)]] : [],
  );
  const superseded = Number(counts.find(({ kind }) => kind === 'superseded')?.n ?? 0);
  const values: Record<string, number> = {};
  for (const table of superseded === 0 ? [] : SEALED_TABLES) {
    for (const [column, n] of Object.entries(await countOld(context, table, null)))
      if (n > 0) values[`${table}.${column}`] = n;
  }
  return { wrapped: Object.fromEntries(wrapped), superseded, values };
}

async function reencrypt(
  context: RotationContext,
  { storage, tenantId }: Parameters<KeyRotation['reencrypt']>[0],
): Promise<Reencrypted> {
  const total: Reencrypted = { values: 0, files: 0, retired: 0, waiting: 0, unfinished: 0 };
  for (let after = FIRST_ID; ;) {
    const [tenant] = await asSystem(context.pool, (sql) =>
      sql.query<RenewedTenant>(
        `select tenant_id, max(version)::integer as newest, max(created_at) <= app.now() - ${SETTLED} as settled
           from public.tenant_keys
          where purpose = 'data' and tenant_id > $1 and ($2::uuid is null or tenant_id = $2)
          group by tenant_id having count(*) > 1
          order by tenant_id limit 1`,
        [after, tenantId ?? null],
      ),
    );
    if (tenant === undefined) return total;
    after = tenant.tenant_id;
    if (tenant.settled) await reencryptTenant(context, tenant, storage, total);
    else total.waiting += 1;
  }
}

interface RenewedTenant {
  tenant_id: string;
  newest: number;
  settled: boolean;
}

async function reencryptTenant(
  context: RotationContext,
  { tenant_id: tenantId, newest }: RenewedTenant,
  storage: Pick<ObjectStorage, 'get' | 'put'> | null,
  total: Reencrypted,
): Promise<void> {
  const rows = await asSystem(context.pool, (sql) =>
    sql.query<StoredKey>(
      'select purpose, version, wrapped_key from public.tenant_keys where tenant_id = $1',
      [tenantId],
    ),
  );
  try {
    const keys = unwrapTenantKeys(context.keyRing, tenantId, rows);
    let broken = 0;
    for (const table of SEALED_TABLES) {
      const done = await resealTable(context, table, { keys, version: newest });
      total.values += done.resealed;
      broken += done.broken;
    }
    if (storage !== null) {
      const done = await resealFiles(context, storage, keys);
      total.files += done.resealed;
      broken += done.broken;
    }
    if (storage !== null && broken === 0) total.retired += await retire(context, tenantId, newest);
    else total.unfinished += 1;
  } catch (error) {
    // Deleted meanwhile, or wrapped by a key that this ring has not: the other tenants go on.
    if (!(error instanceof KeysDestroyed) && !(error instanceof SealBroken)) throw error;
    total.unfinished += 1;
  }
}

/** Destroys the earlier data keys of a tenant, unless a value still needs one. */
async function retire(context: RotationContext, tenantId: string, newest: number): Promise<number> {
  for (const table of SEALED_TABLES) {
    const counts = await countOld(context, table, tenantId);
    if (Object.values(counts).some((n) => n > 0)) return 0;
  }
  const retired = await asSystem(context.pool, (sql) =>
    sql.query(
      `delete from public.tenant_keys where tenant_id = $1 and purpose = 'data' and version < $2 returning version`,
      [tenantId, newest],
    ),
  );
  return retired.length;
}
