import { recoverWebhookEndpointSchema, webhookRecoverySchema } from '@cfdi-live/contract';
import { recoverWebhookEndpoint } from '@cfdi-live/domain';
import { MANAGERS } from '../http/allowed.ts';
import { operation } from '../http/operation.ts';
import { problem } from '../http/problems.ts';
import { idParam, json, jsonBody, uuidOf } from '../http/schemas.ts';

export const recoverWebhookEndpointOperation = operation(
  {
    method: 'post',
    path: '/v1/webhook-endpoints/{id}/recover',
    operationId: 'recoverWebhookEndpoint',
    tags: ['Webhooks'],
    summary: 'Send again what a webhook endpoint did not get',
    description:
      'Queues every event since a time that the endpoint asks for and did not get: deliveries that failed for good, and events that came while it was disabled or did not exist. A disabled endpoint stays so: enable it before or after. At most 10,000 at once, oldest first.',
    scope: 'webhooks:write',
    members: MANAGERS,
    request: {
      params: idParam('webhookEndpoint'),
      body: jsonBody(recoverWebhookEndpointSchema, { since: '2026-11-20T18:30:00.000Z' }),
    },
    responses: {
      202: json(webhookRecoverySchema, 'They are on their way.', { queued: 42, hasMore: false }),
    },
    problems: ['not_found', 'invalid_request'],
  },
  async (c) => {
    const { services, principal } = c.var;
    const id = uuidOf('webhookEndpoint', c.req.valid('param').id);
    const since = new Date(c.req.valid('json').since);
    const outcome = await recoverWebhookEndpoint(services, principal, id, since);
    switch (outcome.kind) {
      case 'recovered':
        return c.json({ queued: outcome.queued, hasMore: outcome.hasMore }, 202);
      case 'not_found':
        return problem(c, 'not_found', { detail: 'There is no such endpoint.' });
      case 'too_long_ago':
        return problem(c, 'invalid_request', {
          detail: 'Events can be recovered for 14 days.',
          errors: [{ path: 'since', code: 'too_long_ago', message: 'At most 14 days ago.' }],
        });
    }
  },
);
