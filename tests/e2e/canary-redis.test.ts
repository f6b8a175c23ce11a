import { describe } from 'vitest';
import { canarySuite } from '../helpers/canary-suite.ts';
import { hasRedis, startRedis } from '../helpers/redis.ts';

const present = hasRedis();
const title = present
  ? 'with the queue on Redis'
  : 'with the queue on Redis (SKIPPED: no redis-server in PATH)';

// What Redis was ever told lies in its append-only file.
describe.skipIf(!present)(title, () => canarySuite({ startRedis }));
