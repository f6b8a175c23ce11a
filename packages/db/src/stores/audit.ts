import { newUuid } from '@cfdi-live/contract';
import type { AuditStore } from '@cfdi-live/domain';
import type { TenantContext } from '../tenant-context.ts';
import { pgJson } from '../text.ts';

export function createAuditStore({ sql, scope }: TenantContext): AuditStore {
  return {
    async add({ actor, action, subject, details = {} }) {
      await sql.query(
        `insert into public.audit_log (id, tenant_id, mode, actor, action, subject_type, subject_id, details)
         values ($1, $2, $3, $4, $5, $6, $7, $8)`,
        [
          newUuid(),
          scope.tenantId,
          scope.mode,
          actor,
          action,
          subject?.type ?? null,
          subject?.id ?? null,
          pgJson(details),
        ],
      );
    },
  };
}
