/** zod's issues as the contract's field errors, and the hook that answers them. */
import type { FieldError } from '@cfdi-live/contract';
import type { Hook } from '@hono/zod-openapi';
import type { z } from 'zod';
import type { ApiEnv } from '../deps.ts';
import { problem } from './problems.ts';

type Issue = z.core.$ZodIssue;

/** One error a wrong value: the first thing that is wrong with it. Messages name what was expected, never the value. */
export function toFieldErrors(issues: readonly Issue[]): FieldError[] {
  const byPath = new Map<string, FieldError>();
  for (const error of issues.flatMap(errorsOf)) {
    if (!byPath.has(error.path)) byPath.set(error.path, error);
  }
  return Array.from(byPath.values());
}

function errorsOf(issue: Issue): FieldError[] {
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: shorten(path === '' ? key : `${path}.${key}`),
      code: 'unknown_field',
      message: 'This field is not known here.',
    }));
  }
  const code = issue.code === 'custom' ? 'invalid_value' : issue.code;
  return [{ path: shorten(path), code, message: shorten(messageOf(issue)) }];
}

function messageOf(issue: Issue): string {
  // A union only says that nothing fitted: tell what would have.
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return issue.message;
  const messages = issue.errors.flatMap((branch) => branch.map((inner) => inner.message));
  return Array.from(new Set(messages)).join(' or ');
}

/** Keys come from the caller and may be as long as the body. */
function shorten(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 199)}…`;
}

/** Answers a request that does not fit its schema. An id that cannot be one of ours names nothing: 404. */
export const answerInvalid: Hook<unknown, ApiEnv, string, Response | undefined> = (result, c) => {
  if (result.success) return undefined;
  if (result.target === 'param') return problem(c, 'not_found', { detail: 'Nothing has this id.' });
  return problem(c, 'invalid_request', {
    detail: 'The request does not fit the schema of this operation.',
    errors: toFieldErrors(result.error.issues),
  });
};
