/** Webhook endpoints: where a tenant's events are sent, signed by Standard Webhooks. */
import { z } from 'zod';
import { idSchema } from './ids.ts';
import { listOf, modeSchema, orNull, textSchema, timestampSchema } from './common.ts';
import { EVENT_TYPES } from './events.ts';

export const createWebhookEndpointSchema = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/ })
      .max(2000)
      .meta({ examples: ['https://example.com/webhooks/cfdi-live'] }),
    description: textSchema(300).optional(),
    eventTypes: z
      .array(z.enum(EVENT_TYPES))
      .max(EVENT_TYPES.length)
      .optional()
      .meta({ description: 'Only these types; default: all but task.step.' }),
  })
  .meta({ id: 'CreateWebhookEndpoint' });
export type CreateWebhookEndpoint = z.infer<typeof createWebhookEndpointSchema>;

export const webhookEndpointSchema = z
  .object({
    id: idSchema('webhookEndpoint'),
    url: z.string(),
    description: z.string().nullable(),
    eventTypes: orNull(z.array(z.enum(EVENT_TYPES))),
    mode: modeSchema,
    disabledAt: orNull(timestampSchema),
    createdAt: timestampSchema,
    secret: z.string().optional().meta({
      description: 'Signing secret (`whsec_…`), shown once, in the answer that creates the endpoint.',
    }),
  })
  .meta({ id: 'WebhookEndpoint' });
export type WebhookEndpoint = z.infer<typeof webhookEndpointSchema>;
export const webhookEndpointListSchema = listOf('WebhookEndpointList', webhookEndpointSchema);

export const webhookDeliverySchema = z
  .object({
    id: idSchema('delivery'),
    endpointId: idSchema('webhookEndpoint'),
    eventId: idSchema('event'),
    status: z.enum(['pending', 'delivered', 'failed']),
    attempts: z.int(),
    lastStatus: z.int().nullable().meta({ description: 'HTTP status of the last attempt.' }),
    nextAttemptAt: orNull(timestampSchema),
    createdAt: timestampSchema,
  })
  .meta({ id: 'WebhookDelivery' });
export type WebhookDelivery = z.infer<typeof webhookDeliverySchema>;
export const webhookDeliveryListSchema = listOf('WebhookDeliveryList', webhookDeliverySchema);
