/** What was not expected: a dependency that is away is told as such, everything else only by a request id. */
import { DatabaseUnavailable, KeysDestroyed, RequestSettled, StorageUnavailable } from '@cfdi-live/db';
import type { ErrorHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ApiEnv } from '../deps.ts';
import { SignersUnavailable } from './person.ts';
import { codeOf, describeError } from './describe-error.ts';
import { problem } from './problems.ts';
import { answerSettled } from './settled.ts';

const RETRY_AFTER_SECONDS = '5';

export const answerError: ErrorHandler<ApiEnv> = (error, c) => {
  if (error instanceof RequestSettled) return answerSettled(c, error.outcome);
  if (error instanceof HTTPException && error.status === 415) {
    return problem(c, 'unsupported_media_type', { detail: 'Send the body as application/json.' });
  }
  if (error instanceof HTTPException && error.status === 400) {
    return problem(c, 'invalid_request', { detail: 'The request could not be read.' });
  }
  if (c.req.raw.signal.aborted) {
    // Nobody reads this answer.
    return problem(c, 'invalid_request', { detail: 'The request was cut off.' });
  }
  if (error instanceof KeysDestroyed) {
    // It ended while this request was under way.
    return problem(c, 'unauthenticated', { detail: 'The tenant has been deleted.' });
  }
  const fields = { requestId: c.var.requestId, error: describeError(error) };
  if (isUnavailable(error)) {
    c.var.services.log.warn(fields, 'a dependency is unavailable');
    return problem(c, 'temporarily_unavailable', {
      detail: 'A part of the platform does not answer at the moment. Try again.',
      headers: { 'retry-after': RETRY_AFTER_SECONDS },
    });
  }
  c.var.services.log.error(fields, 'request failed');
  return problem(c, 'internal', {
    detail: 'The error was logged. Name the request id when you report it.',
  });
};

const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
]);

/** Whether a dependency could not be reached, so that the same request may succeed later. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof DatabaseUnavailable || error instanceof StorageUnavailable) return true;
  if (error instanceof SignersUnavailable) return true;
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError && error.errors.some(isUnavailable)) return true;
  return NETWORK_CODES.has(codeOf(error) ?? '') || isUnavailable(error.cause);
}
