/**
 * Admission under everything at once: tenants with limits and weights, portals that take few and fail often, tasks that are
 * made, put off, released and cancelled while three admit and eight work. Whatever the order: never more browsers than there
 * are, never more of a tenant, profile or portal than its limit, and nothing is left behind.
 */
import { failure } from '@cfdi-live/contract';
import type { NewTask, RunEnd, TenantScope } from '@cfdi-live/domain';
import { describe, expect, test } from 'vitest';
import { anyone, claim, emptyLine, openSession, tenantWith } from '../db/queue.ts';
import { asSuperuser, created, useFixture } from '../db/support.ts';
import { random } from '../helpers/seeds.ts';

const fixture = useFixture();
const BROWSERS = 6;
const RUNNING = 3;
const AT_ONE_PORTAL = 2;
const TASKS = 240;
const WORKERS = 8;
const ADMITTERS = 3;

interface Storm {
  chance: () => number;
  scopes: TenantScope[];
  /** Ids that were given out, admitted or found stranded. */
  jobs: string[];
  over: boolean;
}

describe.each([1, 2, 3])('a storm of seed %i', (seed) => {
  test('leaves nothing behind, and goes over no limit', async () => {
    await emptyLine(fixture);
    await asSuperuser(
      fixture.test,
      `insert into portal_states (host, max_sessions) values ('p1.mx', ${AT_ONE_PORTAL})`,
    );
    const limits = { running: RUNNING, profileHourly: 1_000 };
    const scopes = await Promise.all([1, 2, 1].map((weight) => tenantWith(fixture, { ...limits, weight })));
    const storm: Storm = { chance: random(seed), scopes, jobs: [], over: false };
    const loops = [
      ...Array.from({ length: ADMITTERS }, () => admit(storm)),
      ...Array.from({ length: WORKERS }, () => work(storm)),
      watch(storm),
    ];
    await Promise.all([make(storm), make(storm), make(storm), cancelSome(storm)]);
    await expect.poll(countLiveTasks, { timeout: 120_000, interval: 200 }).toBe(0);
    storm.over = true;
    await Promise.all(loops);
  });
});

async function make({ chance, scopes }: Storm): Promise<void> {
  const taxpayers: Partial<NewTask>[] = Array.from({ length: 4 }, anyone);
  for (let i = 0; i < TASKS / 3; i++) {
    const scope = scopes[Math.floor(chance() * scopes.length)];
    if (scope === undefined) throw new Error('no tenant');
    await created(fixture.api, scope, {
      ...taxpayers[i % taxpayers.length],
      vendorHost: `p${Math.floor(chance() * 3)}.mx`,
      priority: 1 + Math.floor(chance() * 10),
      notBefore: chance() < 0.2 ? new Date(Date.now() + 500 * chance()) : null,
    });
  }
}

async function admit(storm: Storm): Promise<void> {
  const { system } = fixture.worker;
  while (!storm.over) {
    const admitted = await system.admit({ maxSessions: BROWSERS });
    const stranded = await system.listStranded({ queuedForMs: 300, limit: 50 });
    storm.jobs.push(...[...admitted, ...stranded].map(({ taskId }) => taskId));
    await pause(20);
  }
}

async function work(storm: Storm): Promise<void> {
  while (!storm.over) {
    const job = storm.jobs.shift();
    const claimed = job === undefined ? null : await claim(fixture, job);
    if (claimed === null) {
      await pause(10);
      continue;
    }
    const session = await openSession(fixture, claimed);
    await fixture.worker.system.reportPortal(claimed.run.taskId, storm.chance() < 0.6);
    await fixture.worker.withTenant(claimed.task, (tx) => tx.sessions.terminate(session));
    await fixture.worker.withTenant(claimed.task, (tx) => tx.tasks.endRun(claimed.run, anyEnd(storm)));
  }
}

function anyEnd({ chance }: Storm): RunEnd {
  const dice = chance();
  if (dice < 0.1) return { on: 'release' };
  if (dice < 0.25)
    return {
      on: 'reschedule',
      notBefore: new Date(Date.now() + 300 * chance()),
      reason: 'x',
      burnAttempt: false,
    };
  return { on: 'fail', failure: failure('portal_unknown') };
}

async function cancelSome({ scopes }: Storm): Promise<void> {
  for (let i = 0; i < 20; i++) {
    const [waiting] = await asSuperuser<{ id: string; tenant_id: string }>(
      fixture.test,
      `select id, tenant_id from automation_tasks where status in ('PENDING', 'QUEUED') order by md5(id::text) limit 1`,
    );
    const scope = scopes.find(({ tenantId }) => tenantId === waiting?.tenant_id);
    if (waiting === undefined || scope === undefined) continue;
    await fixture.api.withTenant(scope, (tx) => tx.tasks.cancel(waiting.id, failure('cancelled_by_user')));
  }
}

/** Looks at what runs, and lets the pauses of breakers pass. */
async function watch(storm: Storm): Promise<void> {
  while (!storm.over) {
    const [seen] = await asSuperuser<Record<'browsers' | 'tenant' | 'profile' | 'portal', number>>(
      fixture.test,
      `with running as (select * from automation_tasks where status = 'RUNNING')
       select (select count(*) from browser_sessions where status <> 'terminated')::int as browsers,
         (select coalesce(max(n), 0) from (select count(*) as n from running group by tenant_id) t)::int as tenant,
         (select coalesce(max(n), 0) from (select count(*) as n from running group by tenant_id, profile_index) t)::int
           as profile,
         (select count(*) from running where vendor_host = 'p1.mx')::int as portal`,
    );
    expect(seen?.browsers).toBeLessThanOrEqual(BROWSERS);
    expect(seen?.tenant).toBeLessThanOrEqual(RUNNING);
    expect(seen?.profile).toBeLessThanOrEqual(RUNNING);
    expect(seen?.portal).toBeLessThanOrEqual(AT_ONE_PORTAL);
    await asSuperuser(
      fixture.test,
      `update portal_states set retry_at = now() where breaker = 'open' and opened_at < now() - interval '1 s'`,
    );
    await pause(50);
  }
}

async function countLiveTasks(): Promise<number> {
  const rows = await asSuperuser(
    fixture.test,
    `select 1 from automation_tasks where status in ('PENDING', 'QUEUED', 'RUNNING')`,
  );
  return rows.length;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
