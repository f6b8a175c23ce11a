import type { ObjectStorage } from '@cfdi-live/db';

/** Files in memory, where a test is not about Storage. */
export function storageInMemory(): ObjectStorage {
  const files = new Map<string, Uint8Array>();
  return {
    put: async (path, bytes) => void files.set(path, bytes),
    get: async (path) => files.get(path) ?? null,
    remove: async (path) => void files.delete(path),
    ping: async () => undefined,
  };
}
