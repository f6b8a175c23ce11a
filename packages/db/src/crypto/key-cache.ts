/**
 * Unwrapped tenant keys, kept for a few seconds: a deleted tenant's keys must not live on in a process, and a new
 * version of a key must soon be known everywhere.
 */
import type { KeyRing } from './key-ring.ts';
import { unwrapTenantKeys, type StoredKey, type TenantKeys } from './tenant-keys.ts';
import type { Sql } from '../pool.ts';

const KEEP_MS = 4_000;

export interface KeyCache {
  /** Loads by `sql` where needed, which must run in a transaction of that tenant. */
  get(tenantId: string, sql: Sql): Promise<TenantKeys>;
  /** What is at hand without asking. */
  peek(tenantId: string): TenantKeys | undefined;
  /** Forgets every key. */
  clear(): void;
}

/**
 * A new version opens from its first moment and writes a minute later: by then every cache has it, so that no process
 * is ever given a value whose key it does not know. Version 1 comes with its tenant.
 */
const KEYS = `select purpose, version, wrapped_key,
    version = 1 or created_at <= app.now() - interval '1 minute' as writes
  from public.tenant_keys where tenant_id = $1`;

export function createKeyCache(ring: KeyRing): KeyCache {
  const entries = new Map<string, { keys: TenantKeys; until: number; timer: NodeJS.Timeout }>();
  const forget = (tenantId: string): void => {
    clearTimeout(entries.get(tenantId)?.timer);
    entries.delete(tenantId);
  };
  const peek = (tenantId: string): TenantKeys | undefined => {
    const entry = entries.get(tenantId);
    return entry !== undefined && entry.until > performance.now() ? entry.keys : undefined;
  };
  return {
    peek,
    async get(tenantId, sql) {
      const known = peek(tenantId);
      if (known !== undefined) return known;
      const keys = unwrapTenantKeys(ring, tenantId, await sql.query<StoredKey>(KEYS, [tenantId]));
      forget(tenantId);
      // The timer lets go of a key that nobody asks for again; `until` holds when the timer is late.
      const timer = setTimeout(() => entries.delete(tenantId), KEEP_MS).unref();
      entries.set(tenantId, { keys, until: performance.now() + KEEP_MS, timer });
      return keys;
    },
    clear() {
      for (const tenantId of entries.keys()) forget(tenantId);
    },
  };
}
