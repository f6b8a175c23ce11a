import { MEMBER_ROLES, webhookDeliveryDetailSchema } from '@cfdi-live/contract';
import { getDelivery } from '@cfdi-live/domain';
import { WEBHOOK_DELIVERY_DETAIL_EXAMPLE } from '../examples-webhooks.ts';
import { operation } from '../http/operation.ts';
import { problem } from '../http/problems.ts';
import { idParam, json, uuidOf } from '../http/schemas.ts';
import { presentDeliveryWithLog } from '../present/webhook.ts';

export const getDeliveryOperation = operation(
  {
    method: 'get',
    path: '/v1/deliveries/{id}',
    operationId: 'getDelivery',
    tags: ['Webhooks'],
    summary: 'Get a delivery with its attempts',
    description: 'Each attempt with the status, the time and the first 2 KB of its answer.',
    scope: 'webhooks:read',
    members: MEMBER_ROLES,
    request: { params: idParam('delivery') },
    responses: {
      200: json(
        webhookDeliveryDetailSchema,
        'The delivery and its last attempts.',
        WEBHOOK_DELIVERY_DETAIL_EXAMPLE,
      ),
    },
    problems: ['not_found'],
  },
  async (c) => {
    const { services, principal } = c.var;
    const found = await getDelivery(services, principal, uuidOf('delivery', c.req.valid('param').id));
    if (found === null) return problem(c, 'not_found', { detail: 'There is no such delivery.' });
    return c.json(presentDeliveryWithLog(found), 200);
  },
);
