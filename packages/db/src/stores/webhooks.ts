import type { EventType, Mode } from '@cfdi-live/contract';
import type { WebhookDeliveryRow, WebhookEndpointRow, WebhookStore } from '@cfdi-live/domain';
import type { Cell } from '../crypto/tenant-keys.ts';
import { listPage } from '../paging.ts';
import type { TenantContext } from '../tenant-context.ts';

interface EndpointRecord {
  id: string;
  url: string;
  description: string | null;
  event_types: EventType[] | null;
  mode: Mode;
  disabled_at: Date | null;
  created_at: Date;
}

interface DeliveryRecord {
  id: string;
  endpoint_id: string;
  event_id: string;
  status: WebhookDeliveryRow['status'];
  attempts: number;
  last_status: number | null;
  next_attempt_at: Date | null;
  created_at: Date;
}

const ENDPOINT_COLUMNS = 'id, url, description, event_types, mode, disabled_at, created_at';

/** The signing secret of an endpoint. */
export function secretCell(endpointId: string): Cell {
  return { table: 'webhook_endpoints', column: 'secret', rowId: endpointId };
}

function toEndpoint(record: EndpointRecord): WebhookEndpointRow {
  return {
    id: record.id,
    url: record.url,
    description: record.description,
    eventTypes: record.event_types,
    mode: record.mode,
    disabledAt: record.disabled_at,
    createdAt: record.created_at,
  };
}

function toDelivery(record: DeliveryRecord): WebhookDeliveryRow {
  return {
    id: record.id,
    endpointId: record.endpoint_id,
    eventId: record.event_id,
    status: record.status,
    attempts: record.attempts,
    lastStatus: record.last_status,
    nextAttemptAt: record.next_attempt_at,
    createdAt: record.created_at,
  };
}

export function createWebhookStore({ sql, keys }: TenantContext): WebhookStore {
  return {
    async createEndpoint(input) {
      const [record] = await sql.query<EndpointRecord>(
        `insert into public.webhook_endpoints (id, url, description, event_types, secret)
         values ($1, $2, $3, $4, $5) returning ${ENDPOINT_COLUMNS}`,
        [
          input.id,
          input.url,
          input.description ?? null,
          input.eventTypes ?? null,
          keys.sealText(secretCell(input.id), input.secret),
        ],
      );
      if (record === undefined) throw new Error('the endpoint was not added');
      return toEndpoint(record);
    },
    async getEndpoint(id) {
      const [record] = await sql.query<EndpointRecord>(
        `select ${ENDPOINT_COLUMNS} from public.webhook_endpoints where id = $1`,
        [id],
      );
      return record === undefined ? null : toEndpoint(record);
    },
    listEndpoints: (query) =>
      listPage<EndpointRecord, WebhookEndpointRow>(sql, {
        select: `select ${ENDPOINT_COLUMNS} from public.webhook_endpoints`,
        where: [],
        query,
        toRow: toEndpoint,
      }),
    async deleteEndpoint(id) {
      const deleted = await sql.query('delete from public.webhook_endpoints where id = $1 returning id', [
        id,
      ]);
      return deleted.length > 0;
    },
    listDeliveries: (endpointId, query) =>
      listPage<DeliveryRecord, WebhookDeliveryRow>(sql, {
        select: 'select * from public.webhook_deliveries',
        where: [{ sql: 'endpoint_id = ?', value: endpointId }],
        query,
        toRow: toDelivery,
      }),
  };
}
