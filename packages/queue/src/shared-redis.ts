import { Redis } from 'ioredis';

/** A connection to the queue's Redis for what is not a queue. */
export type SharedRedis = Redis;

/** Opens one that says quickly when Redis is away: whoever uses it has a way without. Ends with `disconnect`. */
export function openSharedRedis(url: string, onError: (error: Error) => void): SharedRedis {
  const redis = new Redis(url, { enableOfflineQueue: false, maxRetriesPerRequest: 0, commandTimeout: 500 });
  redis.on('error', onError);
  return redis;
}
