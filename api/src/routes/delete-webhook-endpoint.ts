import { deleteWebhookEndpoint } from '@cfdi-live/domain';
import { MANAGERS } from '../http/allowed.ts';
import { operation } from '../http/operation.ts';
import { problem } from '../http/problems.ts';
import { idParam, uuidOf } from '../http/schemas.ts';

export const deleteWebhookEndpointOperation = operation(
  {
    method: 'delete',
    path: '/v1/webhook-endpoints/{id}',
    operationId: 'deleteWebhookEndpoint',
    tags: ['Webhooks'],
    summary: 'Delete a webhook endpoint',
    description: 'Nothing more is sent to it, pending deliveries included.',
    scope: 'webhooks:write',
    members: MANAGERS,
    request: { params: idParam('webhookEndpoint') },
    responses: { 204: { description: 'The endpoint is gone.' } },
    problems: ['not_found'],
  },
  async (c) => {
    const { services, principal } = c.var;
    const id = uuidOf('webhookEndpoint', c.req.valid('param').id);
    if (await deleteWebhookEndpoint(services, principal, id)) return c.body(null, 204);
    return problem(c, 'not_found', { detail: 'There is no such endpoint.' });
  },
);
