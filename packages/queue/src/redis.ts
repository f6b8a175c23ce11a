import { Queue, Worker } from 'bullmq';
import { Redis, type RedisOptions } from 'ioredis';
import { JOB_OPTIONS, STREAMS, workerOptions, type QueueBackend } from './backend.ts';

/**
 * BullMQ on Redis (`noeviction`, with an append-only file).
 *
 * @param prefix becomes the hash tag `{prefix}` of every key, so that a Cluster keeps them in one slot
 */
export function redisBackend(
  redisUrl: string,
  prefix: string,
  onError: (error: Error) => void,
): QueueBackend {
  const retryStrategy = (times: number): number => Math.min(times * 50, 1000);
  const open = (
    options: Pick<RedisOptions, 'maxRetriesPerRequest' | 'commandTimeout' | 'connectTimeout'>,
  ): Redis => {
    const redis = new Redis(redisUrl, { ...options, retryStrategy, lazyConnect: true });
    redis.on('error', onError);
    return redis;
  };
  // Whoever adds a job waits for an answer and has the database as truth: a Redis that is down is said quickly.
  const producing = open({ maxRetriesPerRequest: 2, commandTimeout: 5000, connectTimeout: 2000 });
  // Whoever consumes waits for ever.
  const consuming = open({ maxRetriesPerRequest: null });
  const keys = `{${prefix}}`;

  return {
    ping: async () => {
      await producing.ping();
    },
    openProducer: async (kind, onError) => {
      const queue = new Queue<unknown>(kind, {
        connection: producing,
        prefix: keys,
        skipWaitingForReady: true,
        defaultJobOptions: JOB_OPTIONS,
        streams: STREAMS,
      });
      queue.on('error', onError);
      return queue;
    },
    openWorker: (kind, process, settings) => {
      const worker = new Worker<unknown, void>(kind, process, {
        ...workerOptions(settings),
        connection: consuming,
        prefix: keys,
      });
      worker.on('error', settings.onError);
      return worker;
    },
    close: async () => {
      producing.disconnect();
      consuming.disconnect();
    },
  };
}
