/** What every store of one tenant's transaction is given. */
import type { EventData, TaskEventType } from '@cfdi-live/contract';
import type { TenantScope } from '@cfdi-live/domain';
import type { TenantKeys } from './crypto/tenant-keys.ts';
import type { Sql } from './pool.ts';
import type { MakeTask } from './wanted-tasks.ts';

export interface TenantContext {
  scope: TenantScope;
  sql: Sql;
  keys: TenantKeys;
  /**
   * Notes an event; the transaction appends it as the last thing before it commits, whenever it was noted. So nobody
   * waits for another lock while it holds the tenant's event counter. `taskId` is the bare UUID, `data` goes as it is.
   */
  emit<T extends TaskEventType>(event: { type: T; taskId: string; data: EventData<T> }): void;
  /** Makes a task: at once, or together with those that others want who share the transaction. */
  makeTask: MakeTask;
  /** Key of the request that the work is done for, where it is to be claimed with the task; null: by now, or there is none. */
  requestKey: string | null;
}
