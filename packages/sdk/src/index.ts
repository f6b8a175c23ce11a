export {
  CfdiLive,
  type CfdiLiveOptions,
  type ConnectionOptions,
  type KeyOptions,
  type PersonOptions,
} from './client.ts';
export * from './core/errors.ts';
export type { RequestOptions } from './core/transport.ts';
export type { StreamOptions } from './core/event-stream.ts';
export { List, type Page } from './core/pagination.ts';
export type { ListTasksParams, WaitOptions } from './resources/tasks.ts';
export type { ListCfdisParams } from './resources/cfdis.ts';
export type { ListCredentialsParams } from './resources/credentials.ts';
export type { ListEventsParams, PlacedEvent } from './resources/events.ts';
export type { ListProfilesParams } from './resources/profiles.ts';
export type { UsageParams } from './resources/usage.ts';
export type { ListVendorsParams, ResolveVendorParams } from './resources/vendors.ts';
export type { ListDeliveriesParams } from './resources/webhook-endpoints.ts';
export { verifyWebhook, type VerifyOptions, type WebhookHeaders } from './webhooks.ts';
export * from './types.ts';
