import { zipDownloads } from '../../session/downloads.ts';
import type { Route } from '../route.ts';

/** `GET /v1/sessions/{id}/downloads`: all finished downloads as a ZIP, also after the session's end. */
export const listDownloadsRoute: Route = {
  on: 'session',
  method: 'GET',
  path: '/downloads',
  handle: async (_request, session) => ({
    kind: 'bytes',
    status: 200,
    bytes: await zipDownloads(session.folders),
    headers: {
      'content-type': 'application/zip',
      'content-disposition': 'attachment; filename="downloads.zip"',
    },
  }),
};
