import { MEMBER_ROLES, webhookEndpointListSchema } from '@cfdi-live/contract';
import { listWebhookEndpoints } from '@cfdi-live/domain';
import { WEBHOOK_ENDPOINT_EXAMPLE } from '../examples-webhooks.ts';
import { operation } from '../http/operation.ts';
import { json, listQuery, pageOf } from '../http/schemas.ts';
import { presentPage } from '../present/common.ts';
import { presentWebhookEndpoint } from '../present/webhook.ts';

export const listWebhookEndpointsOperation = operation(
  {
    method: 'get',
    path: '/v1/webhook-endpoints',
    operationId: 'listWebhookEndpoints',
    tags: ['Webhooks'],
    summary: 'List webhook endpoints',
    description: 'Newest first.',
    scope: 'webhooks:read',
    members: MEMBER_ROLES,
    request: { query: listQuery },
    responses: {
      200: json(webhookEndpointListSchema, 'A page of endpoints.', pageOf(WEBHOOK_ENDPOINT_EXAMPLE)),
    },
    problems: [],
  },
  async (c) => {
    const { services, principal } = c.var;
    const page = await listWebhookEndpoints(services, principal, c.req.valid('query'));
    return c.json(presentPage(page, presentWebhookEndpoint), 200);
  },
);
