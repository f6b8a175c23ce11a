/** Where requests are counted for all processes together: Redis, else Postgres; in memory while that is away. */
import type { SharedRedis } from '@cfdi-live/queue';
import {
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRedis,
  RateLimiterRes,
  type RateLimiterAbstract,
} from 'rate-limiter-flexible';
import type { Policy } from './policies.ts';

export type LimitStore =
  | { kind: 'redis'; redis: SharedRedis }
  | {
      kind: 'postgres';
      query: (statement: { text: string; values: unknown[] }) => Promise<{ rows: object[] }>;
    }
  | { kind: 'memory' };

/** What is left of a window after a number of points was taken from it, or that there were not so many left. */
export interface Taken {
  granted: boolean;
  remaining: number;
  msToNext: number;
}

export type TakePoints = (subject: string, points: number) => Promise<Taken>;

/** Counts by one policy; `name` keeps it apart from the others. Never rejects. */
export function createCounter(store: LimitStore, name: string, policy: Policy): TakePoints {
  const limiter = limiterOn(store, name, policy);
  return async (subject, points) => {
    try {
      const { remainingPoints, msBeforeNext } = await limiter.consume(subject, points);
      return { granted: true, remaining: remainingPoints, msToNext: msBeforeNext };
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      return { granted: false, remaining: 0, msToNext: refused.msBeforeNext };
    }
  };
}

function limiterOn(store: LimitStore, name: string, { quota, windowSeconds }: Policy): RateLimiterAbstract {
  const options = { keyPrefix: `limit-${name}`, points: quota, duration: windowSeconds };
  // Each process for itself, while nobody knows of the others: an outage of the store must not become ours.
  const memory = new RateLimiterMemory(options);
  switch (store.kind) {
    case 'redis':
      return new RateLimiterRedis({
        ...options,
        storeClient: store.redis,
        rejectIfRedisNotReady: true,
        insuranceLimiter: memory,
      });
    case 'postgres':
      return new RateLimiterPostgres({
        ...options,
        storeClient: store,
        storeType: 'client',
        schemaName: 'app',
        tableName: 'rate_limits',
        tableCreated: true,
        clearExpiredByTimeout: false,
        insuranceLimiter: memory,
      });
    case 'memory':
      return memory;
  }
}
