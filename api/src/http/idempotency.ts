/**
 * `Idempotency-Key`: the same request, sent again, is not done again. What is kept, and with it the work, is one
 * transaction; a replay gives back status, `Location` and the very bytes of the body, with `Idempotent-Replayed: true`.
 */
import { createHash } from 'node:crypto';
import type { KeptAnswer, RepeatableRequest } from '@cfdi-live/domain';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import type { ApiEnv } from '../deps.ts';
import { canonicalJson } from './canonical-json.ts';
import { queueAfterwards } from './hints.ts';
import { problem } from './problems.ts';
import { answerSettled } from './settled.ts';

export interface IdempotencyOptions {
  /** The work waits for somebody outside, so its key is held by a row and not by a transaction. */
  callsOutside?: boolean;
  /** Fields of the answer that are told once: a replay has its status and its body without them. */
  secretFields?: readonly string[];
}

/** Where the document describes the header, for every operation that has it. */
export const IDEMPOTENCY_PARAMETER_REF = '#/components/parameters/IdempotencyKeyHeader';

export function registerIdempotency(registry: OpenAPIHono['openAPIRegistry']): void {
  registry.registerComponent('parameters', 'IdempotencyKeyHeader', {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description:
      'Makes it safe to send the request again: for 24 hours, the same key with the same request gets the first answer, with `Idempotent-Replayed: true`. Answers of success, 409 and 422 are kept. A secret that an answer told is not told again: its field is absent. One to 255 printable ASCII characters; a UUID is a good choice.',
    schema: {
      type: 'string',
      minLength: 1,
      maxLength: 255,
      examples: ['5f8a3c1e-9d57-4c41-8b8f-0a6c2e143b8f'],
    },
  });
}

const KEY = /^[\x20-\x7e]{1,255}$/;

export function idempotent(options: IdempotencyOptions = {}): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const key = c.req.header('idempotency-key');
    if (key === undefined) return next();
    if (!KEY.test(key)) return badKey(c);
    const services = c.get('services');
    const request = requestOf(c, key);
    const begun =
      options.callsOutside === true
        ? await services.database.beginHeld(request)
        : { kind: 'begun' as const, work: services.database.beginOnce(request) };
    if (begun.kind !== 'begun') return answerSettled(c, begun);

    const { work } = begun;
    const afterwards = queueAfterwards(services);
    c.set('services', { ...services, database: work.database, queue: afterwards.queue });
    await next();
    if (c.error !== undefined) return work.rollback();
    try {
      const outcome = await work.commit(await toKeep(c, options));
      if (outcome.kind === 'committed') afterwards.send();
      else replaceAnswer(c, answerSettled(c, outcome));
    } catch (error) {
      await work.rollback();
      throw error;
    }
  };
}

function badKey(c: Context<ApiEnv>): Response {
  const message = 'An Idempotency-Key has 1 to 255 printable ASCII characters.';
  return problem(c, 'invalid_request', {
    detail: message,
    errors: [{ path: 'Idempotency-Key', code: 'invalid_value', message }],
  });
}

function requestOf(c: Context<ApiEnv>, key: string): RepeatableRequest {
  const { method, path, url } = c.req;
  const query = url.includes('?') ? url.slice(url.indexOf('?')) : '';
  return {
    scope: c.get('principal'),
    name: `${method} ${path} ${key}`,
    content: `${path}${query}\n${bodyOf(c)}`,
  };
}

/** The body in a form that two requests share only where they say the same. */
function bodyOf({ var: { json, file } }: Context<ApiEnv>): string {
  if (file !== undefined) return `sha256:${createHash('sha256').update(file).digest('hex')}`;
  return json === undefined ? '' : canonicalJson(json);
}

/** Null: an answer that a second try may better. */
async function toKeep(
  c: Context<ApiEnv>,
  { secretFields = [] }: IdempotencyOptions,
): Promise<KeptAnswer | null> {
  const { status, ok, headers } = c.res;
  if (!ok && status !== 409 && status !== 422) return null;
  const text = await textOf(c);
  return {
    status,
    location: headers.get('location'),
    contentType: headers.get('content-type'),
    body: secretFields.length === 0 ? text : without(secretFields, text),
  };
}

async function textOf(c: Context<ApiEnv>): Promise<string> {
  const answer = c.get('answer');
  if (answer?.response === c.res) return answer.text;
  const { status, headers } = c.res;
  const text = await c.res.text();
  // A body is read once: the answer gets another one. (A copy that shares it would be sent as a stream, which costs more.)
  replaceAnswer(c, new Response(text === '' ? null : text, { status, headers }));
  return text;
}

function without(fields: readonly string[], text: string): string {
  const body = JSON.parse(text) as Record<string, unknown>;
  return JSON.stringify(Object.fromEntries(Object.entries(body).filter(([name]) => !fields.includes(name))));
}

/** Hono would take over the headers of the answer that is thrown away. */
function replaceAnswer(c: Context<ApiEnv>, answer: Response): void {
  c.res = undefined;
  c.res = answer;
}
