/** `automation_tasks` and `ticket_issuances` as the driver gives them, and as the domain sees them. */
import {
  INTERVENTION_REASONS,
  type Failure,
  type Mode,
  type ParkKind,
  type ProfileFacts,
  type TaskCfdi,
  type TaskOptions,
  type TaskStatus,
  type TaskWarning,
  type TicketData,
} from '@cfdi-live/contract';
import type {
  ControlActor,
  ControlRow,
  InterventionRow,
  TaskRow,
  TicketRow,
  TicketState,
} from '@cfdi-live/domain';
import type { Cell, TenantKeys } from '../crypto/tenant-keys.ts';

export interface TaskRecord {
  id: string;
  tenant_id: string;
  mode: Mode;
  external_id: string | null;
  status: TaskStatus;
  vendor_url: string;
  vendor_id: string | null;
  ticket_id: string;
  ticket_details: Buffer;
  profile_snapshot: Buffer | null;
  erased_at: Date | null;
  cfdi: Buffer | null;
  profile_id: string | null;
  credential_id: string | null;
  failure: Failure | null;
  warnings: TaskWarning[];
  priority: number;
  attempt: number;
  retry_of: string | null;
  retry_count: number;
  not_before: Date | null;
  deadline: Date | null;
  metadata: Record<string, string>;
  options: TaskOptions;
  fence: number;
  run_id: string | null;
  lost_runs: number;
  lost_runs_waited: number;
  cancel_requested_at: Date | null;
  pause_requested_at: Date | null;
  park: ParkKind | null;
  intervention: StoredIntervention | null;
  waiting_reason: string | null;
  waiting_until: Date | null;
  control_holder: string | null;
  control_actor: Buffer | null;
  control_since: Date | null;
  created_at: Date;
  updated_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
}

/** `intervention` as it lies in its column; reason and end have columns of their own. */
export interface StoredIntervention {
  /** ISO 8601, as the database writes it. */
  since: string;
  answerable: boolean;
  pictureArtifactId: string | null;
  vendorMessage: string | null;
}

/** An encrypted column of a task. */
export function taskCell(
  rowId: string,
  column: 'ticket_details' | 'profile_snapshot' | 'cfdi' | 'agent_state' | 'answer' | 'control_actor',
): Cell {
  return { table: 'automation_tasks', column, rowId };
}

/** Whom a task was made for, once that person is erased. No check of a profile lets it pass. */
const ERASED_PROFILE: ProfileFacts = {
  rfc: '',
  fullName: '',
  fiscalRegime: '',
  postalCode: '',
  cfdiUse: '',
  email: '',
};

/** What was sealed is what the types say: only this package writes it. */
export function toTask(keys: TenantKeys, record: TaskRecord): TaskRow {
  const { id } = record;
  return {
    id,
    tenantId: record.tenant_id,
    mode: record.mode,
    externalId: record.external_id,
    status: record.status,
    vendorUrl: record.vendor_url,
    vendorId: record.vendor_id,
    ticket: keys.openJson(taskCell(id, 'ticket_details'), record.ticket_details) as TicketData,
    profile:
      record.profile_snapshot === null
        ? ERASED_PROFILE
        : (keys.openJson(taskCell(id, 'profile_snapshot'), record.profile_snapshot) as ProfileFacts),
    erasedAt: record.erased_at,
    profileId: record.profile_id,
    credentialId: record.credential_id,
    ticketId: record.ticket_id,
    priority: record.priority,
    attempt: record.attempt,
    retryOf: record.retry_of,
    retryCount: record.retry_count,
    fence: record.fence,
    runId: record.run_id,
    lostRuns: record.lost_runs,
    lostRunsWaited: record.lost_runs_waited,
    cancelRequestedAt: record.cancel_requested_at,
    pauseRequestedAt: record.pause_requested_at,
    intervention: interventionOf(record),
    control: controlOf(keys, record),
    notBefore: record.not_before,
    deadline: record.deadline,
    metadata: record.metadata,
    options: record.options,
    cfdi: record.cfdi === null ? null : (keys.openJson(taskCell(id, 'cfdi'), record.cfdi) as TaskCfdi),
    failure: record.failure,
    warnings: record.warnings,
    createdAt: record.created_at,
    updatedAt: record.updated_at,
    startedAt: record.started_at,
    finishedAt: record.finished_at,
  };
}

function interventionOf(record: TaskRecord): InterventionRow | null {
  const { intervention, waiting_reason: reason, waiting_until: until } = record;
  if (intervention === null || until === null) return null;
  return {
    ...intervention,
    reason: INTERVENTION_REASONS.find((known) => known === reason) ?? 'unknown',
    since: new Date(intervention.since),
    until,
    park: record.park ?? 'cold',
  };
}

function controlOf(keys: TenantKeys, record: TaskRecord): ControlRow | null {
  const { id, control_holder: holder, control_actor: actor, control_since: since } = record;
  if (holder === null) return null;
  return {
    holder,
    actor: actor === null ? null : (keys.openJson(taskCell(id, 'control_actor'), actor) as ControlActor),
    since,
  };
}

export interface TicketRecord {
  id: string;
  state: TicketState;
  task_id: string;
  fence: number | null;
  session_id: string | null;
  submitted_at: Date | null;
  doubt_since: Date | null;
  cfdi_uuid: string | null;
  harmless_acts: string[];
  reconciliations: number;
  last_still_offered_at: Date | null;
  answered_at: Date | null;
  free_before_takeover: TicketState | null;
}

export const TICKET_COLUMNS = [
  'id',
  'state',
  'task_id',
  'fence',
  'session_id',
  'submitted_at',
  'doubt_since',
  'cfdi_uuid',
  'harmless_acts',
  'reconciliations',
  'last_still_offered_at',
  'answered_at',
  'free_before_takeover',
] as const satisfies readonly (keyof TicketRecord)[];

export function toTicket(record: TicketRecord): TicketRow {
  return {
    id: record.id,
    state: record.state,
    taskId: record.task_id,
    fence: record.fence,
    sessionId: record.session_id,
    submittedAt: record.submitted_at,
    doubtSince: record.doubt_since,
    cfdiUuid: record.cfdi_uuid,
    harmlessActs: record.harmless_acts,
    reconciliations: record.reconciliations,
    lastStillOfferedAt: record.last_still_offered_at,
    answeredAt: record.answered_at,
    takenOver: record.free_before_takeover !== null,
  };
}

/** The columns of a ticket in a row that holds its task too (`from f() alias`), apart from the task's of the same names. */
export function ticketColumnsOf(alias: string): string {
  return TICKET_COLUMNS.map((column) => `(${alias}.ticket).${column} as ticket__${column}`).join(', ');
}

/** The ticket of such a row. */
export function ticketOf(row: object): TicketRow {
  const columns = Object.entries(row).flatMap(([name, value]) =>
    name.startsWith('ticket__') ? [[name.slice('ticket__'.length), value as unknown]] : [],
  );
  return toTicket(Object.fromEntries(columns) as TicketRecord);
}
