import { webhookTestResultSchema } from '@cfdi-live/contract';
import { testWebhookEndpoint } from '@cfdi-live/domain';
import { WEBHOOK_TEST_EXAMPLE } from '../examples-webhooks.ts';
import { MANAGERS } from '../http/allowed.ts';
import { operation } from '../http/operation.ts';
import { problem } from '../http/problems.ts';
import { idParam, json, uuidOf } from '../http/schemas.ts';

export const testWebhookEndpointOperation = operation(
  {
    method: 'post',
    path: '/v1/webhook-endpoints/{id}/test',
    operationId: 'testWebhookEndpoint',
    tags: ['Webhooks'],
    summary: 'Send a test event to a webhook endpoint',
    description:
      'Sends a signed `webhook.test` event now, to a disabled endpoint too, and answers what came back within 15 seconds. It is not retried, and no list or stream tells of it.',
    scope: 'webhooks:write',
    members: MANAGERS,
    idempotency: { callsOutside: true },
    request: { params: idParam('webhookEndpoint') },
    responses: {
      200: json(webhookTestResultSchema, 'What the receiver answered.', WEBHOOK_TEST_EXAMPLE),
    },
    problems: ['not_found'],
  },
  async (c) => {
    const { services, principal } = c.var;
    const id = uuidOf('webhookEndpoint', c.req.valid('param').id);
    const result = await testWebhookEndpoint(services, principal, id);
    if (result === null) return problem(c, 'not_found', { detail: 'There is no such endpoint.' });
    return c.json(result, 200);
  },
);
