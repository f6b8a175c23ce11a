import { describe } from 'vitest';
import { blockedSuite } from '../helpers/blocked-suite.ts';
import { hasRedis } from '../helpers/redis.ts';

describe.skipIf(!hasRedis())('with redis-server', () => blockedSuite('redis'));
