import { createQueue } from '@cfdi-live/queue';
import { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import { hasRedis, startRedis } from '../helpers/redis.ts';
import { queueSuite } from './suite.ts';

const present = hasRedis();
const title = present ? 'the queue on Redis' : 'the queue on Redis (SKIPPED: no redis-server in PATH)';

describe.skipIf(!present)(title, () => {
  queueSuite('redis', startRedis);

  test('every key carries the hash tag, so that a Cluster keeps a queue in one slot', async () => {
    const server = await startRedis();
    const redis = new Redis(server.url);
    const queue = createQueue({ redisUrl: server.url, prefix: 'cfdi' });
    try {
      await queue.add('mail', { mailId: crypto.randomUUID() }, { jobId: 'one' });
      const keys = await redis.keys('*');
      expect(keys).toContain('{cfdi}:mail:one');
      expect(keys.filter((key) => !key.startsWith('{cfdi}:'))).toEqual([]);
    } finally {
      redis.disconnect();
      await queue.close();
      await server.remove();
    }
  });
});
