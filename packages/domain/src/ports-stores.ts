/**
 * Stores inside one transaction of one tenant and mode. Every write of a run carries its fence: zero rows touched is a
 * value ('lost'), not an exception.
 */
import type {
  EventData,
  EventType,
  Failure,
  InterventionReason,
  FailureCode,
  ListQuery,
  TaskCfdi,
  TaskEventType,
  TaskStatus,
} from '@cfdi-live/contract';
import type { ApiKeyStore, LiveTokenStore, MemberStore, TenantStore } from './ports-access.ts';
import type { AuditStore } from './ports-audit.ts';
import type { UsageStore } from './ports-usage.ts';
import type { CfdiStore } from './ports-cfdis.ts';
import type { CredentialStore } from './ports-credentials.ts';
import type { InboxStore } from './ports-inbox.ts';
import type { ControlStore, Parking, ParkingStore } from './ports-parking.ts';
import type { ProfileStore } from './ports-profiles.ts';
import type {
  ArtifactRow,
  CreateTaskResult,
  NewTask,
  Page,
  RetryTaskResult,
  SessionRow,
  StepRow,
  StoredEvent,
  TaskRow,
  TaskSession,
  TicketRow,
} from './ports-rows.ts';
import type { Fenced, RunRef } from './ports-run.ts';
import type { VendorStore } from './ports-vendors.ts';
import type { WebhookStore } from './ports-webhooks.ts';

// ── A run's writes ──────────────────────────────────────────────────────────────────────────────

/** How a run ends, in the transition table's words. */
export type RunEnd =
  | { on: 'complete'; cfdi: TaskCfdi }
  | { on: 'fail'; failure: Failure }
  | { on: 'cancel'; failure: Failure }
  | {
      on: 'reschedule';
      notBefore: Date;
      reason: string;
      burnAttempt: boolean;
      /** Nothing was tried, so what is known of lost runs stays; absent: the count begins anew, as with every other end. */
      lostRuns?: { lost: number; waited: number };
    }
  /** `sessionId`: stays open for the next run, which goes on in it. */
  | { on: 'release'; sessionId?: string }
  | {
      on: 'await_delivery';
      reason: 'mail' | 'issuer_pending' | 'sat_pending';
      until: Date;
      /** When the portal is asked for the document again; absent: not before `until`. */
      askAt?: Date;
    }
  /** Without `parking` it waits cold, and knows nothing of where it stood. */
  | { on: 'need_person'; reason: Exclude<InterventionReason, 'paused'>; until: Date; parking?: Parking }
  | { on: 'pause'; until: Date; parking?: Parking };

// ── Stores (inside one transaction of one tenant and mode) ──────────────────────────────────────

/** All that are named must hold. */
export interface TaskFilter {
  /** One of these. */
  status?: readonly TaskStatus[] | undefined;
  externalId?: string | undefined;
  /** Bare UUIDs. */
  vendorId?: string | undefined;
  profileId?: string | undefined;
  /** Failed with one of these. */
  failureCode?: readonly FailureCode[] | undefined;
  /** Failed, may succeed without a change, and not tried again. */
  deadLetter?: true | undefined;
  /** Exclusive; ISO 8601, UTC. */
  createdAfter?: string | undefined;
  createdBefore?: string | undefined;
  /** Every pair of these. */
  metadata?: Readonly<Record<string, string>> | undefined;
}

/** What deciding the steps of a task cost. */
export interface TaskSpending {
  tokens: number;
  costUsd: number;
}

export interface TaskStore {
  /** Ticket row, task row and `task.created` event, or the reason why not. */
  create(task: NewTask): Promise<CreateTaskResult>;
  /** The same for the ticket of a task that ended without its invoice. */
  retry(of: string, task: NewTask): Promise<RetryTaskResult>;
  get(id: string): Promise<TaskRow | null>;
  list(query: ListQuery & TaskFilter): Promise<Page<TaskRow>>;
  /**
   * Ends a waiting task at once; asks a running one to stop (`requested`). A task whose ticket is between mark and
   * settled is `requested` too. Terminal tasks stay as they are.
   */
  cancel(
    id: string,
    failure: Failure,
  ): Promise<{ kind: 'cancelled' | 'requested' | 'terminal'; task: TaskRow } | null>;
  /** Fenced end of a run: status, ticket-independent fields and the event, in this transaction. */
  endRun(run: RunRef, end: RunEnd): Promise<Fenced<TaskRow>>;
  /** By all runs of the task so far. */
  spent(taskId: string): Promise<TaskSpending>;
  listSteps(taskId: string, query: ListQuery): Promise<Page<StepRow>>;
  /** The step and its `task.step` event. */
  addStep(run: RunRef, step: Omit<StepRow, 'createdAt' | 'runId'>): Promise<Fenced<void>>;
}

export interface TicketStore {
  getForTask(taskId: string): Promise<TicketRow | null>;
  /**
   * `none|rejected` → `submitting`, in one statement, only while the run's fence is the task's and its lease lasts
   * longer than `minLeaseMs`. `act` is taken off the harmless ones: the same button may first complain and then issue.
   */
  mark(
    run: RunRef,
    input: { sessionId: string; minLeaseMs: number; act?: string },
  ): Promise<'marked' | 'lost_lease' | 'not_free'>;
  /** `submitting` → `submitted`: the act has left. */
  submitted(run: RunRef): Promise<Fenced<void>>;
  /**
   * What became of this run's own mark. `harmlessAct` is remembered when the state goes back to `none`. A ticket that is
   * not this run's to settle any more is left as it is.
   */
  settle(
    run: RunRef,
    input: { state: 'none' | 'rejected' | 'in_doubt'; harmlessAct?: string },
  ): Promise<Fenced<void>>;
  issued(run: RunRef, cfdiUuid: string): Promise<Fenced<void>>;
  /** The portal said that the invoice of this ticket is made: what is in doubt may not become free by looking. */
  answered(run: RunRef): Promise<Fenced<void>>;
  /** A reconciliation saw the ticket found and still offered; the double no is decided by the caller. */
  stillOffered(run: RunRef): Promise<Fenced<void>>;
  /** The double no: back to `none`, so that the next run may submit. */
  notInvoiced(run: RunRef): Promise<Fenced<void>>;
  reconciled(run: RunRef): Promise<Fenced<void>>;
}

export interface SessionStore {
  /** Written before the provider is asked. */
  open(run: RunRef, session: { id: string }): Promise<Fenced<void>>;
  /** `starting` → `active`, and `session.started`. */
  activate(id: string, providerSessionId: string): Promise<void>;
  /** Safe to repeat. `session.ended` is told of a session that was active. */
  terminate(id: string): Promise<void>;
  /** The session of a task that is open, else its last one; null when it had none. */
  last(taskId: string): Promise<TaskSession | null>;
  /** Sessions of a task that are not terminated, of any run. */
  listOpen(taskId: string): Promise<SessionRow[]>;
  /** Those, and the ones that were ended within the last minute: a provider takes its time to end a browser. */
  listMaybeRunning(taskId: string): Promise<SessionRow[]>;
}

export interface ArtifactStore {
  add(artifact: Omit<ArtifactRow, 'createdAt'>): Promise<ArtifactRow>;
  get(id: string): Promise<ArtifactRow | null>;
  list(taskId: string, query: ListQuery): Promise<Page<ArtifactRow>>;
}

/** Which events are wanted; what is not named selects nothing. */
export interface EventSelection {
  /** Bare UUID. */
  taskId?: string | undefined;
  types?: readonly EventType[] | undefined;
}

export interface EventStore {
  /**
   * Notes an event. It is appended when the transaction's work is done, as its last statement, for that locks the tenant's
   * counter; `data` goes on the wire as it is, so ids in it are public ones.
   */
  append<T extends TaskEventType>(event: { type: T; taskId: string; data: EventData<T> }): Promise<void>;
  /** Oldest first, after `cursor` (exclusive; 0n from the start). */
  after(cursor: bigint, input: EventSelection & { limit: number }): Promise<StoredEvent[]>;
  /** Place of the tenant's newest event, of either mode: every event up to it can be read. */
  head(): Promise<bigint>;
  /** Place of an event in the log, or null when it is unknown, pruned or foreign. */
  cursorOf(eventId: string): Promise<bigint | null>;
}

/** Everything of one tenant and mode, inside one transaction under the tenant's database role. */
export interface TenantTx {
  profiles: ProfileStore;
  credentials: CredentialStore;
  tasks: TaskStore;
  tickets: TicketStore;
  sessions: SessionStore;
  parking: ParkingStore;
  control: ControlStore;
  artifacts: ArtifactStore;
  cfdis: CfdiStore;
  inbox: InboxStore;
  events: EventStore;
  webhooks: WebhookStore;
  vendors: VendorStore;
  usage: UsageStore;
  audit: AuditStore;
  tenant: TenantStore;
  members: MemberStore;
  apiKeys: ApiKeyStore;
  liveTokens: LiveTokenStore;
}
