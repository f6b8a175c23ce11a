import type { Context, TypedResponse } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { JSONParsed } from 'hono/utils/types';
import type { ApiEnv } from '../deps.ts';

/**
 * A JSON answer whose text whoever keeps answers finds beside it: reading it back from a `Response` costs more than all
 * else that is done with it.
 */
export function answerJson<Body extends object, Status extends ContentfulStatusCode>(
  c: Context<ApiEnv>,
  body: Body,
  status: Status,
  headers: Record<string, string>,
): Response & TypedResponse<JSONParsed<Body>, Status, 'json'> {
  const text = JSON.stringify(body);
  const response = c.body(text, status, { ...headers, 'content-type': 'application/json' });
  c.set('answer', { response, text });
  // `c.body` knows the text only; the type says what it is the text of, as that of `c.json` does.
  return response as unknown as Response & TypedResponse<JSONParsed<Body>, Status, 'json'>;
}
