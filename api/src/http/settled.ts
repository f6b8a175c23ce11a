import type { SettledRequest } from '@cfdi-live/domain';
import type { Context } from 'hono';
import type { StatusCode } from 'hono/utils/http-status';
import type { ApiEnv } from '../deps.ts';
import { problem } from './problems.ts';

/** The answer to a request that was sent before. */
export function answerSettled(c: Context<ApiEnv>, outcome: SettledRequest): Response {
  switch (outcome.kind) {
    case 'answered': {
      const { status, location, contentType, body } = outcome.answer;
      return c.newResponse(body === '' ? null : body, status as StatusCode, {
        'idempotent-replayed': 'true',
        ...(location === null ? {} : { location }),
        ...(contentType === null ? {} : { 'content-type': contentType }),
      });
    }
    case 'mismatch':
      return problem(c, 'idempotency_mismatch', {
        detail: 'This Idempotency-Key was sent with another request. Use a new one for each.',
        headers: { 'x-should-retry': 'false' },
      });
    case 'in_progress':
      return problem(c, 'idempotency_in_progress', {
        detail: 'The same request is being worked on. Send it again in a moment to get its answer.',
        headers: { 'retry-after': '1', 'x-should-retry': 'true' },
      });
  }
}
