/** Webhook endpoints: where a tenant's events are sent, signed by Standard Webhooks, and how that went. */
import { z } from 'zod';
import { idSchema } from './ids.ts';
import { listOf, modeSchema, orNull, textSchema, timestampSchema } from './common.ts';
import { EVENT_TYPES } from './events.ts';

const urlSchema = z
  .url({ protocol: /^https?$/ })
  .max(2000)
  .meta({
    description: 'Where events are sent. A public address, by TLS.',
    examples: ['https://example.com/webhooks/cfdi-live'],
  });
const eventTypesSchema = z.array(z.enum(EVENT_TYPES)).max(EVENT_TYPES.length);

export const createWebhookEndpointSchema = z
  .strictObject({
    url: urlSchema,
    description: textSchema(300).optional().meta({ description: 'Your own words.' }),
    eventTypes: eventTypesSchema
      .optional()
      .meta({ description: 'Only these types; default: all but task.step.' }),
  })
  .meta({ id: 'CreateWebhookEndpoint' });
export type CreateWebhookEndpoint = z.infer<typeof createWebhookEndpointSchema>;

export const updateWebhookEndpointSchema = z
  .strictObject({
    url: urlSchema.optional(),
    description: orNull(textSchema(300)).optional().meta({ description: 'null takes it away.' }),
    eventTypes: orNull(eventTypesSchema)
      .optional()
      .meta({ description: 'Only these types from now on; null: all but task.step.' }),
    disabled: z.boolean().optional().meta({
      description:
        'true: nothing more is sent, what waits included. false: events are sent again from now on.',
    }),
  })
  .meta({ id: 'UpdateWebhookEndpoint' });
export type UpdateWebhookEndpoint = z.infer<typeof updateWebhookEndpointSchema>;

/** Who disabled an endpoint: its tenant, its own 410, or five days without a success. */
export const DISABLED_REASONS = ['manual', 'gone', 'failing'] as const;

export const webhookEndpointSchema = z
  .object({
    id: idSchema('webhookEndpoint'),
    url: z.string().meta({ description: 'Where events are sent.' }),
    description: z.string().nullable().meta({ description: 'Your own words.' }),
    eventTypes: orNull(z.array(z.enum(EVENT_TYPES))).meta({
      description: 'Only these types; null: all but task.step.',
    }),
    mode: modeSchema,
    disabledAt: orNull(timestampSchema),
    disabledReason: z.enum(DISABLED_REASONS).nullable().meta({
      description:
        'manual: by you; gone: it answered 410; failing: no success in five days, though it was tried.',
    }),
    failingSince: orNull(timestampSchema).meta({
      description: 'The first failed attempt since the last success.',
    }),
    previousSecretUntil: orNull(timestampSchema).meta({
      description: 'Until then the secret before the last rotation signs beside the new one.',
    }),
    createdAt: timestampSchema,
    secret: z.string().optional().meta({
      description: 'Signing secret (`whsec_…`), shown once, in the answer that made it.',
    }),
  })
  .meta({ id: 'WebhookEndpoint' });
export type WebhookEndpoint = z.infer<typeof webhookEndpointSchema>;
export const webhookEndpointListSchema = listOf('WebhookEndpointList', webhookEndpointSchema);

// ── What came of it ─────────────────────────────────────────────────────────────────────────────

/** What a receiver answered to one attempt. */
const answerShape = {
  status: z.int().nullable().meta({ description: 'HTTP status; null: no answer, `error` says why.' }),
  durationMs: z.int().meta({ description: 'Until the whole answer was there.' }),
  responseHead: z.string().meta({ description: 'First 2 KB of the answer.' }),
  error: z.string().nullable().meta({ description: 'Why there was no answer.' }),
};

export const webhookAttemptSchema = z
  .object({
    number: z.int().meta({ description: 'Counts the attempts of one delivery from 1.' }),
    manual: z.boolean().meta({ description: 'Asked for by a redelivery, not made by the schedule.' }),
    ...answerShape,
    createdAt: timestampSchema,
  })
  .meta({ id: 'WebhookAttempt' });
export type WebhookAttempt = z.infer<typeof webhookAttemptSchema>;

export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed'] as const;

export const webhookDeliverySchema = z
  .object({
    id: idSchema('delivery'),
    endpointId: idSchema('webhookEndpoint'),
    eventId: idSchema('event').meta({ description: 'The `webhook-id` of every attempt.' }),
    eventType: z.enum(EVENT_TYPES),
    status: z.enum(DELIVERY_STATUSES).meta({ description: '`failed`: no further attempt is planned.' }),
    attempts: z.int().meta({ description: 'Attempts made so far.' }),
    lastStatus: z.int().nullable().meta({ description: 'HTTP status of the last attempt.' }),
    nextAttemptAt: orNull(timestampSchema),
    createdAt: timestampSchema,
  })
  .meta({ id: 'WebhookDelivery' });
export type WebhookDelivery = z.infer<typeof webhookDeliverySchema>;
export const webhookDeliveryListSchema = listOf('WebhookDeliveryList', webhookDeliverySchema);

export const webhookDeliveryDetailSchema = webhookDeliverySchema
  .extend({
    log: z.array(webhookAttemptSchema).meta({ description: 'The last 100 attempts, newest first.' }),
  })
  .meta({ id: 'WebhookDeliveryDetail' });
export type WebhookDeliveryDetail = z.infer<typeof webhookDeliveryDetailSchema>;

// ── On demand ───────────────────────────────────────────────────────────────────────────────────

/** The body of a test: sent once, to one endpoint. No row of the log, so it is listed and followed nowhere. */
export const webhookTestEventSchema = z
  .object({
    id: idSchema('event'),
    type: z.literal('webhook.test'),
    createdAt: timestampSchema,
    mode: modeSchema,
    taskId: z.null(),
    externalId: z.null(),
    sequence: z.null(),
    data: z.object({ endpointId: idSchema('webhookEndpoint') }),
  })
  .meta({ id: 'WebhookTestEvent' });
export type WebhookTestEvent = z.infer<typeof webhookTestEventSchema>;

export const webhookTestResultSchema = z
  .object({
    eventId: idSchema('event').meta({ description: 'The `webhook-id` that was sent.' }),
    delivered: z.boolean().meta({ description: 'Whether the answer was a 2xx.' }),
    ...answerShape,
  })
  .meta({ id: 'WebhookTestResult' });
export type WebhookTestResult = z.infer<typeof webhookTestResultSchema>;

export const recoverWebhookEndpointSchema = z
  .strictObject({
    since: timestampSchema.meta({
      description: 'ISO 8601, UTC; at most 14 days ago.',
      examples: ['2026-11-20T18:30:00.000Z'],
    }),
  })
  .meta({ id: 'RecoverWebhookEndpoint' });

export const webhookRecoverySchema = z
  .object({
    queued: z.int().meta({ description: 'Events that are sent again, or for the first time.' }),
    hasMore: z.boolean().meta({ description: 'There may be more: ask again.' }),
  })
  .meta({ id: 'WebhookRecovery' });
export type WebhookRecovery = z.infer<typeof webhookRecoverySchema>;
