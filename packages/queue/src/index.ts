export { createJobQueue, createUpkeepScheduler } from './job-queue.ts';
export { JOB_KINDS, type JobKind, type JobPayload } from './kinds.ts';
export { migrateQueue, type MigrateQueueOptions } from './postgres.ts';
export type { QueueProblem, Report } from './problem.ts';
export {
  createQueue,
  type AddOptions,
  type Handler,
  type JobCounts,
  type Queue,
  type QueueOptions,
} from './queue.ts';
export type { Consumer } from './consumer.ts';
export { openSharedRedis, type SharedRedis } from './shared-redis.ts';
