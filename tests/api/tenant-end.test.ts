/** The end of a tenant: what stops at once, what is unreadable from then on, and what is left after the workers. */
import { encodeId, newUuid, type SignedUpTenant } from '@cfdi-live/contract';
import { shiftDatabaseClock } from '@cfdi-live/db';
import { deleteFiles, removeEndedTenants } from '@cfdi-live/worker';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { asSuperuser, claimed } from '../db/support.ts';
import { openStream } from './stream.ts';
import { openWorld, PORTAL_URLS, PROFILE, taskBody, type Caller, type World } from './world.ts';

let world: World;
const log = pino({ level: 'silent' });
const running = new AbortController().signal;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
afterEach(() => shiftDatabaseClock(world.test.ownerUrl, 0));

interface Tenancy extends Caller {
  name: string;
  /** Bearer of the owner. */
  owner: string;
  path: string;
}

/** A tenant with an owner, and a key for its tests. */
async function signUp(name = 'Contable Ñ & Cía'): Promise<Tenancy> {
  const { token: owner } = await world.people.signIn();
  const { status, body } = await world.call<SignedUpTenant>('POST', '/v1/tenants', {
    key: owner,
    body: { name },
  });
  expect(status).toBe(201);
  const [{ id }] = (await asSuperuser<{ id: string }>(
    world.test,
    'select tenant_id as id from tenant_members where tenant_id = (select id from tenants order by id desc limit 1)',
  )) as [{ id: string }];
  expect(encodeId('tenant', id)).toBe(body.id);
  await asSuperuser(world.test, `update tenants set plan = 'unlimited' where id = $1`, [id]);
  const caller = await world.newCaller({ tenantId: id, mode: 'test' });
  return { ...caller, name, owner, path: `/v1/tenants/${body.id}` };
}

const end = (tenancy: Tenancy, by = tenancy.owner, confirm = tenancy.name) =>
  world.call('DELETE', `${tenancy.path}?confirm=${encodeURIComponent(confirm)}`, { key: by });

/** Rows of a tenant by table, empty tables left out. */
async function rowsOf(tenantId: string): Promise<Record<string, number>> {
  const tables = await asSuperuser<{ name: string }>(
    world.test,
    `select c.table_name as name from information_schema.columns c
       join information_schema.tables t using (table_schema, table_name)
      where c.table_schema = 'public' and c.column_name = 'tenant_id' and t.table_type = 'BASE TABLE'`,
  );
  const counts: Record<string, number> = {};
  for (const { name } of [...tables, { name: 'tenants' }]) {
    const key = name === 'tenants' ? 'id' : 'tenant_id';
    const [row] = await asSuperuser<{ n: number }>(
      world.test,
      `select count(*)::int as n from ${name} where ${key} = $1`,
      [tenantId],
    );
    if (row!.n > 0) counts[name] = row!.n;
  }
  return counts;
}

describe('only an owner who names the tenant', () => {
  test('may end it: not a key, not an admin, not the owner of another', async () => {
    const tenancy = await signUp();
    const other = await signUp('Otra');
    const { token: admin, userId } = await world.people.signIn();
    await world.database.withTenant(tenancy, (tx) =>
      tx.members.add({ userId, role: 'admin', invitedBy: 'system:test' }),
    );
    expect((await end(tenancy, tenancy.key)).status).toBe(403);
    expect((await end(tenancy, admin)).status).toBe(403);
    expect((await end(tenancy, other.owner)).status).toBe(404);
    for (const confirm of ['Contable', 'contable ñ & cía', other.name]) {
      expect(await end(tenancy, tenancy.owner, confirm)).toMatchObject({
        status: 400,
        body: { errors: [{ path: 'confirm', code: 'name_mismatch' }] },
      });
    }
    expect((await world.call('DELETE', tenancy.path, { key: tenancy.owner })).status).toBe(400);
    expect((await world.call('GET', tenancy.path, { key: tenancy.owner })).status).toBe(200);
  });
});

describe('at once', () => {
  test('keys, people and streams are out, the tasks end, and nothing opens any more', async () => {
    const tenancy = await signUp();
    const { key } = tenancy;
    const profile = await world.createProfile(tenancy);
    const task = await world.createTask(tenancy, { profile: undefined, profileId: profile.id });
    const stream = await openStream(`${world.url}/v1/events`, key);
    await stream.take(1);
    expect(await end(tenancy)).toMatchObject({ status: 204 });
    const ended = performance.now();

    for (const path of ['/v1/tasks', `/v1/tasks/${task.id}`, '/v1/profiles'])
      expect((await world.call('GET', path, { key })).status).toBe(401);
    expect((await world.call('GET', tenancy.path, { key: tenancy.owner })).status).toBe(404);
    expect((await end(tenancy)).status).toBe(404);
    await stream.ended();

    // The keys that processes hold fall out of their memory.
    for (const process of [world.database, world.worker]) {
      await expect
        .poll(
          () =>
            process.tenantKeys(tenancy).then(
              (keys) => {
                try {
                  keys.sealText({ table: 'user_profiles', column: 'rfc', rowId: newUuid() }, 'x');
                  return 'seals';
                } catch (error) {
                  return (error as Error).name;
                }
              },
              () => 'refused',
            ),
          { timeout: 10_000 },
        )
        .toBe('KeysDestroyed');
    }
    expect(performance.now() - ended).toBeLessThan(6_000);
    await expect(world.database.withTenant(tenancy, (tx) => tx.tasks.list({ limit: 1 }))).rejects.toThrow(
      'no keys',
    );
    const left = await rowsOf(tenancy.tenantId);
    expect(left).not.toHaveProperty('tenant_keys');
    expect(left).not.toHaveProperty('api_keys');
    expect(left).not.toHaveProperty('tenant_members');
    const [{ status }] = (await asSuperuser(
      world.test,
      'select status from automation_tasks where tenant_id = $1',
      [tenancy.tenantId],
    )) as [{ status: string }];
    expect(status).toBe('CANCELLED');
  });

  test('requests that are under way at that moment succeed or are refused, and none breaks', async () => {
    const tenancy = await signUp();
    const { key } = tenancy;
    await world.createProfile(tenancy);
    const sent = Array.from({ length: 40 }, (_, n) =>
      n === 20
        ? end(tenancy)
        : n % 2 === 0
          ? world.call('GET', '/v1/profiles', { key })
          : world.call('POST', '/v1/tasks', { key, body: taskBody({ vendorUrl: PORTAL_URLS.test }) }),
    );
    const statuses = (await Promise.all(sent)).map(({ status }) => status);
    expect(statuses[20]).toBe(204);
    expect(statuses.filter((status) => ![200, 201, 204, 401].includes(status))).toEqual([]);
    expect(await removeEndedTenants({ database: world.worker, log }, running)).toBeGreaterThan(0);
    expect(Object.keys(await rowsOf(tenancy.tenantId))).toEqual(['audit_log']);
  });

  test('not while a task is between its mark and the answer; a run without a mark loses its lease', async () => {
    const tenancy = await signUp();
    const [marked, unmarked] = [await world.createTask(tenancy), await world.createTask(tenancy)];
    const uuids = await asSuperuser<{ id: string }>(
      world.test,
      'select id from automation_tasks where tenant_id = $1 order by id',
      [tenancy.tenantId],
    );
    expect(uuids).toHaveLength(2);
    expect(marked.id < unmarked.id).toBe(true);
    const runs = await Promise.all(uuids.map(({ id }) => claimed(world.worker, id)));
    const [{ run }, { run: other }] = [runs[0]!, runs[1]!];
    expect(
      await world.worker.withTenant(tenancy, (tx) =>
        tx.tickets.mark(run, { sessionId: newUuid(), minLeaseMs: 1000 }),
      ),
    ).toBe('marked');
    const refused = await end(tenancy);
    expect(refused).toMatchObject({ status: 409, body: { code: 'task_state_conflict' } });
    expect(refused.headers.get('retry-after')).toBe('5');
    await world.worker.withTenant(tenancy, (tx) => tx.tickets.settle(run, { state: 'rejected' }));
    expect((await end(tenancy)).status).toBe(204);
    expect(await world.worker.system.renewLease(other, 5_000)).toBeNull();
    const late = world.worker.withTenant(tenancy, (tx) =>
      tx.tickets.mark(other, { sessionId: newUuid(), minLeaseMs: 1000 }),
    );
    await expect(late).resolves.toBe('lost_lease');
  });
});

describe('after that', () => {
  test('the workers remove every row and file of it, nobody else’s, and only the audit remembers', async () => {
    const [tenancy, other] = [await signUp(), await signUp('Otra')];
    const files = new Map<string, string>();
    for (const each of [tenancy, other]) {
      const profile = await world.createProfile(each);
      const task = await world.createTask(each, { profile: undefined, profileId: profile.id });
      const [{ id }] = (await asSuperuser<{ id: string }>(
        world.test,
        'select id from automation_tasks where tenant_id = $1',
        [each.tenantId],
      )) as [{ id: string }];
      const artifactId = await world.putArtifact(each, id, { name: 'a.xml', bytes: new Uint8Array([1]) });
      files.set(each.tenantId, `${each.tenantId}/${artifactId}`);
      await world.call('POST', '/v1/webhook-endpoints', {
        key: each.key,
        body: { url: 'https://hooks.example.com/a' },
      });
      await world.call('POST', `/v1/tasks/${task.id}/cancel`, { key: each.key });
    }
    const before = await rowsOf(other.tenantId);
    expect((await end(tenancy)).status).toBe(204);
    const system = { database: world.worker, log };
    expect(await removeEndedTenants(system, running)).toBeGreaterThan(0);
    const outbox = files.get(tenancy.tenantId)!;
    expect(await rowsOf(tenancy.tenantId)).toEqual({
      audit_log: expect.any(Number) as number,
      storage_deletions: 1,
    });
    const removed: string[] = [];
    const vault = { remove: async (path: string) => void removed.push(path) };
    expect(await deleteFiles({ ...system, vault }, running)).toBe(1);
    expect(removed).toEqual([outbox]);
    expect(Object.keys(await rowsOf(tenancy.tenantId))).toEqual(['audit_log']);
    const remembered = await asSuperuser<{ row: string }>(
      world.test,
      'select a::text as row from audit_log a where tenant_id = $1',
      [tenancy.tenantId],
    );
    expect(JSON.stringify(remembered)).not.toContain(PROFILE.rfc);
    expect(await rowsOf(other.tenantId)).toEqual(before);
    expect(await removeEndedTenants(system, running)).toBe(0);
  });

  test('a browser that is still open is waited for, for the reaper knows it by its row, but not for ever', async () => {
    const tenancy = await signUp();
    await world.createTask(tenancy);
    const [{ id }] = (await asSuperuser<{ id: string }>(
      world.test,
      'select id from automation_tasks where tenant_id = $1',
      [tenancy.tenantId],
    )) as [{ id: string }];
    const { run } = await claimed(world.worker, id);
    const sessionId = newUuid();
    await world.worker.withTenant(tenancy, (tx) => tx.sessions.open(run, { id: sessionId }));
    expect((await end(tenancy)).status).toBe(204);
    const system = { database: world.worker, log };
    expect(await removeEndedTenants(system, running)).toBe(0);
    const orphans = await world.worker.system.listOrphanSessions();
    expect(orphans.map((orphan) => orphan.id)).toContain(sessionId);
    // Without keys of its tenant, as the reaper does it.
    await world.worker.withTenant(tenancy, (tx) => tx.sessions.terminate(sessionId));
    expect(await removeEndedTenants(system, running)).toBeGreaterThan(0);
    expect(Object.keys(await rowsOf(tenancy.tenantId))).toEqual(['audit_log']);

    const stuck = await signUp();
    await world.createTask(stuck);
    const [task] = await asSuperuser<{ id: string }>(
      world.test,
      'select id from automation_tasks where tenant_id = $1',
      [stuck.tenantId],
    );
    const again = await claimed(world.worker, task!.id);
    await world.worker.withTenant(stuck, (tx) => tx.sessions.open(again.run, { id: newUuid() }));
    await end(stuck);
    expect(await removeEndedTenants(system, running)).toBe(0);
    await shiftDatabaseClock(world.test.ownerUrl, 2 * 3_600_000);
    expect(await removeEndedTenants(system, running)).toBeGreaterThan(0);
  });
});
