/**
 * Rows as the domain sees them: decrypted, ids as bare UUIDs (the API's presenters turn them into public ids).
 */
import type {
  Artifact,
  Event,
  Failure,
  InterventionReason,
  Mode,
  ParkKind,
  PlannerName,
  ProfileFacts,
  Session,
  StepType,
  TaskCfdi,
  TaskOptions,
  TaskStatus,
  TaskWarning,
  TicketData,
} from '@cfdi-live/contract';

export interface ProfileRow extends ProfileFacts {
  id: string;
  externalId: string | null;
  mode: Mode;
  createdAt: Date;
  updatedAt: Date;
}

/** What a parked task needs a person for. */
export interface InterventionRow {
  reason: InterventionReason;
  since: Date;
  until: Date;
  park: ParkKind;
  /** A text would do, as long as the browser is kept. */
  answerable: boolean;
  /** Bare UUID. */
  pictureArtifactId: string | null;
  vendorMessage: string | null;
}

/** The person behind a live token. */
export interface ControlActor {
  id: string;
  label: string;
}

/** Who has control, or waits for it (`since` null). */
export interface ControlRow {
  /** `actorOf(principal)`. */
  holder: string;
  actor: ControlActor | null;
  since: Date | null;
}

export interface TaskRow {
  id: string;
  tenantId: string;
  mode: Mode;
  externalId: string | null;
  status: TaskStatus;
  vendorUrl: string;
  vendorId: string | null;
  ticket: TicketData;
  /** The fiscal identity as it was when the task was made; the proof compares with it. */
  profile: ProfileFacts;
  /** When its person was erased: since then `profile` is blank. */
  erasedAt: Date | null;
  profileId: string | null;
  credentialId: string | null;
  ticketId: string;
  priority: number;
  attempt: number;
  /** The task that this one is the retry of, and how many retries lie behind it. */
  retryOf: string | null;
  retryCount: number;
  fence: number;
  runId: string | null;
  /** Runs in a row, up to now, that lost their lease; and for how many of them the task has waited. */
  lostRuns: number;
  lostRunsWaited: number;
  cancelRequestedAt: Date | null;
  /** Somebody wants it to stop at the next safe point. */
  pauseRequestedAt: Date | null;
  /** What it needs a person for, while it is parked. */
  intervention: InterventionRow | null;
  /** Who has control of its browser, or waits for it. */
  control: ControlRow | null;
  notBefore: Date | null;
  deadline: Date | null;
  metadata: Record<string, string>;
  options: TaskOptions;
  cfdi: TaskCfdi | null;
  failure: Failure | null;
  /** What pre-flight found doubtful. */
  warnings: TaskWarning[];
  createdAt: Date;
  updatedAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
}

export interface NewTask {
  id: string;
  externalId: string | null;
  vendorUrl: string;
  vendorHost: string;
  /** The vendor of the directory, where the portal is a known one's. */
  vendorId: string | null;
  ticket: TicketData;
  /** Canonical text of the ticket (`ticketIdentity`); the store keeps only its keyed hash. */
  ticketIdentity: string;
  /** Where the vendor's own rule made that text: which rule, and the text by the rule for unknown vendors. */
  vendorRule: { name: string; generalIdentity: string } | null;
  profile: ProfileFacts;
  profileId: string | null;
  credentialId: string | null;
  priority: number;
  notBefore: Date | null;
  deadline: Date | null;
  metadata: Record<string, string>;
  options: TaskOptions;
  warnings: TaskWarning[];
  createdBy: string;
}

export type CreateTaskResult =
  | { kind: 'created'; task: TaskRow }
  /** The ticket belongs to a live task, or is issued. */
  | { kind: 'duplicate_ticket'; taskId: string }
  /** The ticket may have been invoiced by a task that ended in doubt. */
  | { kind: 'ticket_in_doubt'; taskId: string }
  | { kind: 'external_id_taken'; taskId: string }
  /** So many tasks were made in this hour that the next one may come only then; nothing was counted. */
  | { kind: 'quota_exceeded'; whose: 'tenant' | 'profile'; retryAfterSeconds: number };

export type RetryTaskResult =
  | CreateTaskResult
  | { kind: 'not_found' }
  /** It still lives, or ended with its invoice. */
  | { kind: 'not_ended' }
  /** Its retry has ended too: that one may be retried. */
  | { kind: 'retried'; taskId: string }
  | { kind: 'retried_too_often' };

export interface StepRow {
  id: string;
  runId: string;
  index: number;
  type: StepType;
  summary: string;
  planner: PlannerName;
  confidence: number | null;
  durationMs: number;
  tokens: number;
  costUsd: number;
  screenshotArtifactId: string | null;
  createdAt: Date;
}

export interface ArtifactRow {
  id: string;
  taskId: string;
  kind: Artifact['kind'];
  fileName: string;
  contentType: string;
  size: number;
  sha256: string;
  /** Path in Storage. */
  storagePath: string;
  createdAt: Date;
}

export const TICKET_STATES = ['none', 'submitting', 'submitted', 'issued', 'rejected', 'in_doubt'] as const;
export type TicketState = (typeof TICKET_STATES)[number];

/** The ticket's own row: the guard of exactly-once issuance. Outlives tasks. */
export interface TicketRow {
  id: string;
  state: TicketState;
  taskId: string;
  fence: number | null;
  sessionId: string | null;
  submittedAt: Date | null;
  /** When the ticket first came into doubt; null when it is not. */
  doubtSince: Date | null;
  cfdiUuid: string | null;
  /** Acts that were marked and turned out to be only a next step; a reconciling run may repeat them. */
  harmlessActs: string[];
  /** Reconciliations made so far, and when a page last showed the ticket as still offered. */
  reconciliations: number;
  lastStillOfferedAt: Date | null;
  /** When the portal said that the invoice of the act in doubt was made; null when it did not. */
  answeredAt: Date | null;
  /** It is in doubt for no other reason than that a person had control of its browser. */
  takenOver: boolean;
}

export type SessionStatus = Session['status'];

export interface SessionRow {
  id: string;
  taskId: string;
  runId: string;
  status: SessionStatus;
  /** The provider's id; null while the provider was not asked or did not answer. */
  providerSessionId: string | null;
  createdAt: Date;
}

/** A session as the owner of its task may know it: never where to connect to it. */
export interface TaskSession {
  id: string;
  taskId: string;
  runId: string;
  status: SessionStatus;
  provider: string;
  startedAt: Date;
  endedAt: Date | null;
}

/** A page of a list, newest first. Cursors are opaque. */
export interface Page<T> {
  rows: T[];
  hasMore: boolean;
  nextCursor: string | null;
}

/** An event with its place in the tenant's log (`cursor`: gapless, commit order = cursor order). */
export interface StoredEvent {
  cursor: bigint;
  event: Event;
}
