/** The API's own types, generated from its committed document. */
import type { components } from './generated/openapi.ts';

type Schemas = components['schemas'];

export type Task = Schemas['Task'];
export type TaskStatus = Schemas['TaskStatus'];
export type CreateTask = Schemas['CreateTask'];
export type TicketData = Schemas['TicketData'];
export type Failure = Schemas['Failure'];
export type Step = Schemas['Step'];
export type Artifact = Schemas['Artifact'];
export type Profile = Schemas['Profile'];
export type ProfileInput = Schemas['ProfileInput'];
export type WebhookEndpoint = Schemas['WebhookEndpoint'];
export type CreateWebhookEndpoint = Schemas['CreateWebhookEndpoint'];
export type UpdateWebhookEndpoint = Schemas['UpdateWebhookEndpoint'];
export type WebhookDelivery = Schemas['WebhookDelivery'];
export type WebhookDeliveryDetail = Schemas['WebhookDeliveryDetail'];
export type WebhookTestResult = Schemas['WebhookTestResult'];
export type WebhookRecovery = Schemas['WebhookRecovery'];

/** One event of a task or tenant, as events, SSE and webhooks tell it. `type` tells the shape of `data`. */
export type Event = Schemas['Event'];
/** The body of a webhook: the same event, or the test that you asked for. */
export type WebhookEvent = Event | Schemas['WebhookTestEvent'];

/** States that a task never leaves. */
export const TERMINAL_STATUSES = [
  'COMPLETED',
  'FAILED',
  'CANCELLED',
] as const satisfies readonly TaskStatus[];

/** Whether a task has reached its end. */
export function isTerminal(status: TaskStatus): boolean {
  return (TERMINAL_STATUSES as readonly TaskStatus[]).includes(status);
}
