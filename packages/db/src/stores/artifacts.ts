import type { ArtifactRow, ArtifactStore } from '@cfdi-live/domain';
import type { Cell, TenantKeys } from '../crypto/tenant-keys.ts';
import { listPage } from '../paging.ts';
import type { TenantContext } from '../tenant-context.ts';
import { pgText } from '../text.ts';

interface ArtifactRecord {
  id: string;
  task_id: string;
  kind: ArtifactRow['kind'];
  file_name: Buffer;
  content_type: string;
  size: number;
  sha256: string;
  storage_path: string;
  created_at: Date;
}

const COLUMNS = 'id, task_id, kind, file_name, content_type, size, sha256, storage_path, created_at';

function nameCell(rowId: string): Cell {
  return { table: 'artifacts', column: 'file_name', rowId };
}

function toArtifact(keys: TenantKeys, record: ArtifactRecord): ArtifactRow {
  return {
    id: record.id,
    taskId: record.task_id,
    kind: record.kind,
    fileName: keys.openText(nameCell(record.id), record.file_name),
    contentType: record.content_type,
    size: record.size,
    sha256: record.sha256,
    storagePath: record.storage_path,
    createdAt: record.created_at,
  };
}

export function createArtifactStore({ sql, keys }: TenantContext): ArtifactStore {
  return {
    async add(artifact) {
      const [record] = await sql.query<ArtifactRecord>(
        `insert into public.artifacts (id, task_id, kind, file_name, content_type, size, sha256, storage_path)
         values ($1, $2, $3, $4, $5, $6, $7, $8) returning ${COLUMNS}`,
        [
          artifact.id,
          artifact.taskId,
          artifact.kind,
          keys.sealText(nameCell(artifact.id), artifact.fileName),
          pgText(artifact.contentType),
          artifact.size,
          artifact.sha256,
          artifact.storagePath,
        ],
      );
      if (record === undefined) throw new Error('the artifact was not added');
      return toArtifact(keys, record);
    },
    async get(id) {
      const [record] = await sql.query<ArtifactRecord>(
        `select ${COLUMNS} from public.artifacts where id = $1`,
        [id],
      );
      return record === undefined ? null : toArtifact(keys, record);
    },
    list: (taskId, query) =>
      listPage<ArtifactRecord, ArtifactRow>(sql, {
        select: `select ${COLUMNS} from public.artifacts`,
        where: [{ sql: 'task_id = ?', value: taskId }],
        query,
        toRow: (record) => toArtifact(keys, record),
      }),
  };
}
