import { updateWebhookEndpointSchema, webhookEndpointSchema } from '@cfdi-live/contract';
import { updateWebhookEndpoint } from '@cfdi-live/domain';
import { UPDATE_WEBHOOK_ENDPOINT_EXAMPLE, WEBHOOK_ENDPOINT_EXAMPLE } from '../examples-webhooks.ts';
import { MANAGERS } from '../http/allowed.ts';
import { operation } from '../http/operation.ts';
import { problem } from '../http/problems.ts';
import { idParam, json, jsonBody, uuidOf } from '../http/schemas.ts';
import { presentWebhookEndpoint } from '../present/webhook.ts';

export const updateWebhookEndpointOperation = operation(
  {
    method: 'patch',
    path: '/v1/webhook-endpoints/{id}',
    operationId: 'updateWebhookEndpoint',
    tags: ['Webhooks'],
    summary: 'Change, disable or enable a webhook endpoint',
    description:
      'What is left out stays. Disabling ends what waits for the endpoint, and its events are not kept for it; enable it, then recover what it missed.',
    scope: 'webhooks:write',
    members: MANAGERS,
    request: {
      params: idParam('webhookEndpoint'),
      body: jsonBody(updateWebhookEndpointSchema, UPDATE_WEBHOOK_ENDPOINT_EXAMPLE),
    },
    responses: {
      200: json(webhookEndpointSchema, 'The endpoint as it is now.', {
        ...WEBHOOK_ENDPOINT_EXAMPLE,
        eventTypes: null,
      }),
    },
    problems: ['not_found', 'url_not_allowed'],
  },
  async (c) => {
    const { services, principal } = c.var;
    const id = uuidOf('webhookEndpoint', c.req.valid('param').id);
    const outcome = await updateWebhookEndpoint(services, principal, id, c.req.valid('json'));
    switch (outcome.kind) {
      case 'updated':
        return c.json(presentWebhookEndpoint(outcome.endpoint), 200);
      case 'not_found':
        return problem(c, 'not_found', { detail: 'There is no such endpoint.' });
      case 'url_not_allowed':
        return problem(c, 'url_not_allowed', {
          detail: 'Events may not be sent to this address.',
          errors: outcome.errors,
        });
    }
  },
);
