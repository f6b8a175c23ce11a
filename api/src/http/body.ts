import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { ApiEnv } from '../deps.ts';
import { problem } from './problems.ts';
import { checkStrictJson } from './strict-json.ts';

/** Largest JSON body, in bytes. */
export const MAX_BODY_BYTES = 256 * 1024;

/** Refuses a body above the limit, by its announced length or while it arrives. */
export const limitBody: MiddlewareHandler<ApiEnv> = bodyLimit({
  maxSize: MAX_BODY_BYTES,
  onError: (c) =>
    problem(c, 'payload_too_large', { detail: `The body is larger than ${MAX_BODY_BYTES / 1024} KB.` }),
});

/** Refuses what is not JSON, or is JSON that could be read in two ways; the schema's validator reads what is left. */
export const strictJsonBody: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const contentType = c.req.header('content-type') ?? '';
  if (!/^application\/json\s*(;|$)/i.test(contentType)) {
    return problem(c, 'unsupported_media_type', { detail: 'Send the body as application/json.' });
  }
  const checked = checkStrictJson(new Uint8Array(await c.req.arrayBuffer()));
  if (!checked.ok) {
    const { code, message } = checked;
    return problem(c, 'invalid_request', { detail: message, errors: [{ path: '', code, message }] });
  }
  return next();
};
