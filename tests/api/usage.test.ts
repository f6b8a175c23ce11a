import { decodeId, type Problem, type Profile, type Usage } from '@cfdi-live/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asSuperuser } from '../db/support.ts';
import { openWorld, type Caller, type World } from './world.ts';

let world: World;
let caller: Caller;
let stranger: Caller;
let profile: Profile;

const usage = (query = '', key = caller.key) => world.call<Usage>('GET', `/v1/usage${query}`, { key });

/** Tasks of 40 s that ended; each had one session of 90 s and one step. Times are UTC. */
async function ended(
  by: Caller,
  tasks: readonly { at: string; host: string; status: 'COMPLETED' | 'FAILED' | 'CANCELLED'; ms?: number }[],
): Promise<void> {
  const values = tasks.map(
    ({ at, host, status, ms = 100 }) =>
      `('${at}'::timestamptz, '${host}', '${status}'::task_status, ${ms}, gen_random_uuid())`,
  );
  await asSuperuser(
    world.test,
    `set session_replication_role = replica;
     create temp table ended as select * from (values ${values.join(',')}) v (at, host, status, ms, id);
     insert into automation_tasks (
       id, tenant_id, mode, status, vendor_url, vendor_host, ticket_id, ticket_details, profile_snapshot, cfdi, failure,
       created_by, started_at, finished_at, profile_id
     )
       select id, '${by.tenantId}', '${by.mode}', status, 'https://' || host, host, gen_random_uuid(), 'x', 'x', 'x',
         '{}', 'key', at - interval '40 s', at, '${decodeId('profile', profile.id)}' from ended;
     insert into browser_sessions (id, tenant_id, mode, task_id, run_id, status, created_at, terminated_at)
       select gen_random_uuid(), '${by.tenantId}', '${by.mode}', id, id, 'terminated', at - interval '90 s', at from ended;
     insert into task_steps (
       id, tenant_id, mode, task_id, run_id, index, step_type, summary, planner, duration_ms, tokens, cost_usd, created_at
     )
       select gen_random_uuid(), '${by.tenantId}', '${by.mode}', id, id, 1, 'click', 's', 'form', ms, 10, 0.0015, at
         from ended`,
  );
}

beforeAll(async () => {
  world = await openWorld();
  [caller, stranger] = await Promise.all([world.newCaller(), world.newCaller()]);
  profile = await world.createProfile(caller);
  await ended(caller, [
    { at: '2026-03-31 23:59:59Z', host: 'uno.mx', status: 'COMPLETED', ms: 100 },
    { at: '2026-04-01 00:00:00Z', host: 'uno.mx', status: 'COMPLETED', ms: 200 },
    { at: '2026-04-02 12:00:00Z', host: 'uno.mx', status: 'COMPLETED', ms: 300 },
    { at: '2026-04-02 12:00:00Z', host: 'uno.mx', status: 'FAILED', ms: 400 },
    { at: '2026-04-03 23:59:59Z', host: 'dos.mx', status: 'CANCELLED', ms: 9000 },
    { at: '2026-04-04 00:00:00Z', host: 'dos.mx', status: 'FAILED', ms: 100 },
  ]);
  await ended(stranger, [{ at: '2026-04-02 12:00:00Z', host: 'uno.mx', status: 'COMPLETED' }]);
  await ended({ ...caller, mode: 'test' }, [
    { at: '2026-04-02 12:00:00Z', host: 'uno.mx', status: 'FAILED' },
  ]);
});
afterAll(() => world.close());

describe('usage', () => {
  test('counts what happened on these UTC days, of this tenant and mode', async () => {
    const { status, body } = await usage('?from=2026-04-01&to=2026-04-03');
    expect(status).toBe(200);
    expect(body).toMatchObject({ from: '2026-04-01', to: '2026-04-03', periods: [] });
    expect(body.totals).toEqual({
      completed: 2,
      failed: 1,
      cancelled: 1,
      successRate: 0.6667,
      averageSeconds: 40,
      sessions: 4,
      sessionMinutes: 6,
      steps: 4,
      tokens: 40,
      costUsd: 0.006,
    });
    expect(body.vendors).toEqual([
      {
        ...body.totals,
        vendorHost: 'uno.mx',
        cancelled: 0,
        sessions: 3,
        sessionMinutes: 4.5,
        steps: 3,
        tokens: 30,
        costUsd: 0.0045,
      },
      {
        vendorHost: 'dos.mx',
        completed: 0,
        failed: 0,
        cancelled: 1,
        successRate: null,
        averageSeconds: null,
        sessions: 1,
        sessionMinutes: 1.5,
        steps: 1,
        tokens: 10,
        costUsd: 0.0015,
      },
    ]);
    expect(body.profiles).toEqual([
      { profileId: profile.id, completed: 2, failed: 1, cancelled: 1, successRate: 0.6667 },
    ]);
    expect(body.steps).toEqual([{ type: 'click', planner: 'form', count: 4, p50Ms: 300, p95Ms: 9000 }]);
  });

  test('is grouped by day, week and month, and the groups add up', async () => {
    const starts: Record<string, string[]> = {
      day: ['2026-03-31', '2026-04-01', '2026-04-02', '2026-04-03', '2026-04-04'],
      week: ['2026-03-30'],
      month: ['2026-03-01', '2026-04-01'],
    };
    for (const [groupBy, expected] of Object.entries(starts)) {
      const { body } = await usage(`?from=2026-01-01&to=2026-12-31&groupBy=${groupBy}`);
      expect(body.periods.map(({ start }) => start)).toEqual(expected);
      for (const figure of ['completed', 'failed', 'cancelled', 'sessions', 'steps', 'tokens'] as const) {
        const sum = body.periods.reduce((total, period) => total + period[figure], 0);
        expect(sum, `${groupBy} ${figure}`).toBe(body.totals[figure]);
      }
    }
  });

  test('is of the last 30 days unless said otherwise, and nothing where nothing was', async () => {
    const { body } = await usage('', stranger.key);
    const days = (Date.parse(body.to) - Date.parse(body.from)) / 86_400_000;
    expect(days).toBe(29);
    const quiet = await usage('?from=2020-01-01&to=2020-01-01');
    expect(quiet.body).toMatchObject({
      totals: { completed: 0, successRate: null, averageSeconds: null, sessionMinutes: 0 },
      vendors: [],
      profiles: [],
      steps: [],
    });
  });

  test.each([
    ['a day that is none', '?from=2026-02-30', 'from'],
    ['a time', '?to=2026-02-03T00:00:00Z', 'to'],
    ['the end before the beginning', '?from=2026-02-02&to=2026-02-01', 'from'],
    ['more than 400 days', '?from=2025-01-01&to=2026-02-05', 'from'],
    ['an unknown period', '?groupBy=hour', 'groupBy'],
    ['an unknown parameter', '?since=2026-01-01', 'since'],
  ])('refuses %s', async (_what, query, path) => {
    const { status, body } = await world.call<Problem>('GET', `/v1/usage${query}`, { key: caller.key });
    expect(status).toBe(400);
    expect(body.errors?.map((error) => error.path)).toEqual([path]);
  });

  test('takes 400 days', async () => {
    expect((await usage('?from=2025-01-02&to=2026-02-05')).status).toBe(200);
  });

  test('needs its scope', async () => {
    const { key } = await world.newCaller({ scopes: ['tasks:read'] });
    expect((await usage('', key)).status).toBe(403);
  });

  test('is the same by the views, for reports of one’s own', async () => {
    const rows = await asSuperuser<{ vendor_host: string; success_rate: string; average_seconds: string }>(
      world.test,
      `select vendor_host, success_rate, average_seconds from task_success_rates
        where tenant_id = $1 and mode = 'live' order by vendor_host`,
      [caller.tenantId],
    );
    expect(rows).toEqual([
      { vendor_host: 'dos.mx', success_rate: '0.0000', average_seconds: null },
      { vendor_host: 'uno.mx', success_rate: '0.7500', average_seconds: '40.0' },
    ]);
    const [stats] = await asSuperuser<object>(
      world.test,
      `select completed, failed, cancelled, success_rate from user_automation_stats where tenant_id = $1 and mode = 'live'`,
      [caller.tenantId],
    );
    expect(stats).toEqual({ completed: '3', failed: '2', cancelled: '1', success_rate: '0.6000' });
    const [steps] = await asSuperuser<object>(
      world.test,
      `select steps, p50_ms, p95_ms from task_step_performance where tenant_id = $1 and mode = 'live'`,
      [caller.tenantId],
    );
    expect(steps).toEqual({ steps: '6', p50_ms: 200, p95_ms: 9000 });
  });
});
