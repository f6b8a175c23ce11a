/** What every store of the system's functions is given. */
import type { Mode } from '@cfdi-live/contract';
import type { KeyRing } from './crypto/key-ring.ts';
import type { TenantKeys } from './crypto/tenant-keys.ts';
import type { DbLog, Sql } from './pool.ts';

export interface SystemContext {
  sql: Sql;
  keyRing: KeyRing;
  keysOf(scope: { tenantId: string; mode: Mode }): Promise<TenantKeys>;
  log: DbLog;
}
