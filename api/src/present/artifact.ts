import { encodeId, type Artifact } from '@cfdi-live/contract';
import type { ArtifactRow } from '@cfdi-live/domain';
import { timestamp } from './common.ts';

export function presentArtifact(row: ArtifactRow): Artifact {
  return {
    id: encodeId('artifact', row.id),
    taskId: encodeId('task', row.taskId),
    kind: row.kind,
    fileName: row.fileName,
    contentType: row.contentType,
    size: row.size,
    sha256: row.sha256,
    createdAt: timestamp(row.createdAt),
  };
}
