/** Why no task was made, as a problem: for one request, and for each item of a batch. */
import { encodeId } from '@cfdi-live/contract';
import type { CreateTaskOutcome } from '@cfdi-live/domain';
import type { ProblemParts } from '../http/problems.ts';

export type TaskRefusal = Exclude<CreateTaskOutcome, { kind: 'created' }>;

/** The codes that a refusal may have; every operation that makes tasks names them among its problems. */
export const TASK_REFUSAL_CODES = [
  'invalid_request',
  'not_found',
  'duplicate_ticket',
  'ticket_in_doubt',
  'external_id_taken',
  'ticket_invalid',
  'profile_invalid',
  'url_not_allowed',
  'vendor_unsupported',
  'quota_exceeded',
] as const;
export type TaskRefusalCode = (typeof TASK_REFUSAL_CODES)[number];

export function describeRefusal(outcome: TaskRefusal): { code: TaskRefusalCode; parts: ProblemParts } {
  if (outcome.kind === 'quota_exceeded') return quotaExceeded(outcome);
  if ('taskId' in outcome) {
    const { kind, taskId } = outcome;
    return { code: kind, parts: { detail: CONFLICTS[kind], taskId: encodeId('task', taskId) } };
  }
  if (outcome.kind === 'vendor_not_found') {
    const message = 'There is no such vendor.';
    return {
      code: 'not_found',
      parts: { detail: message, errors: [{ path: 'vendorId', code: 'not_found', message }] },
    };
  }
  if (outcome.kind === 'ticket_invalid') {
    const { errors, deadline } = outcome;
    const until = deadline === null ? {} : { deadline: deadline.toISOString() };
    return { code: 'ticket_invalid', parts: { detail: REFUSALS.ticket_invalid.detail, errors, ...until } };
  }
  if ('errors' in outcome) {
    const { code, detail } = REFUSALS[outcome.kind];
    return { code, parts: { detail, errors: outcome.errors } };
  }
  const [path, message] =
    outcome.kind === 'credential_not_found'
      ? ['credentialId', 'There is no such credential.']
      : ['profileId', 'There is no such profile.'];
  return {
    code: 'not_found',
    parts: { detail: message, errors: [{ path, code: 'not_found', message }] },
  };
}

function quotaExceeded({ whose, retryAfterSeconds }: Extract<TaskRefusal, { kind: 'quota_exceeded' }>) {
  return {
    code: 'quota_exceeded',
    parts: {
      detail: `This ${whose} has made as many tasks in this hour as its plan allows.`,
      // A client that retries by itself would only be refused again, for up to an hour.
      headers: { 'retry-after': String(retryAfterSeconds), 'x-should-retry': 'false' },
    },
  } as const;
}

/** What is in the way is another task. */
const CONFLICTS = {
  duplicate_ticket: 'This ticket is being invoiced, or has been. Read the task it belongs to.',
  ticket_in_doubt: 'An earlier task may have invoiced this ticket. Do not request it elsewhere.',
  external_id_taken: 'Another task has this externalId.',
} as const;

/** What is in the way is in the request. */
const REFUSALS = {
  schedule_invalid: { code: 'invalid_request', detail: 'The task could never start in time.' },
  ticket_invalid: { code: 'ticket_invalid', detail: 'This ticket cannot be invoiced as it stands.' },
  vendor_mismatch: { code: 'invalid_request', detail: 'vendorUrl and vendorId name two vendors.' },
  vendor_unsupported: {
    code: 'vendor_unsupported',
    detail: 'The vendor is known, but not where its portal stands.',
  },
  url_not_allowed: { code: 'url_not_allowed', detail: "The vendor's address may not be visited." },
  profile_invalid: {
    code: 'profile_invalid',
    detail: 'SAT would refuse an invoice made out to this profile.',
  },
  credential_of_other_profile: {
    code: 'profile_invalid',
    detail: "The credential is not this profile's.",
  },
  credential_of_other_vendor: {
    code: 'url_not_allowed',
    detail: 'The credential may not be used at this address.',
  },
} as const;
