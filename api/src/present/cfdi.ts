import { encodeId, type Cfdi } from '@cfdi-live/contract';
import { describeInvoice, type CfdiRow } from '@cfdi-live/domain';
import { idOrNull, timestamp, timestampOrNull } from './common.ts';

/** An invoice on the wire: to its owner, whose data its findings quote. */
export function presentCfdi(row: CfdiRow): Cfdi {
  return {
    ...describeInvoice(row.facts, row),
    taskId: encodeId('task', row.taskId),
    mode: row.mode,
    verdict: row.verdict,
    authenticatedBy: row.authenticatedBy,
    satCheckedAt: timestampOrNull(row.satCheckedAt),
    accepted: row.accepted,
    xmlArtifactId: encodeId('artifact', row.xmlArtifactId),
    pdfArtifactId: idOrNull('artifact', row.pdfArtifactId),
    createdAt: timestamp(row.createdAt),
  };
}
