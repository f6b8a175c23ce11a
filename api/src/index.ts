export { createHostResolver } from './adapters/host-resolver.ts';
export { createApp } from './app.ts';
export { STREAM_TIMES, type ApiConfig, type ApiDeps, type Log, type StreamTimes } from './deps.ts';
export { listen, type RunningServer } from './server.ts';
export { buildOpenApiDocument, type OpenApiDocument } from './openapi.ts';
