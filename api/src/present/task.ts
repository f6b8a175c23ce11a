import { encodeId, type Step, type Task } from '@cfdi-live/contract';
import type { StepRow, TaskRow } from '@cfdi-live/domain';
import { presentControl, presentIntervention } from './parking.ts';
import { idOrNull, timestamp, timestampOrNull } from './common.ts';

/** A task on the wire. The profile's snapshot stays inside. */
export function presentTask(row: TaskRow): Task {
  return {
    id: encodeId('task', row.id),
    externalId: row.externalId,
    mode: row.mode,
    status: row.status,
    vendorUrl: row.vendorUrl,
    vendorId: idOrNull('vendor', row.vendorId),
    ticketData: row.ticket,
    profileId: idOrNull('profile', row.profileId),
    credentialId: idOrNull('credential', row.credentialId),
    priority: row.priority,
    attempt: row.attempt,
    retryOf: idOrNull('task', row.retryOf),
    retryCount: row.retryCount,
    cancelRequested: row.cancelRequestedAt !== null,
    pauseRequested: row.pauseRequestedAt !== null,
    intervention: row.intervention === null ? null : presentIntervention(row.intervention),
    control: row.control === null ? null : presentControl(row.control),
    scheduledFor: timestampOrNull(row.notBefore),
    deadline: timestampOrNull(row.deadline),
    metadata: row.metadata,
    options: row.options,
    cfdi: row.cfdi,
    failure: row.failure,
    warnings: row.warnings,
    createdAt: timestamp(row.createdAt),
    updatedAt: timestamp(row.updatedAt),
    startedAt: timestampOrNull(row.startedAt),
    finishedAt: timestampOrNull(row.finishedAt),
  };
}

export function presentStep(row: StepRow): Step {
  return {
    id: encodeId('step', row.id),
    runId: encodeId('run', row.runId),
    index: row.index,
    type: row.type,
    summary: row.summary,
    planner: row.planner,
    confidence: row.confidence,
    durationMs: row.durationMs,
    tokens: row.tokens,
    costUsd: row.costUsd,
    screenshotArtifactId: idOrNull('artifact', row.screenshotArtifactId),
    createdAt: timestamp(row.createdAt),
  };
}
