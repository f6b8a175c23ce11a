import { failure } from '@cfdi-live/contract';
import type { ShredTenantResult, TenantEndStore } from '@cfdi-live/domain';
import type { Sql } from '../pool.ts';

/** Tasks of one transaction; each takes its steps, events and deliveries with it. */
const BATCH = 200;

export function createTenantEndStore({ sql }: { sql: Sql }): TenantEndStore {
  return {
    async shredTenant({ tenantId, name, actor }) {
      const [result] = await sql.query<{ outcome: ShredTenantResult }>(
        'select app.shred_tenant($1, $2, $3, $4) as outcome',
        [tenantId, name, actor, JSON.stringify(failure('cancelled_by_user'))],
      );
      if (result === undefined) throw new Error('shred_tenant answered nothing');
      return result.outcome;
    },
    async removeEndedTenant() {
      const [result] = await sql.query<{ removed: number | null }>(
        'select app.remove_ended_tenant($1) as removed',
        [BATCH],
      );
      return result?.removed ?? null;
    },
  };
}
