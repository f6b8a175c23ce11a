import { webhookDeliveryDetailSchema } from '@cfdi-live/contract';
import { redeliver } from '@cfdi-live/domain';
import { WEBHOOK_DELIVERY_DETAIL_EXAMPLE } from '../examples-webhooks.ts';
import { MANAGERS } from '../http/allowed.ts';
import { operation } from '../http/operation.ts';
import { problem } from '../http/problems.ts';
import { idParam, json, uuidOf } from '../http/schemas.ts';
import { presentDeliveryWithLog } from '../present/webhook.ts';

export const redeliverOperation = operation(
  {
    method: 'post',
    path: '/v1/deliveries/{id}/redeliver',
    operationId: 'redeliver',
    tags: ['Webhooks'],
    summary: 'Send a delivery again',
    description:
      'Sends the event now, whatever became of it so far, with the same `webhook-id` and a fresh timestamp. The answer holds the attempt, first in `log`. If it fails, the schedule goes on as before.',
    scope: 'webhooks:write',
    members: MANAGERS,
    idempotency: { callsOutside: true },
    request: { params: idParam('delivery') },
    responses: {
      200: json(
        webhookDeliveryDetailSchema,
        'The delivery after the attempt.',
        WEBHOOK_DELIVERY_DETAIL_EXAMPLE,
      ),
    },
    problems: ['not_found'],
  },
  async (c) => {
    const { services, principal } = c.var;
    const found = await redeliver(services, principal, uuidOf('delivery', c.req.valid('param').id));
    if (found === null) return problem(c, 'not_found', { detail: 'There is no such delivery.' });
    return c.json(presentDeliveryWithLog(found), 200);
  },
);
