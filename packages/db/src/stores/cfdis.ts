import { newUuid, type Mode, type SatRegisterStatus } from '@cfdi-live/contract';
import type {
  AuthenticatedBy,
  CfdiFilter,
  CfdiRow,
  CfdiStore,
  CfdiVerdict,
  NewCfdi,
} from '@cfdi-live/domain';
import type { TenantKeys } from '../crypto/tenant-keys.ts';
import { listPage } from '../paging.ts';
import type { TenantContext } from '../tenant-context.ts';
import { cfdiCell } from './cfdi-cell.ts';
import { settleSat } from './sat-checks.ts';

interface CfdiRecord {
  id: string;
  mode: Mode;
  uuid: string;
  task_id: string;
  xml_artifact_id: string;
  pdf_artifact_id: string | null;
  verdict: CfdiVerdict;
  accepted: boolean;
  authenticated_by: AuthenticatedBy | null;
  recovered: boolean;
  sat_status: SatRegisterStatus | null;
  sat_checked_at: Date | null;
  sat_answers: number;
  sat_check_at: Date | null;
  facts: Buffer;
  findings: Buffer;
  created_at: Date;
}

const COLUMNS = `id, mode, uuid, task_id, xml_artifact_id, pdf_artifact_id, verdict, accepted, authenticated_by, recovered,
  sat_status, sat_checked_at, sat_answers, sat_check_at, facts, findings, created_at`;

/** What was sealed is what the types say: only this package writes it. */
function toCfdi(keys: TenantKeys, record: CfdiRecord): CfdiRow {
  return {
    id: record.id,
    mode: record.mode,
    uuid: record.uuid,
    taskId: record.task_id,
    xmlArtifactId: record.xml_artifact_id,
    pdfArtifactId: record.pdf_artifact_id,
    verdict: record.verdict,
    accepted: record.accepted,
    authenticatedBy: record.authenticated_by,
    recovered: record.recovered,
    satStatus: record.sat_status,
    satCheckedAt: record.sat_checked_at,
    satAnswers: record.sat_answers,
    satCheckAt: record.sat_check_at,
    facts: keys.openJson(cfdiCell(record.id, 'facts'), record.facts) as CfdiRow['facts'],
    findings: keys.openJson(cfdiCell(record.id, 'findings'), record.findings) as CfdiRow['findings'],
    createdAt: record.created_at,
  };
}

export function createCfdiStore(context: TenantContext): CfdiStore {
  const { sql, keys } = context;
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
      if (await insertCfdi({ sql, keys }, cfdi)) return { kind: 'added' };
      const taskId = await findAcceptedTask(cfdi.uuid);
      if (taskId === null) throw new Error('an invoice that was in the way is gone');
      return { kind: 'uuid_taken', taskId };
    },
    async get(uuid) {
      const [record] = await sql.query<CfdiRecord>(
        `select ${COLUMNS} from public.cfdi_documents where uuid = $1 order by accepted desc, id desc limit 1`,
        [uuid.toUpperCase()],
      );
      return record === undefined ? null : toCfdi(keys, record);
    },
    async getDocument(id) {
      const [record] = await sql.query<CfdiRecord>(
        `select ${COLUMNS} from public.cfdi_documents where id = $1`,
        [id],
      );
      return record === undefined ? null : toCfdi(keys, record);
    },
    settleSat: (settlement) => settleSat(context, settlement),
    list: (query) =>
      listPage<CfdiRecord, CfdiRow>(sql, {
        select: `select ${COLUMNS} from public.cfdi_documents`,
        where: conditionsOf(keys, query),
        query,
        toRow: (record) => toCfdi(keys, record),
      }),
  };
}

function conditionsOf(keys: TenantKeys, filter: CfdiFilter): { sql: string; value: unknown }[] {
  const { uuid, issuedAfter, issuedBefore, emisorRfc, receptorRfc, taskId, accepted } = filter;
  return [
    { sql: 'accepted = ?', value: accepted },
    { sql: 'uuid = ?', value: uuid?.toUpperCase() },
    { sql: `issued_at > ${localTime(issuedAfter)}`, value: issuedAfter },
    { sql: `issued_at < ${localTime(issuedBefore)}`, value: issuedBefore },
    { sql: 'emisor_rfc = ?', value: emisorRfc },
    {
      sql: 'receptor_rfc_index = ?',
      value: receptorRfc === undefined ? undefined : receptorIndex(keys, receptorRfc),
    },
    { sql: 'task_id = ?', value: taskId },
  ].filter(({ value }) => value !== undefined);
}

/** Invoices are dated in local time; most of Mexico lives by that of its capital. */
function localTime(text: string | undefined): string {
  return /(Z|[+-]\d\d:\d\d)$/.test(text ?? '')
    ? `(?::timestamptz at time zone 'America/Mexico_City')`
    : '?::timestamp';
}

/** The index of `user_profiles`: a receptor's profile and invoices are found by the same hash. */
function receptorIndex(keys: TenantKeys, rfc: string): Buffer {
  return keys.index('rfc', rfc.trim().toUpperCase());
}

/** False: the UUID is accepted already. */
async function insertCfdi(
  { sql, keys }: Pick<TenantContext, 'sql' | 'keys'>,
  cfdi: NewCfdi,
): Promise<boolean> {
  const id = newUuid();
  const { facts, vouchedBySat = false } = cfdi;
  const added = await sql.query<{ id: string }>(
    `insert into public.cfdi_documents
       (id, uuid, task_id, xml_artifact_id, pdf_artifact_id, verdict, accepted, emisor_rfc, receptor_rfc_index, total,
        issued_at, facts, findings, authenticated_by, recovered, sat_check_at, sat_status, sat_checked_at, sat_answers)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
       case when $17::text is not null then app.now() end, case when $17::text is null then 0 else 1 end)
     on conflict (tenant_id, mode, uuid) where accepted do nothing
     returning id`,
    [
      id,
      cfdi.uuid.toUpperCase(),
      cfdi.taskId,
      cfdi.xmlArtifactId,
      cfdi.pdfArtifactId,
      vouchedBySat ? 'authenticated' : cfdi.verdict,
      cfdi.accepted,
      facts.emisor.rfc,
      receptorIndex(keys, facts.receptor.rfc),
      facts.total,
      facts.issuedAt,
      keys.sealJson(cfdiCell(id, 'facts'), facts),
      keys.sealJson(cfdiCell(id, 'findings'), cfdi.findings),
      vouchedBySat ? 'sat' : cfdi.verdict === 'authenticated' ? 'trust' : null,
      cfdi.recovered,
      cfdi.satCheckAt,
      vouchedBySat ? 'valid' : null,
    ],
  );
  return added.length > 0;
}
