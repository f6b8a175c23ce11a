/** Files at rest: encrypted with the tenant's key before they leave the process. */
import type { ArtifactVault, TenantScope } from '@cfdi-live/domain';
import type { Cell, TenantKeys } from '../crypto/tenant-keys.ts';

/** A store of opaque bytes by path. */
export interface ObjectStorage {
  /** Replaces what was there. */
  put(path: string, bytes: Uint8Array): Promise<void>;
  get(path: string): Promise<Uint8Array | null>;
  /** What is not there is fine. */
  remove(path: string): Promise<void>;
  ping(): Promise<void>;
}

/** Where the bytes of a file stand. */
export function fileCell(storagePath: string): Cell {
  return { table: 'artifacts', column: 'bytes', rowId: storagePath };
}

/** Bytes that were altered, or moved to another path or tenant, do not open: `get` throws `SealBroken`. */
export function createArtifactVault(deps: {
  storage: ObjectStorage;
  tenantKeys(scope: TenantScope): Promise<TenantKeys>;
}): ArtifactVault {
  return {
    async put(scope, storagePath, bytes) {
      const keys = await deps.tenantKeys(scope);
      await deps.storage.put(storagePath, keys.seal(fileCell(storagePath), bytes));
    },
    async get(scope, storagePath) {
      const sealed = await deps.storage.get(storagePath);
      if (sealed === null) return null;
      const keys = await deps.tenantKeys(scope);
      return keys.open(fileCell(storagePath), sealed);
    },
    remove: (storagePath) => deps.storage.remove(storagePath),
    ping: () => deps.storage.ping(),
  };
}
