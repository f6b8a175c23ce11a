import { newUuid } from '@cfdi-live/contract';
import type { CfdiStore } from '@cfdi-live/domain';
import type { TenantContext } from '../tenant-context.ts';

export function createCfdiStore({ sql, keys }: TenantContext): CfdiStore {
  const findAcceptedTask = async (uuid: string): Promise<string | null> => {
    const [found] = await sql.query<{ task_id: string }>(
      'select task_id from public.cfdi_documents where uuid = $1 and accepted',
      [uuid.toUpperCase()],
    );
    return found?.task_id ?? null;
  };
  return {
    findAcceptedTask,
    async add(cfdi) {
      const id = newUuid();
      const cell = (column: 'facts' | 'findings') => ({ table: 'cfdi_documents', column, rowId: id });
      const [added] = await sql.query<{ id: string }>(
        `insert into public.cfdi_documents
           (id, uuid, task_id, xml_artifact_id, pdf_artifact_id, verdict, accepted, emisor_rfc, total, issued_at,
            facts, findings)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         on conflict (tenant_id, mode, uuid) where accepted do nothing
         returning id`,
        [
          id,
          cfdi.uuid.toUpperCase(),
          cfdi.taskId,
          cfdi.xmlArtifactId,
          cfdi.pdfArtifactId,
          cfdi.verdict,
          cfdi.accepted,
          cfdi.emisorRfc,
          cfdi.total,
          cfdi.issuedAt,
          keys.sealJson(cell('facts'), cfdi.facts),
          keys.sealJson(cell('findings'), cfdi.findings),
        ],
      );
      if (added !== undefined) return { kind: 'added' };
      const taskId = await findAcceptedTask(cfdi.uuid);
      if (taskId === null) throw new Error('an invoice that was in the way is gone');
      return { kind: 'uuid_taken', taskId };
    },
  };
}
