import type { Mode } from '@cfdi-live/contract';
import type { DueDelivery, SystemStore } from '@cfdi-live/domain';
import { pgText } from '../text.ts';
import { toEvent, type EventRecord } from './events.ts';
import type { SystemContext } from './system.ts';
import { secretCell } from './webhooks.ts';

interface DueRecord extends EventRecord {
  id: string;
  tenant_id: string;
  mode: Mode;
  endpoint_id: string;
  url: string;
  secret: Buffer;
  attempts: number;
}

/** The dispatcher's part of the system store. */
export function createDeliveryStore({
  sql,
  keysOf,
  log,
}: SystemContext): Pick<SystemStore, 'claimDeliveries' | 'settleDelivery'> {
  return {
    async claimDeliveries({ limit, lockMs }) {
      const records = await sql.query<DueRecord>(
        `select * from app.claim_deliveries($1, $2::float8 * interval '1 millisecond')`,
        [limit, lockMs],
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
            secret: keys.openText(secretCell(record.endpoint_id), record.secret),
            event: toEvent(record),
            attempts: record.attempts,
          });
        } catch (error) {
          // One secret that does not open may not keep everybody else's webhooks from being sent.
          const reason = error instanceof Error ? error.message : 'unknown';
          log.warn({ deliveryId: record.id, reason }, 'a webhook cannot be signed');
        }
      }
      return due;
    },
    async settleDelivery(scope, deliveryId, attempt, next) {
      await sql.query('select app.settle_delivery($1, $2, $3, $4, $5, $6, $7, $8)', [
        scope.tenantId,
        deliveryId,
        attempt.status,
        Math.round(attempt.durationMs),
        pgText(attempt.responseHead),
        attempt.error === null ? null : pgText(attempt.error),
        next.state,
        next.state === 'pending' ? next.at : null,
      ]);
    },
  };
}
