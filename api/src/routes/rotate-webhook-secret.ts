import { webhookEndpointSchema } from '@cfdi-live/contract';
import { rotateWebhookSecret } from '@cfdi-live/domain';
import { SECRET_EXAMPLE, WEBHOOK_ENDPOINT_EXAMPLE } from '../examples-webhooks.ts';
import { MANAGERS } from '../http/allowed.ts';
import { operation } from '../http/operation.ts';
import { problem } from '../http/problems.ts';
import { idParam, json, uuidOf } from '../http/schemas.ts';
import { presentWebhookEndpoint } from '../present/webhook.ts';

export const rotateWebhookSecretOperation = operation(
  {
    method: 'post',
    path: '/v1/webhook-endpoints/{id}/rotate-secret',
    operationId: 'rotateWebhookSecret',
    tags: ['Webhooks'],
    summary: 'Give a webhook endpoint a new secret',
    description:
      'The new secret is shown this once. For 24 hours the one before it signs too: `webhook-signature` then holds both signatures, separated by a space. A second rotation ends the oldest at once.',
    scope: 'webhooks:write',
    members: MANAGERS,
    idempotency: { secretFields: ['secret'] },
    request: { params: idParam('webhookEndpoint') },
    responses: {
      200: json(webhookEndpointSchema, 'The endpoint with its new signing secret.', {
        ...WEBHOOK_ENDPOINT_EXAMPLE,
        previousSecretUntil: '2026-11-21T18:30:00.000Z',
        secret: SECRET_EXAMPLE,
      }),
    },
    problems: ['not_found'],
  },
  async (c) => {
    const { services, principal } = c.var;
    const id = uuidOf('webhookEndpoint', c.req.valid('param').id);
    const rotated = await rotateWebhookSecret(services, principal, id);
    if (rotated === null) return problem(c, 'not_found', { detail: 'There is no such endpoint.' });
    return c.json({ ...presentWebhookEndpoint(rotated.endpoint), secret: rotated.secret }, 200);
  },
);
