/** Records of the webhook tables and what they stand for, shared by the tenant's store and the dispatcher's. */
import type { EventType, Mode } from '@cfdi-live/contract';
import type {
  WebhookAnswer,
  WebhookAttemptRow,
  WebhookDeliveryRow,
  WebhookEndpointRow,
} from '@cfdi-live/domain';
import type { Cell, TenantKeys } from '../crypto/tenant-keys.ts';
import { pgText } from '../text.ts';

export interface EndpointRecord {
  id: string;
  url: string;
  description: string | null;
  event_types: EventType[] | null;
  mode: Mode;
  disabled_at: Date | null;
  disabled_reason: WebhookEndpointRow['disabledReason'];
  failing_since: Date | null;
  previous_secret_until: Date | null;
  created_at: Date;
}

/** A previous secret that does not sign any more is none. */
export const ENDPOINT_COLUMNS = `
  id, url, description, event_types, mode, disabled_at, disabled_reason, failing_since,
  case when previous_secret_until > app.now() then previous_secret_until end as previous_secret_until, created_at`;

export function toEndpoint(record: EndpointRecord): WebhookEndpointRow {
  return {
    id: record.id,
    url: record.url,
    description: record.description,
    eventTypes: record.event_types,
    mode: record.mode,
    disabledAt: record.disabled_at,
    disabledReason: record.disabled_reason,
    failingSince: record.failing_since,
    previousSecretUntil: record.previous_secret_until,
    createdAt: record.created_at,
  };
}

export interface SecretRecord {
  endpoint_id: string;
  secret: Buffer;
  /** Null, too, when it does not sign any more. */
  previous_secret: Buffer | null;
}

/** Of `webhook_endpoints p`. */
export const SECRET_COLUMNS = `
  p.id as endpoint_id, p.secret,
  case when p.previous_secret_until > app.now() then p.previous_secret end as previous_secret`;

export function secretCell(endpointId: string, column: 'secret' | 'previous_secret'): Cell {
  return { table: 'webhook_endpoints', column, rowId: endpointId };
}

/** The secrets that sign, newest first. */
export function openSecrets(keys: TenantKeys, record: SecretRecord): string[] {
  const { endpoint_id: id, secret, previous_secret: previous } = record;
  return [
    keys.openText(secretCell(id, 'secret'), secret),
    ...(previous === null ? [] : [keys.openText(secretCell(id, 'previous_secret'), previous)]),
  ];
}

export interface DeliveryRecord {
  id: string;
  endpoint_id: string;
  event_id: string;
  event_type: EventType;
  status: WebhookDeliveryRow['status'];
  attempts: number;
  last_status: number | null;
  next_attempt_at: Date | null;
  created_at: Date;
}

/** Of `webhook_deliveries d`. */
export const DELIVERY_COLUMNS = `
  d.id, d.endpoint_id, d.event_id, d.status, d.attempts, d.last_status, d.next_attempt_at, d.created_at,
  (select e.type from public.task_events e where e.tenant_id = d.tenant_id and e.id = d.event_id) as event_type`;

export function toDelivery(record: DeliveryRecord): WebhookDeliveryRow {
  return {
    id: record.id,
    endpointId: record.endpoint_id,
    eventId: record.event_id,
    eventType: record.event_type,
    status: record.status,
    attempts: record.attempts,
    lastStatus: record.last_status,
    nextAttemptAt: record.next_attempt_at,
    createdAt: record.created_at,
  };
}

export interface AttemptRecord {
  number: number;
  manual: boolean;
  status: number | null;
  duration_ms: number;
  response_head: string;
  error: string | null;
  created_at: Date;
}

export const ATTEMPT_COLUMNS = 'number, manual, status, duration_ms, response_head, error, created_at';

export function toAttempt(record: AttemptRecord): WebhookAttemptRow {
  return {
    number: record.number,
    manual: record.manual,
    status: record.status,
    durationMs: record.duration_ms,
    responseHead: record.response_head,
    error: record.error,
    createdAt: record.created_at,
  };
}

/** Parameters of `app.record_attempt` and `app.settle_delivery`: status, ms, head, error. */
export function recordedAnswer(answer: WebhookAnswer): unknown[] {
  return [
    answer.status,
    Math.round(answer.durationMs),
    pgText(answer.responseHead),
    answer.error === null ? null : pgText(answer.error),
  ];
}
