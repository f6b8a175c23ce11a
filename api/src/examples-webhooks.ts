/** Examples of the OpenAPI document: an endpoint, what was sent to it and how that went. */
import type { z } from 'zod';
import type {
  createWebhookEndpointSchema,
  updateWebhookEndpointSchema,
  WebhookDelivery,
  WebhookDeliveryDetail,
  WebhookEndpoint,
  WebhookTestResult,
} from '@cfdi-live/contract';

const AT = '2026-11-20T18:30:00.000Z';
const ENDPOINT_ID = 'whe_01kaf3w1c2d4f6g8h0j2k4m6n8';
const EVENT_ID = 'evt_01kaf3v6n1a2b3c4d5e6f7g8h9';

export const SECRET_EXAMPLE = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

export const CREATE_WEBHOOK_ENDPOINT_EXAMPLE: z.input<typeof createWebhookEndpointSchema> = {
  url: 'https://example.com/webhooks/cfdi-live',
  description: 'Back office',
  eventTypes: ['task.completed', 'task.failed'],
};

export const UPDATE_WEBHOOK_ENDPOINT_EXAMPLE: z.input<typeof updateWebhookEndpointSchema> = {
  eventTypes: null,
  disabled: false,
};

export const WEBHOOK_ENDPOINT_EXAMPLE: WebhookEndpoint = {
  id: ENDPOINT_ID,
  url: 'https://example.com/webhooks/cfdi-live',
  description: 'Back office',
  eventTypes: ['task.completed', 'task.failed'],
  mode: 'live',
  disabledAt: null,
  disabledReason: null,
  failingSince: null,
  previousSecretUntil: null,
  createdAt: AT,
};

export const WEBHOOK_DELIVERY_EXAMPLE: WebhookDelivery = {
  id: 'whd_01kaf3w9p1q2r3s4t5v6w7x8y9',
  endpointId: ENDPOINT_ID,
  eventId: EVENT_ID,
  eventType: 'task.completed',
  status: 'delivered',
  attempts: 2,
  lastStatus: 204,
  nextAttemptAt: null,
  createdAt: AT,
};

export const WEBHOOK_DELIVERY_DETAIL_EXAMPLE: WebhookDeliveryDetail = {
  ...WEBHOOK_DELIVERY_EXAMPLE,
  log: [
    {
      number: 2,
      manual: false,
      status: 204,
      durationMs: 87,
      responseHead: '',
      error: null,
      createdAt: '2026-11-20T18:30:05.301Z',
    },
    {
      number: 1,
      manual: false,
      status: 503,
      durationMs: 112,
      responseHead: 'Service Unavailable',
      error: null,
      createdAt: '2026-11-20T18:30:00.118Z',
    },
  ],
};

export const WEBHOOK_TEST_EXAMPLE: WebhookTestResult = {
  eventId: EVENT_ID,
  delivered: true,
  status: 204,
  durationMs: 93,
  responseHead: '',
  error: null,
};
