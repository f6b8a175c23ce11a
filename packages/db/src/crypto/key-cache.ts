/** Unwrapped tenant keys, kept for a short time: a deleted tenant's keys must not live on in a process. */
import type { KeyRing } from './key-ring.ts';
import { unwrapTenantKeys, type TenantKeys, type WrappedKey } from './tenant-keys.ts';
import type { Sql } from '../pool.ts';

const KEEP_MS = 60_000;

export interface KeyCache {
  /** Loads by `sql` where needed, which must run in a transaction of that tenant. */
  get(tenantId: string, sql: Sql): Promise<TenantKeys>;
  /** What is at hand without asking. */
  peek(tenantId: string): TenantKeys | undefined;
}

export function createKeyCache(ring: KeyRing): KeyCache {
  const entries = new Map<string, { keys: TenantKeys; until: number }>();
  const peek = (tenantId: string): TenantKeys | undefined => {
    const entry = entries.get(tenantId);
    return entry !== undefined && entry.until > performance.now() ? entry.keys : undefined;
  };
  return {
    peek,
    async get(tenantId, sql) {
      const known = peek(tenantId);
      if (known !== undefined) return known;
      const rows = await sql.query<WrappedKey>(
        'select purpose, version, wrapped_key from public.tenant_keys where tenant_id = $1',
        [tenantId],
      );
      const keys = unwrapTenantKeys(ring, tenantId, rows);
      const now = performance.now();
      // The map is in order of insertion, which is the order of expiry.
      for (const [id, entry] of entries) {
        if (entry.until > now) break;
        entries.delete(id);
      }
      entries.delete(tenantId);
      entries.set(tenantId, { keys, until: now + KEEP_MS });
      return keys;
    },
  };
}
