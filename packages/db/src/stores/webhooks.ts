import { encodeId } from '@cfdi-live/contract';
import type { WebhookEndpointRow, WebhookMessage, WebhookStore } from '@cfdi-live/domain';
import type { TenantKeys } from '../crypto/tenant-keys.ts';
import { listPage } from '../paging.ts';
import type { Sql } from '../pool.ts';
import type { TenantContext } from '../tenant-context.ts';
import { toEvent, type EventRecord } from './events.ts';
import {
  ATTEMPT_COLUMNS,
  DELIVERY_COLUMNS,
  ENDPOINT_COLUMNS,
  openSecrets,
  recordedAnswer,
  SECRET_COLUMNS,
  secretCell,
  toAttempt,
  toDelivery,
  toEndpoint,
  type AttemptRecord,
  type DeliveryRecord,
  type EndpointRecord,
  type SecretRecord,
} from './webhook-records.ts';

type AddressRecord = SecretRecord & { url: string };

export function createWebhookStore(context: TenantContext): WebhookStore {
  return { ...endpointsOf(context), ...sendingOf(context), ...deliveriesOf(context) };
}

type EndpointPart = 'createEndpoint' | 'getEndpoint' | 'listEndpoints' | 'updateEndpoint' | 'deleteEndpoint';

/** A statement that changes an endpoint, and the endpoint as it then is. */
async function changed(sql: Sql, text: string, values: unknown[]): Promise<WebhookEndpointRow | null> {
  const [record] = await sql.query<EndpointRecord>(`${text} returning ${ENDPOINT_COLUMNS}`, values);
  return record === undefined ? null : toEndpoint(record);
}

function endpointsOf({ sql, keys, scope }: TenantContext): Pick<WebhookStore, EndpointPart> {
  return {
    async createEndpoint(input) {
      const endpoint = await changed(
        sql,
        'insert into public.webhook_endpoints (id, url, description, event_types, secret) values ($1, $2, $3, $4, $5)',
        [
          input.id,
          input.url,
          input.description ?? null,
          input.eventTypes ?? null,
          keys.sealText(secretCell(input.id, 'secret'), input.secret),
        ],
      );
      if (endpoint === null) throw new Error('the endpoint was not added');
      return endpoint;
    },
    async getEndpoint(id) {
      const [record] = await sql.query<EndpointRecord>(
        `select ${ENDPOINT_COLUMNS} from public.webhook_endpoints where id = $1`,
        [id],
      );
      return record === undefined ? null : toEndpoint(record);
    },
    listEndpoints: (query) =>
      listPage(sql, {
        select: `select ${ENDPOINT_COLUMNS} from public.webhook_endpoints`,
        where: [],
        query,
        toRow: toEndpoint,
      }),
    async updateEndpoint(id, change) {
      const endpoint = await changed(sql, UPDATE_ENDPOINT, [
        id,
        change.url ?? null,
        change.description !== undefined,
        change.description ?? null,
        change.eventTypes !== undefined,
        change.eventTypes ?? null,
        change.disabled ?? null,
      ]);
      if (change.disabled === true && endpoint !== null) {
        await sql.query('select app.end_deliveries($1, $2)', [scope.tenantId, id]);
      }
      return endpoint;
    },
    async deleteEndpoint(id) {
      const deleted = await changed(sql, 'delete from public.webhook_endpoints where id = $1', [id]);
      return deleted !== null;
    },
  };
}

// Null where nothing is to change, but for what may become null itself.
const UPDATE_ENDPOINT = `
  update public.webhook_endpoints set
    url = coalesce($2, url),
    description = case when $3 then $4 else description end,
    event_types = case when $5 then $6 else event_types end,
    disabled_at = case $7::boolean when true then coalesce(disabled_at, app.now()) when false then null else disabled_at end,
    disabled_reason =
      case $7 when true then coalesce(disabled_reason, 'manual') when false then null else disabled_reason end,
    failing_since = case when $7 = false or $2 <> url then null else failing_since end
    where id = $1`;

type SendingPart = 'rotateSecret' | 'addressOf' | 'recover';

function sendingOf({ sql, keys }: TenantContext): Pick<WebhookStore, SendingPart> {
  return {
    async rotateSecret(id, { secret, overlapMs }) {
      const [before] = await sql.query<SecretRecord>(
        `select ${SECRET_COLUMNS} from public.webhook_endpoints p where p.id = $1 for no key update`,
        [id],
      );
      if (before === undefined) return null;
      const [current = secret] = openSecrets(keys, before);
      return changed(
        sql,
        `update public.webhook_endpoints set secret = $2, previous_secret = $3,
           previous_secret_until = app.now() + $4::float8 * interval '1 millisecond'
           where id = $1`,
        [
          id,
          keys.sealText(secretCell(id, 'secret'), secret),
          keys.sealText(secretCell(id, 'previous_secret'), current),
          overlapMs,
        ],
      );
    },
    async addressOf(endpointId) {
      const [record] = await sql.query<AddressRecord>(
        `select p.url, ${SECRET_COLUMNS} from public.webhook_endpoints p where p.id = $1`,
        [endpointId],
      );
      return record === undefined ? null : toAddress(keys, record);
    },
    async recover(endpointId, { since, limit }) {
      const [result] = await sql.query<{ queued: number | null }>(
        'select app.recover_endpoint($1, $2, $3) as queued',
        [endpointId, since, limit],
      );
      return result?.queued ?? null;
    },
  };
}

type DeliveryPart = Exclude<keyof WebhookStore, EndpointPart | SendingPart>;

function deliveriesOf({ sql, keys, scope }: TenantContext): Pick<WebhookStore, DeliveryPart> {
  return {
    listDeliveries: (endpointId, { status, ...query }) =>
      listPage(sql, {
        select: `select ${DELIVERY_COLUMNS} from public.webhook_deliveries d`,
        where: [
          { sql: 'endpoint_id = ?', value: endpointId },
          ...(status === undefined ? [] : [{ sql: 'status = ?', value: status }]),
        ],
        query,
        toRow: toDelivery,
      }),
    async getDelivery(id) {
      const [record] = await sql.query<DeliveryRecord>(
        `select ${DELIVERY_COLUMNS} from public.webhook_deliveries d where d.id = $1`,
        [id],
      );
      return record === undefined ? null : toDelivery(record);
    },
    async listAttempts(deliveryId, { limit }) {
      const records = await sql.query<AttemptRecord>(
        `select ${ATTEMPT_COLUMNS} from public.webhook_attempts
          where delivery_id = $1 order by number desc limit $2`,
        [deliveryId, limit],
      );
      return records.map(toAttempt);
    },
    async messageOf(deliveryId) {
      const [record] = await sql.query<AddressRecord & EventRecord>(MESSAGE, [deliveryId]);
      return record === undefined ? null : { ...toAddress(keys, record), event: toEvent(record) };
    },
    async logManualAttempt(deliveryId, endpointId, answer, outcome) {
      await sql.query('select app.record_attempt($1, $2, $3, true, $4, $5, $6, $7, $8, null)', [
        scope.tenantId,
        deliveryId,
        encodeId('webhookEndpoint', endpointId),
        ...recordedAnswer(answer),
        outcome,
      ]);
    },
  };
}

const MESSAGE = `
  select p.url, ${SECRET_COLUMNS}, e.id as event_id, e.mode, e.task_id, t.external_id, e.sequence, e.type, e.data,
      e.created_at as event_created_at
    from public.webhook_deliveries d
    join public.webhook_endpoints p on p.tenant_id = d.tenant_id and p.id = d.endpoint_id
    join public.task_events e on e.tenant_id = d.tenant_id and e.id = d.event_id
    left join public.automation_tasks t on t.tenant_id = e.tenant_id and t.id = e.task_id
    where d.id = $1`;

function toAddress(keys: TenantKeys, record: AddressRecord): Omit<WebhookMessage, 'event'> {
  return { endpointId: record.endpoint_id, url: record.url, secrets: openSecrets(keys, record) };
}
