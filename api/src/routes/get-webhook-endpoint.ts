import { MEMBER_ROLES, webhookEndpointSchema } from '@cfdi-live/contract';
import { getWebhookEndpoint } from '@cfdi-live/domain';
import { WEBHOOK_ENDPOINT_EXAMPLE } from '../examples-webhooks.ts';
import { operation } from '../http/operation.ts';
import { problem } from '../http/problems.ts';
import { idParam, json, uuidOf } from '../http/schemas.ts';
import { presentWebhookEndpoint } from '../present/webhook.ts';

export const getWebhookEndpointOperation = operation(
  {
    method: 'get',
    path: '/v1/webhook-endpoints/{id}',
    operationId: 'getWebhookEndpoint',
    tags: ['Webhooks'],
    summary: 'Get a webhook endpoint',
    description: 'How it stands: on or off, and since when it fails. Never its secret.',
    scope: 'webhooks:read',
    members: MEMBER_ROLES,
    request: { params: idParam('webhookEndpoint') },
    responses: {
      200: json(webhookEndpointSchema, 'The endpoint, without its secret.', WEBHOOK_ENDPOINT_EXAMPLE),
    },
    problems: ['not_found'],
  },
  async (c) => {
    const { services, principal } = c.var;
    const id = uuidOf('webhookEndpoint', c.req.valid('param').id);
    const endpoint = await getWebhookEndpoint(services, principal, id);
    if (endpoint === null) return problem(c, 'not_found', { detail: 'There is no such endpoint.' });
    return c.json(presentWebhookEndpoint(endpoint), 200);
  },
);
