/** Errors on the wire: RFC 9457 problems of the one closed list. */
import {
  ERROR_CODES,
  problemSchema,
  type ErrorCode,
  type FieldError,
  type Problem,
} from '@cfdi-live/contract';
import type { Context } from 'hono';
import type { ApiEnv } from '../deps.ts';
import { errorPage } from './error-page.ts';

/** A response that the type system knows to be the problem `Code`: an operation may return only those it declares. */
export type ProblemResponse<Code extends ErrorCode> = Response & { readonly [PROBLEM_CODE]: Code };
declare const PROBLEM_CODE: unique symbol;

export interface ProblemParts {
  /** A sentence for the developer who reads it. Never a value of the request or of a row. */
  detail: string;
  errors?: readonly FieldError[];
  /** Public id of the task in question. */
  taskId?: string;
  /** End of a ticket's window, ISO 8601. */
  deadline?: string;
  headers?: Readonly<Record<string, string>>;
}

/** More says nothing more, and the answer to a body full of nonsense stays small. */
const MOST_ERRORS = 50;

/** Somebody else has control of a task's browser, or waits for it. */
export const LEASE_HELD: ProblemParts = {
  detail:
    'Somebody else has control, or waits for it. It is free when they hand it back, or after a minute of silence.',
};

export function problem<Code extends ErrorCode>(
  c: Context<ApiEnv>,
  code: Code,
  parts: ProblemParts,
): ProblemResponse<Code> {
  const body = problemBody(c, code, parts);
  const response = c.body(JSON.stringify(body), ERROR_CODES[code].status, {
    ...parts.headers,
    'content-type': 'application/problem+json',
  });
  return response as unknown as ProblemResponse<Code>;
}

/** The problem itself, for answers that hold several. */
export function problemBody(c: Context<ApiEnv>, code: ErrorCode, parts: ProblemParts): Problem {
  const { status, title } = ERROR_CODES[code];
  return {
    type: errorPage(code),
    title,
    status,
    detail: parts.detail,
    code,
    requestId: c.var.requestId,
    errors: (parts.errors ?? []).slice(0, MOST_ERRORS),
    ...(parts.taskId === undefined ? {} : { taskId: parts.taskId }),
    ...(parts.deadline === undefined ? {} : { deadline: parts.deadline }),
  };
}

/** The `responses` of the OpenAPI document for these codes: one entry a status, for several codes may share one. */
export function problemResponses(codes: readonly ErrorCode[]) {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of new Set(codes)) {
    const { status } = ERROR_CODES[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    Array.from(byStatus, ([status, sharing]) => [
      status,
      {
        description: sharing.map((code) => `\`${code}\`: ${ERROR_CODES[code].title}.`).join(' '),
        content: {
          'application/problem+json': {
            schema: problemSchema,
            // By code: which codes an operation answers is read from here, by tests and by the pages of errors.
            examples: Object.fromEntries(
              sharing.map((code) => [code, { $ref: `#/components/examples/${code}` }]),
            ),
          },
        },
      },
    ]),
  );
}
