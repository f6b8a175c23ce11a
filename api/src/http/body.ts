/** A request's body: read once, under a limit, and let through only as JSON that means one thing. */
import type { HonoRequest, MiddlewareHandler } from 'hono';
import type { ApiEnv } from '../deps.ts';
import { problem } from './problems.ts';
import { checkStrictJson } from './strict-json.ts';

/** Largest JSON body, in bytes. */
export const MAX_BODY_BYTES = 256 * 1024;
/** What is read of a larger one and thrown away: a client that still writes when the socket closes never reads why. */
const MAX_DRAINED_BYTES = 8 * 1024 * 1024;

/** Refuses what is too large, is not JSON, or could be read in two ways; the schema's validator gets what is left. */
export const strictJsonBody: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const contentType = c.req.header('content-type') ?? '';
  if (!/^application\/json\s*(;|$)/i.test(contentType)) {
    return problem(c, 'unsupported_media_type', { detail: 'Send the body as application/json.' });
  }
  const read = await readBody(c.req);
  if (read.kind === 'too_large') {
    return problem(c, 'payload_too_large', {
      detail: `The body is larger than ${MAX_BODY_BYTES / 1024} KB.`,
      ...(read.drained ? {} : { headers: { connection: 'close' } }),
    });
  }
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

type ReadBody =
  | { kind: 'read'; bytes: Uint8Array<ArrayBuffer> }
  /** `drained`: it was read to its end all the same. */
  | { kind: 'too_large'; drained: boolean };

async function readBody({ raw }: HonoRequest): Promise<ReadBody> {
  // What says that it is small is no larger, and needs no stream.
  if (Number(raw.headers.get('content-length') ?? Number.NaN) <= MAX_BODY_BYTES) {
    return { kind: 'read', bytes: new Uint8Array(await raw.arrayBuffer()) };
  }
  const { body } = raw;
  if (body === null) return { kind: 'read', bytes: new Uint8Array() };
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
    if (size > MAX_DRAINED_BYTES) return { kind: 'too_large', drained: false };
  }
  if (size > MAX_BODY_BYTES) return { kind: 'too_large', drained: true };
  return { kind: 'read', bytes: Buffer.concat(chunks) };
}
