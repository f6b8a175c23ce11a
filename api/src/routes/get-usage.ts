import { MEMBER_ROLES, USAGE_MAX_DAYS, usageQuerySchema, usageSchema } from '@cfdi-live/contract';
import { getUsage } from '@cfdi-live/domain';
import type { Context } from 'hono';
import type { ApiEnv } from '../deps.ts';
import { USAGE_EXAMPLE } from '../examples-usage.ts';
import { operation } from '../http/operation.ts';
import { problem } from '../http/problems.ts';
import { json } from '../http/schemas.ts';
import { presentUsage } from '../present/usage.ts';

export const getUsageOperation = operation(
  {
    method: 'get',
    path: '/v1/usage',
    operationId: 'getUsage',
    tags: ['Usage'],
    summary: 'Get usage',
    description: `How tasks ended, by portal and by profile; how long steps took; sessions, minutes, tokens and cost. At most ${USAGE_MAX_DAYS} days at once. Everything counts on the UTC day on which it happened: a task and a session on that of its end.`,
    scope: 'usage:read',
    members: MEMBER_ROLES,
    request: { query: usageQuerySchema },
    responses: { 200: json(usageSchema, 'The usage of these days.', USAGE_EXAMPLE) },
    problems: ['invalid_request'],
  },
  async (c) => {
    const { services, principal } = c.var;
    const outcome = await getUsage(services, principal, c.req.valid('query'));
    switch (outcome.kind) {
      case 'usage':
        return c.json(presentUsage(outcome.from, outcome.to, outcome.report), 200);
      case 'backwards':
        return invalid(c, 'It is after `to`.');
      case 'too_long':
        return invalid(c, `It is ${USAGE_MAX_DAYS} days or more before \`to\`.`);
    }
  },
);

function invalid(c: Context<ApiEnv>, message: string) {
  return problem(c, 'invalid_request', {
    detail: 'The request is not valid.',
    errors: [{ path: 'from', code: 'invalid_range', message }],
  });
}
