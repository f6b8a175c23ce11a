import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import type { App } from '@supabase/lite';

/** What `@supabase/lite` asks of a place for objects; the package exports no implementation for a folder. */
export type StorageAdapter = NonNullable<App['_storageAdapter']>;
type ObjectMetadata = Awaited<ReturnType<StorageAdapter['headObject']>>;
type ObjectResponse = Awaited<ReturnType<StorageAdapter['getObject']>>;

interface Note {
  mimetype: string;
  cacheControl: string;
  eTag: string;
}

/**
 * Objects as files of a folder: the bytes, and beside them what HTTP says of them. File names are hashes, so no
 * object name is too long, leaves the folder, or is both a file and a folder. Versions play no part: Lite names
 * one only after it has written the bytes.
 */
export function folderStorage(folder: string): StorageAdapter {
  const fileOf = (bucket: string, key: string): string => {
    const name = createHash('sha256')
      .update(JSON.stringify([bucket, key]))
      .digest('hex');
    return path.join(folder, name.slice(0, 2), name);
  };
  return {
    driver: null,
    headObject: (bucket, key) => describe(fileOf(bucket, key)),
    uploadObject: async (bucket, key, _version, body, mimetype, cacheControl) => {
      const bytes = body instanceof Uint8Array ? body : await readAll(body as ReadableStream<Uint8Array>);
      return store(fileOf(bucket, key), bytes, { mimetype, cacheControl });
    },
    getObject: (bucket, key, _version, headers) => open(fileOf(bucket, key), headers?.range),
    deleteObject: (bucket, key) => remove(fileOf(bucket, key)),
    deleteObjects: async (bucket, keys) => {
      for (const key of keys) await remove(fileOf(bucket, key));
    },
    copyObject: async (sourceBucket, source, _version, bucket, key) => {
      const from = fileOf(sourceBucket, source);
      const { eTag, lastModified } = await store(
        fileOf(bucket, key),
        await readFile(from),
        await describe(from),
      );
      return { httpStatusCode: 200, eTag, ...(lastModified === undefined ? {} : { lastModified }) };
    },
    privateAssetUrl: async (bucket, key) => `file://${fileOf(bucket, key)}`,
  };
}

async function describe(file: string): Promise<ObjectMetadata> {
  const [note, { size, mtime }] = await Promise.all([readFile(`${file}.json`, 'utf8'), stat(file)]);
  return {
    ...(JSON.parse(note) as Note),
    size,
    contentLength: size,
    lastModified: mtime,
    httpStatusCode: 200,
  };
}

async function store(
  file: string,
  bytes: Uint8Array,
  { mimetype, cacheControl }: Omit<Note, 'eTag'>,
): Promise<ObjectMetadata> {
  const eTag = `"${createHash('sha256').update(bytes).digest('hex')}"`;
  await mkdir(path.dirname(file), { recursive: true });
  await replace(`${file}.json`, JSON.stringify({ mimetype, cacheControl, eTag } satisfies Note));
  await replace(file, bytes);
  return describe(file);
}

async function open(file: string, rangeHeader: string | undefined): Promise<ObjectResponse> {
  const metadata = await describe(file);
  const range = parseRange(rangeHeader, metadata.size);
  const body = Readable.toWeb(createReadStream(file, range ?? {})) as unknown as ReadableStream;
  if (range === null) return { metadata, httpStatusCode: 200, body };
  const { start, end } = range;
  const contentRange = `bytes ${start}-${end}/${metadata.size}`;
  return {
    metadata: { ...metadata, contentLength: end - start + 1, contentRange },
    httpStatusCode: 206,
    body,
  };
}

/** Never half a file under its name, whenever the process dies. */
async function replace(file: string, content: string | Uint8Array): Promise<void> {
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, content, { mode: 0o600 });
  await rename(draft, file);
}

async function remove(file: string): Promise<void> {
  await rm(file, { force: true });
  await rm(`${file}.json`, { force: true });
}

async function readAll(body: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(body).arrayBuffer());
}

function parseRange(header: string | undefined, size: number): { start: number; end: number } | null {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return null;
  const start = first === '' ? Math.max(size - Number(last), 0) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return start <= end ? { start, end } : null;
}
