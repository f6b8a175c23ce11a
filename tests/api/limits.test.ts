/** Limits at the door, by a server of its own on each store. */
import type { LimitStore } from '@cfdi-live/api';
import type { Problem } from '@cfdi-live/contract';
import { generateApiKey, type PgDatabase } from '@cfdi-live/db';
import { openSharedRedis, type SharedRedis } from '@cfdi-live/queue';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { hasRedis, startRedis, type RestartableServer } from '../helpers/redis.ts';
import { openWorld, type Caller, type World } from './world.ts';

const PATH = '/v1/tasks';
// Small, and long enough for a slow machine.
const LIMITS = {
  caller: { quota: 60, windowSeconds: 60 },
  tenant: { quota: 100, windowSeconds: 60 },
  failedAuthentication: { quota: 30, windowSeconds: 60 },
};
let world: World;

function limitedCaller(): Promise<Caller> {
  return world.admin.createTenant({ name: 'Limited' }).then(({ id }) => world.newCaller({ tenantId: id }));
}

async function statuses(count: number, { key }: { key: string }): Promise<Record<number, number>> {
  const counted: Record<number, number> = {};
  for (let left = count; left > 0; left -= 50) {
    const answers = await Promise.all(
      Array.from({ length: Math.min(50, left) }, () => fetch(`${world.url}${PATH}?limit=1`, bearer(key))),
    );
    for (const answer of answers) {
      counted[answer.status] = (counted[answer.status] ?? 0) + 1;
      await answer.arrayBuffer();
    }
  }
  return counted;
}

const bearer = (key: string): RequestInit => ({ headers: { authorization: `Bearer ${key}` } });
const open = (store: (database: PgDatabase) => LimitStore) =>
  openWorld((deps) => ({
    ...deps,
    limitStore: store(deps.database as PgDatabase),
    config: { ...deps.config, limits: LIMITS, trustedProxyHops: 1 },
  }));

function suite(): void {
  test('a caller is told what is left, and refused with 429 once its window is used up', async () => {
    const caller = await limitedCaller();
    const first = await world.call('GET', PATH, { key: caller.key });
    expect(first.headers.get('ratelimit-policy')).toBe('"caller";q=60;w=60, "tenant";q=100;w=60');
    expect(first.headers.get('ratelimit')).toMatch(/^"caller";r=59;t=\d+, "tenant";r=99;t=\d+$/);
    const counted = await statuses(LIMITS.caller.quota + 20, caller);
    expect(counted[200]).toBeLessThan(LIMITS.caller.quota);
    expect(counted[429]).toBeGreaterThanOrEqual(20);

    const refused = await world.call<Problem>('GET', PATH, { key: caller.key });
    expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(refused.headers.get('ratelimit')).toMatch(/^"caller";r=0;t=\d+$/);
    const other = await world.newCaller({ tenantId: caller.tenantId });
    expect((await world.call('GET', PATH, { key: other.key })).status).toBe(200);
    const whole = await statuses(LIMITS.tenant.quota - LIMITS.caller.quota + 20, other);
    expect(whole[429]).toBeGreaterThanOrEqual(20);
  });

  test('a tenant of plan unlimited has no limit and no such headers', async () => {
    const { key } = await world.newCaller();
    const { status, headers } = await world.call('GET', PATH, { key });
    expect([status, headers.get('ratelimit'), headers.get('ratelimit-policy')]).toEqual([200, null, null]);
  });

  test('an address that guesses keys is told to wait, and its good keys still pass', async () => {
    const { key } = await world.newCaller();
    const from = (address: string, authorization?: string) =>
      world.call<Problem>('GET', PATH, {
        key: authorization ?? generateApiKey({ mode: 'live' }).key,
        headers: { 'x-forwarded-for': `9.9.9.9, ${address}` },
      });
    const guesses = await Promise.all(
      Array.from({ length: LIMITS.failedAuthentication.quota + 10 }, () => from('198.51.100.7')),
    );
    expect(guesses.filter(({ status }) => status === 401)).toHaveLength(LIMITS.failedAuthentication.quota);
    const refused = guesses.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(10);
    expect(refused[0]!.body.code).toBe('rate_limited');
    expect(Number(refused[0]!.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect((await from('198.51.100.7', key)).status).toBe(200);
    expect((await from('198.51.100.8')).status).toBe(401);
  });
}

describe('requests counted in Postgres', () => {
  beforeAll(async () => {
    world = await open((database) => ({ kind: 'postgres', query: (q) => database.countRequests(q) }));
  });
  afterAll(() => world.close());
  suite();
});

describe.skipIf(!hasRedis())('requests counted in Redis', () => {
  let server: RestartableServer;
  let redis: SharedRedis;
  beforeAll(async () => {
    server = await startRedis();
    redis = openSharedRedis(server.url, () => undefined);
    await vi.waitFor(() => expect(redis.status).toBe('ready'));
    world = await open(() => ({ kind: 'redis', redis }));
  });
  afterAll(async () => {
    await world.close();
    redis.disconnect();
    await server.remove();
  });
  suite();

  test('an outage of Redis stops nobody: each process counts for itself', async () => {
    const caller = await limitedCaller();
    await server.stop();
    await vi.waitFor(() => expect(redis.status).not.toBe('ready'));
    expect((await world.call('GET', PATH, { key: caller.key })).status).toBe(200);
    expect((await statuses(LIMITS.caller.quota + 20, caller))[429]).toBeGreaterThanOrEqual(20);
  });
});
