/** Whose turn it is: fair over tenants, however many tasks wait. */
import { failure } from '@cfdi-live/contract';
import { shiftDatabaseClock } from '@cfdi-live/db';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { crowdOf } from '../../bench/lib/crowd.ts';
import { admitted, anyone, emptyLine, make, runTo, tenantWith } from './queue.ts';
import { asSuperuser, useFixture } from './support.ts';

const fixture = useFixture();
const HOUR = 3_600_000;
const CANCELLED = failure('cancelled_by_user');

beforeEach(() => emptyLine(fixture));
afterEach(() => shiftDatabaseClock(fixture.test.ownerUrl, 0));

/** A tenant of its own that is heard of by its scope alone. */
const at = (scope: typeof fixture.scope) => ({ api: fixture.api, scope });

async function tenantsOf(ids: readonly string[]): Promise<string[]> {
  const rows = await asSuperuser<{ id: string; tenant_id: string }>(
    fixture.test,
    'select id, tenant_id from automation_tasks where id = any ($1)',
    [ids],
  );
  const byId = new Map(rows.map(({ id, tenant_id }) => [id, tenant_id]));
  return ids.map((id) => byId.get(id) ?? 'gone');
}

describe('with 10,000 tasks of one tenant waiting', () => {
  beforeEach(async () => {
    const client = new Client({ connectionString: fixture.test.adminUrl });
    await client.connect();
    for (const statement of crowdOf({ tasks: 10_000, tenants: 1 })) await client.query(statement);
    await client.end();
  });

  test('another’s single one starts next, and a pass reads few rows and none in a row', async () => {
    expect(await admitted(fixture, 5)).toHaveLength(5);
    const [single] = await make(fixture, 1);
    expect(await admitted(fixture, 6)).toEqual([single!.id]);

    const session = new Client({ connectionString: fixture.test.workerUrl });
    await session.connect();
    const pass = async (maxSessions: number) => {
      const before = await readSoFar();
      const { rowCount } = await session.query('select * from app.admit_tasks($1, null)', [maxSessions]);
      await session.query('select pg_stat_force_next_flush()');
      const after = await readSoFar();
      return { count: rowCount, scanned: after.scanned - before.scanned, found: after.found - before.found };
    };
    try {
      const { count, scanned, found } = await pass(16);
      expect(count).toBe(10);
      expect(scanned).toBe(0);
      // Of the 10,000: what is admitted, and what is held or counted on the way.
      expect(found).toBeLessThan(3_000);
    } finally {
      await session.end();
    }
  });

  async function readSoFar(): Promise<{ scanned: number; found: number }> {
    const [row] = await asSuperuser<{ scanned: string; found: string }>(
      fixture.test,
      `select seq_tup_read as scanned, idx_tup_fetch as found from pg_stat_user_tables
        where relname = 'automation_tasks'`,
    );
    return { scanned: Number(row?.scanned), found: Number(row?.found) };
  }
});

describe('a tenant’s share', () => {
  test('is its weight, over many passes of many processes', async () => {
    const [heavy, light] = [await tenantWith(fixture, { weight: 3 }), await tenantWith(fixture, {})];
    for (const scope of [heavy, light])
      await Promise.all(Array.from({ length: 12 }, () => make(at(scope), 1, anyone())));
    const order = [];
    for (let sessions = 2; sessions <= 12; sessions += 2) order.push(...(await admitted(fixture, sessions)));
    const tenants = await tenantsOf(order);
    expect(tenants).toHaveLength(12);
    expect(tenants.filter((id) => id === heavy.tenantId)).toHaveLength(9);
  });

  test('is none that it could save up while it had nothing to do', async () => {
    const late = await fixture.newTenant();
    await make(fixture, 20);
    await make(at(late), 1);
    const first = await admitted(fixture, 10);
    expect(first).toHaveLength(10);
    await make(at(late), 10);
    const tenants = await tenantsOf(await admitted(fixture, 16));
    expect(tenants.filter((id) => id === late.tenantId)).toHaveLength(3);
  });

  test.each([0, -1, 1_000, 'much'])('is never %s', async (weight) => {
    await expect(tenantWith(fixture, { weight: weight as number })).rejects.toThrow();
  });
});

describe('inside a tenant', () => {
  test('a task that a person acted on goes before all others', async () => {
    await make(fixture, 2, { priority: 10, deadline: new Date(Date.now() + HOUR) });
    const [resumed] = await make(fixture, 1, { priority: 1 });
    await asSuperuser(fixture.test, 'update automation_tasks set first_in_line = true where id = $1', [
      resumed!.id,
    ]);
    expect(await admitted(fixture, 1)).toEqual([resumed!.id]);
  });

  test('scheduled tasks wait outside, and come in by time', async () => {
    const other = await fixture.newTenant();
    const inHours = (hours: number) => new Date(Date.now() + hours * HOUR);
    await make(fixture, 120, { notBefore: inHours(2), priority: 9 });
    const [mine] = await make(fixture, 1);
    await make(at(other), 1, { notBefore: inHours(3) });
    expect(await admitted(fixture, 100)).toEqual([mine!.id]);
    await shiftDatabaseClock(fixture.test.ownerUrl, 4 * HOUR);
    // Not all at once, so that the other's one is not held up.
    const due = await tenantsOf(await admitted(fixture, 61));
    expect(due).toContain(other.tenantId);
    expect(await admitted(fixture, 1_000)).not.toEqual([]);
    while ((await admitted(fixture, 1_000)).length > 0);
    const left = await asSuperuser(fixture.test, `select 1 from automation_tasks where status = 'PENDING'`);
    expect(left).toEqual([]);
  });

  test('what is put off again comes back at its time', async () => {
    const [task] = await make(fixture, 1);
    await admitted(fixture, 1);
    const notBefore = new Date(Date.now() + HOUR);
    await runTo(fixture, task!.id, { on: 'reschedule', notBefore, reason: 'later', burnAttempt: false });
    expect(await admitted(fixture, 5)).toEqual([]);
    await shiftDatabaseClock(fixture.test.ownerUrl, 2 * HOUR);
    expect(await admitted(fixture, 5)).toEqual([task!.id]);
  });
});

describe('a tenant at its limit', () => {
  test('leaves the line, and is back when one of its tasks ends', async () => {
    const scope = await tenantWith(fixture, { running: 1 });
    await make(at(scope), 1, anyone());
    await make(at(scope), 1, anyone());
    const [first] = await admitted(fixture, 10);
    expect(await admitted(fixture, 10)).toEqual([]);
    const [line] = await asSuperuser<{ in_line: boolean }>(
      fixture.test,
      'select in_line from tenant_queues where tenant_id = $1',
      [scope.tenantId],
    );
    expect(line?.in_line).toBe(false);
    await runTo(fixture, first!, { on: 'fail', failure: failure('portal_unknown') });
    expect(await admitted(fixture, 10)).toHaveLength(1);
  });

  test('has more at once when its limits change', async () => {
    const scope = await tenantWith(fixture, { profileRunning: 1 });
    await make(at(scope), 4, anyone());
    expect(await admitted(fixture, 10)).toHaveLength(1);
    expect(await admitted(fixture, 10)).toEqual([]);
    await asSuperuser(fixture.test, `update tenants set limits = '{"profileRunning": 3}' where id = $1`, [
      scope.tenantId,
    ]);
    expect(await admitted(fixture, 10)).toHaveLength(2);
  });

  test('counts tasks that are parked with their browser, until they give it up', async () => {
    const scope = await tenantWith(fixture, { running: 1 });
    await make(at(scope), 1, anyone());
    await make(at(scope), 1, anyone());
    const [first] = await admitted(fixture, 10);
    await runTo(fixture, first!, {
      on: 'need_person',
      reason: 'captcha',
      until: new Date(Date.now() + HOUR),
    });
    const park = (kind: string) =>
      asSuperuser(
        fixture.test,
        `update automation_tasks set park = $2::park_kind,
           warm_until = case $2 when 'warm' then now() + interval '1 minute' end where id = $1`,
        [first, kind],
      );
    await park('warm');
    expect(await admitted(fixture, 10)).toEqual([]);
    await park('cold');
    expect(await admitted(fixture, 10)).toHaveLength(1);
  });
});

describe('tasks held for their profile', () => {
  const waiting = () =>
    asSuperuser<{ id: string; held_for: string | null }>(
      fixture.test,
      `select id, held_for from automation_tasks where status = 'PENDING' order by created_at`,
    );
  const cancel = (scope: typeof fixture.scope, id: string) =>
    fixture.api.withTenant(scope, (tx) => tx.tasks.cancel(id, CANCELLED));

  test('are looked at once, and again when one of theirs ends, whatever state it was in', async () => {
    const scope = await tenantWith(fixture, { profileRunning: 1 });
    await make(at(scope), 5, anyone());
    const [first] = await admitted(fixture, 10);
    expect((await waiting()).map(({ held_for }) => held_for)).toEqual(Array(4).fill('profile'));
    await cancel(scope, first!);
    // Nothing is free: the next one is let in, and ends while it waits.
    await admitted(fixture, 1);
    const [second] = await asSuperuser<{ id: string }>(
      fixture.test,
      `select id from automation_tasks where status = 'QUEUED'`,
    );
    await cancel(scope, second!.id);
    expect(await admitted(fixture, 10)).toHaveLength(1);
  });

  test('do not stay behind when the one that was let go of is cancelled before its turn', async () => {
    const scope = await tenantWith(fixture, { profileRunning: 1 });
    await make(at(scope), 3, anyone());
    const [first] = await admitted(fixture, 10);
    await runTo(fixture, first!, { on: 'fail', failure: failure('portal_unknown') });
    // A pass without a browser lets go of one, and admits none.
    await asSuperuser(fixture.test, `update browser_pool set paused_until = now() + interval '1 hour'`);
    expect(await admitted(fixture, 10)).toEqual([]);
    const ready = (await waiting()).filter(({ held_for }) => held_for === null);
    expect(ready).toHaveLength(1);
    await cancel(scope, ready[0]!.id);
    await asSuperuser(fixture.test, `update browser_pool set paused_until = null`);
    expect(await admitted(fixture, 10)).toHaveLength(1);
  });

  test('wait for nobody’s lock, and none is forgotten by it', async () => {
    const [task] = await make(fixture, 1);
    const other = new Client({ connectionString: fixture.test.adminUrl });
    await other.connect();
    await other.query('begin');
    await other.query('select 1 from automation_tasks where id = $1 for update', [task!.id]);
    expect(await admitted(fixture, 5)).toEqual([]);
    await other.end();
    await expect.poll(() => admitted(fixture, 5)).toEqual([task!.id]);
  });
});
