import { MEMBER_ROLES, DELIVERY_STATUSES, webhookDeliveryListSchema } from '@cfdi-live/contract';
import { listDeliveries } from '@cfdi-live/domain';
import { z } from 'zod';
import { WEBHOOK_DELIVERY_EXAMPLE } from '../examples-webhooks.ts';
import { operation } from '../http/operation.ts';
import { problem } from '../http/problems.ts';
import { idParam, json, listQuery, pageOf, uuidOf } from '../http/schemas.ts';
import { presentPage } from '../present/common.ts';
import { presentWebhookDelivery } from '../present/webhook.ts';

const deliveryListQuery = listQuery
  .extend({
    status: z.enum(DELIVERY_STATUSES).optional().meta({ description: 'Only deliveries in this state.' }),
  })
  .strict();

export const listDeliveriesOperation = operation(
  {
    method: 'get',
    path: '/v1/webhook-endpoints/{id}/deliveries',
    operationId: 'listDeliveries',
    tags: ['Webhooks'],
    summary: 'List the deliveries of an endpoint',
    description: 'What was or will be sent there, and how it went. Newest first.',
    scope: 'webhooks:read',
    members: MEMBER_ROLES,
    request: { params: idParam('webhookEndpoint'), query: deliveryListQuery },
    responses: {
      200: json(webhookDeliveryListSchema, 'A page of deliveries.', pageOf(WEBHOOK_DELIVERY_EXAMPLE)),
    },
    problems: ['not_found'],
  },
  async (c) => {
    const { services, principal } = c.var;
    const id = uuidOf('webhookEndpoint', c.req.valid('param').id);
    const page = await listDeliveries(services, principal, id, c.req.valid('query'));
    if (page === null) return problem(c, 'not_found', { detail: 'There is no such endpoint.' });
    return c.json(presentPage(page, presentWebhookDelivery), 200);
  },
);
