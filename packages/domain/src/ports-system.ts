/** What crosses tenants (the system role's few functions), and the ports of database, files, queue and clock. */
import type { AccessStore } from './ports-access.ts';
import type { AdmissionStore, QueuedRef } from './ports-admission.ts';
import type { SatCheckStore } from './ports-cfdis.ts';
import type { DeadLetterStore } from './ports-dead-letters.ts';
import type { InboxSystemStore } from './ports-inbox.ts';
import type { ParkingSystemStore } from './ports-parking.ts';
import type { ReaperStore } from './ports-reaper.ts';
import type { SessionRow, TaskRow, TicketRow } from './ports-rows.ts';
import type { RepeatableRequests } from './ports-idempotency.ts';
import type { RunRef } from './ports-run.ts';
import type { TenantTx } from './ports-stores.ts';
import type { TenantEndStore } from './ports-tenant-end.ts';
import type { UpkeepStore } from './ports-upkeep.ts';
import type { DeliverySystemStore } from './ports-webhooks.ts';
import type { TenantScope } from './principal.ts';
import type { VendorRow } from './vendors/vendor-directory.ts';

/** Wall-clock time, so that days can pass in a test. */
export interface Clock {
  now(): Date;
}

export interface ClaimedTask {
  run: RunRef;
  task: TaskRow;
  ticket: TicketRow;
}

/** What crosses tenants: a few definer functions of the system role, nothing else. */
export interface SystemStore
  extends
    AccessStore,
    AdmissionStore,
    DeadLetterStore,
    DeliverySystemStore,
    InboxSystemStore,
    ParkingSystemStore,
    ReaperStore,
    SatCheckStore,
    TenantEndStore,
    UpkeepStore {
  /** The vendor directory, the sandbox's entries too. */
  listVendors(): Promise<VendorRow[]>;
  /**
   * `QUEUED`, or `RUNNING` with an expired lease → RUNNING, fence + 1, event `task.running`. Null: lost race, or it has to wait:
   * for what a person did in its browser, or (then it is PENDING again) for a browser or its portal. A ticket that an earlier
   * run left `submitting` or `submitted` is `in_doubt` from here on.
   */
  claim(input: { taskId: string; workerId: string; leaseMs: number }): Promise<ClaimedTask | null>;
  /** Null: the fence is no longer ours. Else what the run was asked for. */
  renewLease(
    run: RunRef,
    leaseMs: number,
  ): Promise<{ cancelRequested: boolean; pauseRequested: boolean } | null>;
  /** Tasks whose job may be lost: QUEUED for longer than `queuedForMs`, RUNNING with an expired lease. */
  listStranded(input: { queuedForMs: number; limit: number }): Promise<QueuedRef[]>;
  /**
   * Waiting tasks whose deadline passed → FAILED with the code of their state. Returns how many. Where the ticket is in
   * doubt, the task goes to QUEUED instead, to ask the portal.
   */
  failOverdue(): Promise<number>;
  /** Provider sessions that no live run owns. */
  listOrphanSessions(): Promise<(SessionRow & TenantScope)[]>;
}

/** The database as the rest of the product sees it. */
export interface Database extends RepeatableRequests {
  withTenant<T>(scope: TenantScope, work: (tx: TenantTx) => Promise<T>): Promise<T>;
  /**
   * The same for work that may share its transaction with others of this tenant and mode who come in the same moment, so that
   * all of them together cost little more than one: work that makes one task and writes nothing else. It may be called
   * twice, for what fails in company is done again alone.
   */
  withTenantShared<T>(scope: TenantScope, work: (tx: TenantTx) => Promise<T>): Promise<T>;
  system: SystemStore;
  /** Ids of tenants with new events, by LISTEN on a direct connection; may be lost, so readers also poll. */
  onEvents(listener: (hint: { tenantId: string }) => void): () => void;
  /**
   * Tells the id of a key, a live token or a person whose access changed; null: any may have, for hints were missed. May be
   * lost, so what is remembered of access is remembered for a second or two only.
   */
  onAccessChange(listener: (id: string | null) => void): () => void;
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Files, encrypted with the tenant's key before they leave the process. */
export interface ArtifactVault {
  put(scope: TenantScope, storagePath: string, bytes: Uint8Array): Promise<void>;
  get(scope: TenantScope, storagePath: string): Promise<Uint8Array | null>;
  /** What is not there is fine. Needs no tenant: it may be gone. */
  remove(storagePath: string): Promise<void>;
  ping(): Promise<void>;
}

/** The queue as the domain sees it: ids only. */
export interface JobQueue {
  addRun(ref: QueuedRef): Promise<void>;
  /** Tells the admitter that something changed; losing it only costs a sweep's wait. */
  addMaintenance(kind: 'admit' | 'webhooks'): Promise<void>;
  ping(): Promise<void>;
}
