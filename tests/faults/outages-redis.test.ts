import { describe } from 'vitest';
import { hasRedis } from '../helpers/redis.ts';
import { outageSuite } from '../helpers/outage-suite.ts';

describe.skipIf(!hasRedis())('with redis-server', () => outageSuite('redis'));
