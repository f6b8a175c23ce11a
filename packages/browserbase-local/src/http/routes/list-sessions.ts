import { matchesMetadata, parseMetadataQuery } from '../../session/metadata-query.ts';
import { SESSION_STATUSES } from '../../session/record.ts';
import { failure, json } from '../reply.ts';
import type { Route } from '../route.ts';

/** `GET /v1/sessions?status=&q=`: newest first; `q` looks into the user's metadata. */
export const listSessionsRoute: Route = {
  on: 'collection',
  method: 'GET',
  handle: ({ query }, { sessions }) => {
    const status = query.get('status');
    if (status !== null && !SESSION_STATUSES.some((known) => known === status)) {
      return failure(400, 'querystring/status must be equal to one of the allowed values');
    }
    const q = query.get('q');
    const metadata = q === null ? undefined : parseMetadataQuery(q);
    if (q !== null && metadata === undefined) return failure(400, 'querystring/q is not a valid query');
    const found = sessions
      .all()
      .map((session) => session.record())
      .filter((record) => status === null || record.status === status)
      .filter((record) => metadata === undefined || matchesMetadata(metadata, record.userMetadata));
    return json(200, found);
  },
};
