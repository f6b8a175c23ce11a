/** The closed list of API errors (RFC 9457 problems): code → HTTP status and title. One place, exhaustive. */
import { z } from 'zod';

export const ERROR_CODES = {
  unauthenticated: { status: 401, title: 'No valid API key or token' },
  forbidden: { status: 403, title: 'This key may not do that' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'Method not allowed' },
  invalid_request: { status: 400, title: 'The request is not valid' },
  unsupported_media_type: { status: 415, title: 'Unsupported media type' },
  payload_too_large: { status: 413, title: 'The body is too large' },
  duplicate_ticket: { status: 409, title: 'This ticket already has a task' },
  external_id_taken: { status: 409, title: 'This externalId is taken' },
  task_state_conflict: { status: 409, title: 'The task is in a state that does not allow this' },
  ticket_in_doubt: { status: 409, title: 'Whether this ticket was invoiced is still being found out' },
  lease_held: { status: 409, title: 'Somebody else holds control' },
  idempotency_mismatch: { status: 409, title: 'This Idempotency-Key was used with another request' },
  idempotency_in_progress: { status: 409, title: 'A request with this Idempotency-Key is in progress' },
  rate_limited: { status: 429, title: 'Too many requests' },
  quota_exceeded: { status: 429, title: 'The quota is used up' },
  profile_invalid: { status: 422, title: 'The fiscal profile is not valid' },
  ticket_invalid: { status: 422, title: 'The ticket is not valid' },
  vendor_unsupported: { status: 422, title: 'This vendor is not supported' },
  url_not_allowed: { status: 422, title: 'This address is not allowed' },
  model_not_configured: { status: 503, title: 'No model is configured' },
  temporarily_unavailable: { status: 503, title: 'Temporarily unavailable' },
  internal: { status: 500, title: 'Internal error' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof ERROR_CODES;
export const ERROR_CODE_LIST = Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]];

/** What is wrong with one value of a request. `path` is dotted (`ticketData.amount`); '' is the whole body. */
export interface FieldError {
  path: string;
  code: string;
  message: string;
  /** The same for the person with the ticket, where it is theirs to put right. */
  messageEs?: string;
}

export const problemSchema = z
  .object({
    type: z.string().meta({
      description: 'The page of the code.',
      examples: ['https://docs.cfdi-live.dev/errors/not_found'],
    }),
    title: z.string().meta({ description: 'The code in words; its wording may change.' }),
    status: z.int().meta({ description: 'The HTTP status, again.' }),
    detail: z.string().meta({ description: 'What happened this time, for the developer who reads it.' }),
    code: z.enum(ERROR_CODE_LIST).meta({ description: 'Of a closed list; decide by it.' }),
    requestId: z.string().meta({ description: 'Quote it in a report.' }),
    errors: z
      .array(
        z.object({
          path: z.string(),
          code: z.string(),
          message: z.string(),
          messageEs: z
            .string()
            .optional()
            .meta({ description: 'The same in Spanish, where the person with the ticket can put it right.' }),
        }),
      )
      .meta({ description: 'What is wrong with which values; `path` is dotted, empty for the whole body.' }),
    deadline: z
      .string()
      .optional()
      .meta({ description: "End of the ticket's window, with `ticket_invalid` where that has passed." }),
    taskId: z
      .string()
      .optional()
      .meta({ description: 'The task in question, where another one is in the way.' }),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details. `code` is from a closed list.' });
export type Problem = z.infer<typeof problemSchema>;
