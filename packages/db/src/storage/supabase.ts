import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { WebSocket } from 'ws';
import type { ObjectStorage } from './vault.ts';

export interface SupabaseStorageOptions {
  /** `https://<project>.supabase.co`, or the local stack's. */
  url: string;
  /** `sb_secret_…` (or the old service_role key): may read and write every object. */
  secretKey: string;
  /** A private bucket; it is created where it is missing. */
  bucket: string;
  fetch?: typeof fetch;
}

/** Storage did not answer, or refused. Nothing is known to be wrong with the request: HTTP 503. */
export class StorageUnavailable extends Error {
  constructor(action: string, options?: ErrorOptions) {
    super(`storage is unavailable: ${action}`, options);
    this.name = 'StorageUnavailable';
  }
}

interface StorageFailure {
  status?: number | undefined;
  statusCode?: string | undefined;
}

/** Supabase Storage as a store of bytes. Throws `StorageUnavailable`. */
export function createSupabaseStorage(options: SupabaseStorageOptions): ObjectStorage {
  const client = createClient(options.url, options.secretKey, {
    auth: { persistSession: false, autoRefreshToken: false },
    // Node 20 has no WebSocket; the client is constructed with one although nothing here listens.
    realtime: { transport: WebSocket as never },
    global: { fetch: onceMore(options.fetch ?? globalThis.fetch) },
  });
  let bucketIsThere: Promise<void> | undefined;
  const bucket = async () => {
    bucketIsThere ??= ensureBucket(client, options.bucket);
    try {
      await bucketIsThere;
    } catch (error) {
      bucketIsThere = undefined;
      throw error;
    }
    return client.storage.from(options.bucket);
  };
  return {
    async put(path, bytes) {
      const target = await bucket();
      const { error } = await target.upload(path, bytes, {
        contentType: 'application/octet-stream',
        upsert: true,
      });
      if (error !== null) throw new StorageUnavailable('upload', { cause: error });
    },
    async get(path) {
      const source = await bucket();
      const { data, error } = await source.download(path);
      if (error === null) return new Uint8Array(await data.arrayBuffer());
      if (isMissing(error)) return null;
      throw new StorageUnavailable('download', { cause: error });
    },
    async remove(path) {
      const target = await bucket();
      const { error } = await target.remove([path]);
      if (error !== null) throw new StorageUnavailable('remove', { cause: error });
    },
    async ping() {
      const { error } = await client.storage.getBucket(options.bucket);
      if (error !== null && !isMissing(error)) throw new StorageUnavailable('ping', { cause: error });
    },
  };
}

/**
 * Sends a request again where its connection was lost: a kept one that the server closed in that moment is the usual case,
 * and each of ours may be repeated (an upload replaces, a second removal finds nothing).
 */
function onceMore(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    try {
      return await fetch(input, init);
    } catch (error) {
      if (init?.signal?.aborted === true) throw error;
      return await fetch(input, init);
    }
  };
}

async function ensureBucket(client: SupabaseClient, name: string): Promise<void> {
  const found = await client.storage.getBucket(name);
  if (found.error === null) return;
  if (!isMissing(found.error)) throw new StorageUnavailable('look for the bucket', { cause: found.error });
  const made = await client.storage.createBucket(name, { public: false });
  if (made.error === null) return;
  // Another process may have been quicker.
  const again = await client.storage.getBucket(name);
  if (again.error !== null) throw new StorageUnavailable('create the bucket', { cause: made.error });
}

/** Storage says "not found" in several ways, the oldest of them a 400 whose body says 404. */
function isMissing(error: StorageFailure): boolean {
  return error.status === 404 || ['404', 'NoSuchKey', 'NoSuchBucket'].includes(error.statusCode ?? '');
}
