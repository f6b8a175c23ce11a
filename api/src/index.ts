export { createPersonVerifier } from './adapters/supabase-auth.ts';
export { createApp } from './app.ts';
export { composeApi, type ComposedApi } from './compose.ts';
export type { ApiConfig, ApiDeps, Log } from './deps.ts';
export { parseEnvironment, type ApiEnvironment } from './env.ts';
export type { VerifyPerson } from './http/person.ts';
export { listen, type RunningServer } from './server.ts';
export { buildOpenApiDocument, type OpenApiDocument } from './openapi.ts';
export { STREAM_TIMES, type StreamTimes } from './streams/times.ts';
