/** Files of a task. Ids are bare UUIDs; null: no such thing here. */
import type { ListQuery } from '@cfdi-live/contract';
import type { ArtifactRow, Page } from '../ports-rows.ts';
import type { ArtifactVault, Database } from '../ports-system.ts';
import { maySeeTask, type Principal } from '../principal.ts';

interface Deps {
  database: Database;
}

export async function listArtifacts(
  deps: Deps,
  principal: Principal,
  taskId: string,
  query: ListQuery,
): Promise<Page<ArtifactRow> | null> {
  return deps.database.withTenant(principal, async (tx) => {
    if ((await tx.tasks.get(taskId)) === null) return null;
    return tx.artifacts.list(taskId, query);
  });
}

export async function getArtifact(
  deps: Deps,
  principal: Principal,
  artifactId: string,
): Promise<ArtifactRow | null> {
  const artifact = await deps.database.withTenant(principal, (tx) => tx.artifacts.get(artifactId));
  return artifact !== null && maySeeTask(principal, artifact.taskId) ? artifact : null;
}

export type ReadArtifactOutcome =
  | { kind: 'read'; artifact: ArtifactRow; bytes: Uint8Array }
  | { kind: 'not_found' }
  /** The row is there, the bytes are not, or not any more. */
  | { kind: 'bytes_missing' };

/** An artifact with its bytes, decrypted. */
export async function readArtifact(
  deps: Deps & { vault: ArtifactVault },
  principal: Principal,
  artifactId: string,
): Promise<ReadArtifactOutcome> {
  const artifact = await getArtifact(deps, principal, artifactId);
  if (artifact === null) return { kind: 'not_found' };
  const bytes = await deps.vault.get(principal, artifact.storagePath);
  return bytes === null ? { kind: 'bytes_missing' } : { kind: 'read', artifact, bytes };
}
