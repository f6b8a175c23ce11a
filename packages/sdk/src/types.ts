/** The API's own types, generated from its committed document. */
import type { components, operations } from './generated/openapi.ts';

type Schemas = components['schemas'];

export type Task = Schemas['Task'];
export type TaskStatus = Schemas['TaskStatus'];
export type CreateTask = Schemas['CreateTask'];
export type TicketData = Schemas['TicketData'];
export type Failure = Schemas['Failure'];
export type Step = Schemas['Step'];
export type Artifact = Schemas['Artifact'];
export type Upload = Schemas['Upload'];
export type Profile = Schemas['Profile'];
export type ProfileInput = Schemas['ProfileInput'];
export type WebhookEndpoint = Schemas['WebhookEndpoint'];
export type CreateWebhookEndpoint = Schemas['CreateWebhookEndpoint'];
export type UpdateWebhookEndpoint = Schemas['UpdateWebhookEndpoint'];
export type WebhookDelivery = Schemas['WebhookDelivery'];
export type WebhookDeliveryDetail = Schemas['WebhookDeliveryDetail'];
export type WebhookTestResult = Schemas['WebhookTestResult'];
export type WebhookRecovery = Schemas['WebhookRecovery'];
export type CreateTaskBatch = Schemas['CreateTaskBatch'];
export type TaskBatch = Schemas['TaskBatch'];
export type RetryTask = Schemas['RetryTask'];
export type AnswerTask = Schemas['AnswerTask'];
export type Intervention = Schemas['Intervention'];
export type Control = Schemas['Control'];
export type Session = Schemas['Session'];
export type Cfdi = Schemas['Cfdi'];
export type UpdateProfile = Schemas['UpdateProfile'];
export type ValidateProfile = Schemas['ValidateProfile'];
export type ProfileValidation = Schemas['ProfileValidation'];
export type Credential = Schemas['Credential'];
export type CreateCredential = Schemas['CreateCredential'];
export type UpdateCredential = Schemas['UpdateCredential'];
export type Vendor = Schemas['Vendor'];
export type VendorResolution = Schemas['VendorResolution'];
export type ApiKey = Schemas['ApiKey'];
export type CreateApiKey = Schemas['CreateApiKey'];
export type UpdateApiKey = Schemas['UpdateApiKey'];
export type RotateApiKey = Schemas['RotateApiKey'];
export type Tenant = Schemas['Tenant'];
export type SignedUpTenant = Schemas['SignedUpTenant'];
export type CreateTenant = Schemas['CreateTenant'];
export type UpdateTenant = Schemas['UpdateTenant'];
export type Member = Schemas['Member'];
export type AddMember = Schemas['AddMember'];
export type UpdateMember = Schemas['UpdateMember'];
export type LiveToken = Schemas['LiveToken'];
export type CreateLiveToken = Schemas['CreateLiveToken'];
export type Usage = Schemas['Usage'];
export type Readiness = Schemas['Readiness'];

/** What an operation takes in its query. */
export type QueryOf<Operation extends keyof operations> = NonNullable<
  operations[Operation]['parameters']['query']
>;

/** Which part of a list: how many (1–100), and after or before which cursor. */
export type PageParams = {
  limit?: number;
  after?: string;
  before?: string;
};

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
