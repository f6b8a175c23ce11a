import { createWebhookEndpointSchema, webhookEndpointSchema } from '@cfdi-live/contract';
import { createWebhookEndpoint } from '@cfdi-live/domain';
import {
  CREATE_WEBHOOK_ENDPOINT_EXAMPLE,
  SECRET_EXAMPLE,
  WEBHOOK_ENDPOINT_EXAMPLE,
} from '../examples-webhooks.ts';
import { MANAGERS } from '../http/allowed.ts';
import { operation } from '../http/operation.ts';
import { problem } from '../http/problems.ts';
import { json, jsonBody } from '../http/schemas.ts';
import { presentWebhookEndpoint } from '../present/webhook.ts';

export const createWebhookEndpointOperation = operation(
  {
    method: 'post',
    path: '/v1/webhook-endpoints',
    operationId: 'createWebhookEndpoint',
    tags: ['Webhooks'],
    summary: 'Create a webhook endpoint',
    description:
      'Events of this mode are sent to the URL from now on, signed by Standard Webhooks with the secret in the answer. The secret is shown this once.',
    scope: 'webhooks:write',
    members: MANAGERS,
    idempotency: { secretFields: ['secret'] },
    request: { body: jsonBody(createWebhookEndpointSchema, CREATE_WEBHOOK_ENDPOINT_EXAMPLE) },
    responses: {
      201: json(webhookEndpointSchema, 'The endpoint with its signing secret.', {
        ...WEBHOOK_ENDPOINT_EXAMPLE,
        secret: SECRET_EXAMPLE,
      }),
    },
    problems: ['url_not_allowed'],
  },
  async (c) => {
    const { services, principal } = c.var;
    const outcome = await createWebhookEndpoint(services, principal, c.req.valid('json'));
    if (outcome.kind === 'url_not_allowed') {
      return problem(c, 'url_not_allowed', {
        detail: 'Events may not be sent to this address.',
        errors: outcome.errors,
      });
    }
    const endpoint = presentWebhookEndpoint(outcome.endpoint);
    return c.json({ ...endpoint, secret: outcome.secret }, 201, {
      location: `/v1/webhook-endpoints/${endpoint.id}`,
    });
  },
);
