import type { Route } from './route.ts';
import { createSessionRoute } from './routes/create-session.ts';
import { createUploadRoute } from './routes/create-upload.ts';
import { debugSessionRoute } from './routes/debug-session.ts';
import { getRecordingRoute } from './routes/get-recording.ts';
import { getSessionRoute } from './routes/get-session.ts';
import { getGuardRoute, guardSessionRoute, liftGuardRoute } from './routes/guard-session.ts';
import { listDownloadsRoute } from './routes/list-downloads.ts';
import { listLogsRoute } from './routes/list-logs.ts';
import { listSessionsRoute } from './routes/list-sessions.ts';
import { releaseSessionRoute } from './routes/release-session.ts';

/** Every operation of the API. */
export const ROUTES: readonly Route[] = [
  createSessionRoute,
  listSessionsRoute,
  getSessionRoute,
  releaseSessionRoute,
  debugSessionRoute,
  listDownloadsRoute,
  listLogsRoute,
  getRecordingRoute,
  createUploadRoute,
  guardSessionRoute,
  getGuardRoute,
  liftGuardRoute,
];
