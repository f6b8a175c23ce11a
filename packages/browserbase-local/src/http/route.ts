import type { Clock } from '../clock.ts';
import type { Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import type { LiveTokens } from './live-tokens.ts';
import type { Reply } from './reply.ts';

/** A request whose key was right. */
export type ApiRequest = {
  /** `host:port` by which the client came, so that it can come back by the addresses it is given. */
  readonly authority: string;
  readonly query: URLSearchParams;
  readonly contentType: string;
  readonly body: Buffer;
};

export type RouteDeps = {
  readonly sessions: Sessions;
  readonly liveTokens: LiveTokens;
  readonly clock: Clock;
};

/** One operation on `/v1/sessions`, or, with `path`, on one session: `/v1/sessions/{id}{path}`. */
export type Route =
  | {
      readonly on: 'collection';
      readonly method: 'GET' | 'POST';
      readonly handle: (request: ApiRequest, deps: RouteDeps) => Promise<Reply> | Reply;
    }
  | {
      readonly on: 'session';
      readonly method: 'GET' | 'POST';
      readonly path: '' | `/${string}`;
      readonly handle: (request: ApiRequest, session: Session, deps: RouteDeps) => Promise<Reply> | Reply;
    };

export type JsonBody = { readonly ok: true; readonly value: unknown } | { readonly ok: false };

/** The body as JSON; an empty one is `{}`, as the SDK sends none where it has nothing to say. */
export const jsonBody = ({ body }: ApiRequest): JsonBody => {
  if (body.length === 0) return { ok: true, value: {} };
  try {
    return { ok: true, value: JSON.parse(body.toString('utf8')) };
  } catch {
    return { ok: false };
  }
};
