export { CfdiLive, type CfdiLiveOptions } from './client.ts';
export * from './core/errors.ts';
export type { RequestOptions } from './core/transport.ts';
export type { StreamOptions } from './core/event-stream.ts';
export { List, type Page } from './core/pagination.ts';
export type { ListTasksParams, WaitOptions } from './resources/tasks.ts';
export type { PlacedEvent } from './resources/events.ts';
export { verifyWebhook, type VerifyOptions, type WebhookHeaders } from './webhooks.ts';
export * from './types.ts';
