import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '../log.ts';
import { sameSecret } from './live-tokens.ts';
import { type Reply, failure } from './reply.ts';
import type { RouteDeps } from './route.ts';
import { ROUTES } from './routes.ts';

const MAX_BODY_BYTES = 64 * 1024 * 1024;

export type ApiDeps = RouteDeps & { readonly apiKey: string; readonly log: Log };

const readBody = async (request: IncomingMessage): Promise<Buffer | undefined> => {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

const answer = async (request: IncomingMessage, url: URL, deps: ApiDeps): Promise<Reply> => {
  const key = request.headers['x-bb-api-key'];
  if (typeof key !== 'string' || !sameSecret(key, deps.apiKey)) return failure(401);
  const match = /^\/v1\/sessions(?:\/(?<id>[^/]+)(?<path>\/.+)?)?$/.exec(url.pathname);
  if (match === null) return failure(404);
  const { id, path = '' } = match.groups ?? {};
  const route = ROUTES.find(
    (route) =>
      route.method === request.method &&
      (id === undefined ? route.on === 'collection' : route.on === 'session' && route.path === path),
  );
  if (route === undefined) return failure(404);
  const body = await readBody(request);
  if (body === undefined) return failure(413);
  const { host: authority = '', 'content-type': contentType = '' } = request.headers;
  const apiRequest = { authority, query: url.searchParams, contentType, body };
  if (route.on === 'collection') return route.handle(apiRequest, deps);
  const session = deps.sessions.get(id ?? '');
  return session === undefined ? failure(404, 'Session not found') : route.handle(apiRequest, session, deps);
};

const NO_STORE = { 'cache-control': 'no-store' };

/** Writes a reply to the wire. */
export const send = (response: ServerResponse, reply: Reply): void => {
  const isJson = reply.kind === 'json';
  const content = isJson ? { 'content-type': 'application/json; charset=utf-8' } : {};
  const bytes = Buffer.from(isJson ? JSON.stringify(reply.body) : reply.bytes);
  response.writeHead(reply.status, {
    ...NO_STORE,
    ...content,
    'content-length': bytes.length,
    ...reply.headers,
  });
  response.end(bytes);
};

/** Answers one request to `/v1/…`. What fails without a reason of its own is logged here and told as 500. */
export const handleApi = async (
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  deps: ApiDeps,
): Promise<void> => {
  let reply: Reply;
  try {
    reply = await answer(request, url, deps);
  } catch (error) {
    deps.log('api.failed', {
      path: url.pathname,
      reason: error instanceof Error ? error.message : String(error),
    });
    reply = failure(500);
  }
  send(response, reply);
};
