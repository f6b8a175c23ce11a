import { encodeId, type Mode } from '@cfdi-live/contract';
import type { DeliverySystemStore, DueDelivery } from '@cfdi-live/domain';
import { toEvent, type EventRecord } from './events.ts';
import type { SystemContext } from '../system-context.ts';
import { openSecrets, recordedAnswer, type SecretRecord } from './webhook-records.ts';

interface DueRecord extends EventRecord, SecretRecord {
  id: string;
  tenant_id: string;
  mode: Mode;
  url: string;
  tries: number;
}

/** The dispatcher's part of the system store. */
export function createDeliveryStore({ sql, keysOf, log }: SystemContext): DeliverySystemStore {
  return {
    async claimDeliveries({ limit, lockMs, perEndpoint }) {
      const records = await sql.query<DueRecord>(
        `select * from app.claim_deliveries($1, $2::float8 * interval '1 millisecond', $3)`,
        [limit, lockMs, perEndpoint],
      );
      const due: DueDelivery[] = [];
      for (const record of records) {
        try {
          const keys = await keysOf({ tenantId: record.tenant_id, mode: record.mode });
          due.push({
            id: record.id,
            tenantId: record.tenant_id,
            mode: record.mode,
            endpointId: record.endpoint_id,
            url: record.url,
            secrets: openSecrets(keys, record),
            event: toEvent(record),
            tries: record.tries,
          });
        } catch (error) {
          // One secret that does not open may not keep everybody else's webhooks from being sent.
          const reason = error instanceof Error ? error.message : 'unknown';
          log.warn({ deliveryId: record.id, reason }, 'a webhook cannot be signed');
        }
      }
      return due;
    },
    async settleDelivery({ id, tenantId, endpointId }, answer, next) {
      await sql.query(
        `select app.settle_delivery($1, $2, $3, $4, $5, $6, $7, $8, $9::float8 * interval '1 millisecond')`,
        [
          tenantId,
          id,
          encodeId('webhookEndpoint', endpointId),
          ...recordedAnswer(answer),
          next.state,
          next.state === 'pending' ? next.delayMs : null,
        ],
      );
    },
  };
}
