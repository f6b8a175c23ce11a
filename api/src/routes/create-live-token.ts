import { createLiveTokenSchema, liveTokenSchema } from '@cfdi-live/contract';
import { createLiveToken } from '@cfdi-live/domain';
import { CREATE_LIVE_TOKEN_EXAMPLE, LIVE_TOKEN_EXAMPLE } from '../examples-access.ts';
import { operation } from '../http/operation.ts';
import { problem } from '../http/problems.ts';
import { idParam, json, jsonBody, uuidOf } from '../http/schemas.ts';
import { presentLiveToken } from '../present/access.ts';

export const createLiveTokenOperation = operation(
  {
    method: 'post',
    path: '/v1/tasks/{id}/live-tokens',
    operationId: 'createLiveToken',
    tags: ['Tasks'],
    summary: 'Create a live token for a task',
    description:
      'For a page that shows the task to a person: it reads this task, its events and its files, and with `control` may act in its session. It works for at most 15 minutes, from pages of the one origin, as `Authorization: Bearer clt_…`; never in a URL. When the task ends, control ends; reading lasts until the token expires. The token is shown this once.',
    scope: 'live:write',
    idempotency: { secretFields: ['token'] },
    request: {
      params: idParam('task'),
      body: jsonBody(createLiveTokenSchema, CREATE_LIVE_TOKEN_EXAMPLE),
    },
    responses: { 201: json(liveTokenSchema, 'The token.', LIVE_TOKEN_EXAMPLE) },
    problems: ['not_found', 'task_state_conflict'],
  },
  async (c) => {
    const { services, principal } = c.var;
    const { mode, ...rest } = c.req.valid('json');
    const taskId = uuidOf('task', c.req.valid('param').id);
    const outcome = await createLiveToken(services, principal, taskId, { ...rest, access: mode });
    switch (outcome.kind) {
      case 'created':
        return c.json({ ...presentLiveToken(outcome.row), token: outcome.token }, 201);
      case 'task_not_found':
        return problem(c, 'not_found', { detail: 'There is no such task.' });
      case 'task_ended':
        return problem(c, 'task_state_conflict', {
          detail: 'The task has ended: there is nothing to control. Ask for `view` to look at it.',
        });
    }
  },
);
