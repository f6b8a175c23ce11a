/** What every store of one tenant's transaction is given. */
import type { EventData, TaskEventType } from '@cfdi-live/contract';
import type { TenantScope } from '@cfdi-live/domain';
import type { TenantKeys } from './crypto/tenant-keys.ts';
import type { Sql } from './pool.ts';

export interface TenantContext {
  scope: TenantScope;
  sql: Sql;
  keys: TenantKeys;
  /**
   * Notes an event; the transaction appends it as the last thing before it commits, whenever it was noted. So nobody
   * waits for another lock while it holds the tenant's event counter. `taskId` is the bare UUID, `data` goes as it is.
   */
  emit<T extends TaskEventType>(event: { type: T; taskId: string; data: EventData<T> }): void;
}
