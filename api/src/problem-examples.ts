/** One answer of each error code, as a client might meet it: in the OpenAPI document, and on the code's page in `docs/errors/`. */
import { ERROR_CODES, type ErrorCode, type FieldError, type Problem } from '@cfdi-live/contract';
import { errorPage } from './http/error-page.ts';

const TASK_ID = 'task_01kaf3v6n0e8sb9c1m5r7t2wxy';

/** What differs from code to code. */
const EXAMPLES: Record<ErrorCode, { detail: string; errors?: FieldError[]; taskId?: string }> = {
  unauthenticated: { detail: 'Send a valid key or token as `Authorization: Bearer …`.' },
  forbidden: { detail: 'This needs the scope tasks:write.' },
  not_found: { detail: 'Nothing has this id.' },
  method_not_allowed: { detail: 'Allowed here: GET, POST.' },
  invalid_request: {
    detail: 'The request does not fit the schema of this operation.',
    errors: [
      { path: 'ticketData.amount', code: 'too_small', message: 'Too small: expected number to be >0' },
    ],
  },
  unsupported_media_type: { detail: 'Send the body as application/json.' },
  payload_too_large: { detail: 'The body is larger than 256 KB.' },
  duplicate_ticket: {
    detail: 'This ticket is being invoiced, or has been. Read the task it belongs to.',
    taskId: TASK_ID,
  },
  external_id_taken: { detail: 'Another task has this externalId.', taskId: TASK_ID },
  task_state_conflict: { detail: 'The task has ended.' },
  ticket_in_doubt: {
    detail: 'An earlier task may have invoiced this ticket. Do not request it elsewhere.',
    taskId: TASK_ID,
  },
  lease_held: { detail: 'Somebody else is in control of this session.' },
  idempotency_mismatch: {
    detail: 'This Idempotency-Key was sent with another request. Use a new one for each.',
  },
  idempotency_in_progress: {
    detail: 'The same request is being worked on. Send it again in a moment to get its answer.',
  },
  rate_limited: { detail: 'Too many requests. Wait as long as Retry-After says.' },
  quota_exceeded: { detail: 'The tasks of this hour are used up.' },
  profile_invalid: {
    detail: 'SAT would refuse an invoice made out to this profile.',
    errors: [
      {
        path: 'profile.cfdiUse',
        code: 'use_not_for_regime',
        message: 'SAT does not allow this use with this regime.',
      },
    ],
  },
  ticket_invalid: {
    detail: 'No vendor can invoice this ticket as it stands.',
    errors: [
      { path: 'ticketData.date', code: 'date_in_future', message: 'The date lies more than a day ahead.' },
    ],
  },
  vendor_unsupported: { detail: 'Tickets of this vendor cannot be invoiced here.' },
  url_not_allowed: {
    detail: "The vendor's address may not be visited.",
    errors: [
      { path: 'vendorUrl', code: 'private_address', message: 'The address is not on the public internet.' },
    ],
  },
  model_not_configured: { detail: 'This deployment has no model that reads images.' },
  temporarily_unavailable: {
    detail: 'A part of the platform does not answer at the moment. Try again.',
  },
  internal: { detail: 'The error was logged. Name the request id when you report it.' },
};

export function exampleOfProblem(code: ErrorCode): Problem {
  const { status, title } = ERROR_CODES[code];
  const { detail, errors = [], taskId } = EXAMPLES[code];
  return {
    type: errorPage(code),
    title,
    status,
    detail,
    code,
    requestId: '0199a3c2-5f0e-7c41-9d57-3b8f0a6c2e14',
    errors,
    ...(taskId === undefined ? {} : { taskId }),
  };
}
