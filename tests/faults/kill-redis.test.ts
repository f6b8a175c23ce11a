import { describe } from 'vitest';
import { killSuite } from '../helpers/kill-suite.ts';
import { hasRedis } from '../helpers/redis.ts';

describe.skipIf(!hasRedis())('with redis-server', () => killSuite('redis'));
