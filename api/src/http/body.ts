/** A request's body: read once, under a limit, and let through only as JSON that means one thing. */
import { MAX_UPLOAD_BYTES } from '@cfdi-live/contract';
import type { Context, HonoRequest, MiddlewareHandler } from 'hono';
import type { ApiEnv } from '../deps.ts';
import { problem } from './problems.ts';
import { checkStrictJson } from './strict-json.ts';

/** Largest JSON body, in bytes. */
export const MAX_BODY_BYTES = 256 * 1024;
/** What is read beyond the limit and thrown away: a client that still writes when the socket closes never reads why. */
const MAX_DRAINED_BYTES = 8 * 1024 * 1024;

/** Refuses what is too large, is not JSON, or could be read in two ways; the schema's validator gets what is left. */
export const strictJsonBody: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const contentType = c.req.header('content-type') ?? '';
  if (!/^application\/json\s*(;|$)/i.test(contentType)) {
    return problem(c, 'unsupported_media_type', { detail: 'Send the body as application/json.' });
  }
  const read = await readBody(c.req, MAX_BODY_BYTES);
  if (read.kind === 'too_large') return answerTooLarge(c, read, `${MAX_BODY_BYTES / 1024} KB`);
  const checked = checkStrictJson(read.bytes);
  if (!checked.ok) {
    const { code, message } = checked;
    return problem(c, 'invalid_request', { detail: message, errors: [{ path: '', code, message }] });
  }
  c.set('json', checked.value);
  // Where Hono keeps a body that was read: the schema's validator finds it there.
  c.req.bodyCache.json = Promise.resolve(checked.value);
  return next();
};

/** A file, as it is: what it says that it is tells nothing. Its bytes stand in `c.var.file`. */
export const fileBody: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const read = await readBody(c.req, MAX_UPLOAD_BYTES);
  if (read.kind === 'too_large') return answerTooLarge(c, read, `${MAX_UPLOAD_BYTES / (1024 * 1024)} MB`);
  c.set('file', read.bytes);
  return next();
};

function answerTooLarge(c: Context<ApiEnv>, { drained }: { drained: boolean }, most: string) {
  return problem(c, 'payload_too_large', {
    detail: `The body is larger than ${most}.`,
    ...(drained ? {} : { headers: { connection: 'close' } }),
  });
}

type ReadBody =
  | { kind: 'read'; bytes: Uint8Array<ArrayBuffer> }
  /** `drained`: it was read to its end all the same. */
  | { kind: 'too_large'; drained: boolean };

async function readBody({ raw }: HonoRequest, maxBytes: number): Promise<ReadBody> {
  // What says that it is small is no larger, and needs no stream.
  if (Number(raw.headers.get('content-length') ?? Number.NaN) <= maxBytes) {
    return { kind: 'read', bytes: new Uint8Array(await raw.arrayBuffer()) };
  }
  const { body } = raw;
  if (body === null) return { kind: 'read', bytes: new Uint8Array() };
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size <= maxBytes) chunks.push(chunk);
    if (size > maxBytes + MAX_DRAINED_BYTES) return { kind: 'too_large', drained: false };
  }
  if (size > maxBytes) return { kind: 'too_large', drained: true };
  return { kind: 'read', bytes: Buffer.concat(chunks) };
}
