import { encodeId, type ApiKey, type Problem } from '@cfdi-live/contract';
import { SCOPES } from '@cfdi-live/domain';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { asSuperuser } from '../db/support.ts';
import { openWorld, type Answer, type Caller, type List, type World } from './world.ts';

let world: World;
let caller: Caller;
beforeAll(async () => {
  world = await openWorld();
  caller = await world.newCaller();
});
afterAll(() => world.close());

const IN_A_YEAR = new Date(Date.now() + 365 * 86_400_000).toISOString();

function post(path: string, body: object, key = caller.key): Promise<Answer<ApiKey & Problem>> {
  return world.call<ApiKey & Problem>('POST', path, { key, body });
}

async function newKey(overrides: object = {}, key = caller.key): Promise<ApiKey & { key: string }> {
  const { status, body } = await post(
    '/v1/api-keys',
    { name: 'Back office', scopes: ['tasks:read'], ...overrides },
    key,
  );
  expect(status).toBe(201);
  return body as ApiKey & { key: string };
}

const get = (id: string) => world.call<ApiKey>('GET', `/v1/api-keys/${id}`, { key: caller.key });
const works = async (key: string): Promise<boolean> =>
  (await world.call('GET', '/v1/tasks', { key })).status === 200;

describe('a new key', () => {
  it('works at once, is shown this once, and does what it was made for', async () => {
    const made = await newKey({ expiresAt: IN_A_YEAR });
    expect(made).toMatchObject({
      mode: 'live',
      scopes: ['tasks:read'],
      expiresAt: IN_A_YEAR,
      revokedAt: null,
    });
    expect(made.key).toMatch(/^cl_live_/);
    expect(await works(made.key)).toBe(true);
    expect((await world.call('GET', '/v1/profiles', { key: made.key })).status).toBe(403);
    const { body } = await get(made.id);
    expect(body).not.toHaveProperty('key');
    const { body: list } = await world.call<List<ApiKey>>('GET', '/v1/api-keys', { key: caller.key });
    expect(list.data[0]).toMatchObject({ id: made.id });
    expect(JSON.stringify(list)).not.toContain(made.key.slice(-39));
  });

  it('is never given what its maker lacks', async () => {
    const weak = await newKey({ scopes: ['admin:read', 'admin:write', 'tasks:read'] });
    const beyond = await post('/v1/api-keys', { name: 'x', scopes: ['tasks:read', 'tasks:write'] }, weak.key);
    expect(beyond.status).toBe(403);
    expect(beyond.body.detail).toContain('tasks:write');
    const strong = await newKey({ scopes: ['tasks:write'] });
    expect((await post(`/v1/api-keys/${strong.id}/rotate`, {}, weak.key)).status).toBe(403);
    expect(await works((await newKey({}, weak.key)).key)).toBe(true);
  });

  it('is of the mode that it is made in', async () => {
    expect((await newKey({ mode: 'live' })).mode).toBe('live');
    expect((await post('/v1/api-keys', { name: 'x', scopes: ['tasks:read'], mode: 'test' })).status).toBe(
      403,
    );
    const test = await world.newCaller({ tenantId: caller.tenantId, mode: 'test' });
    const made = await newKey({}, test.key);
    expect(made.key).toMatch(/^cl_test_/);
    expect((await get(made.id)).status).toBe(404);
  });

  it.each([
    [{ scopes: [] }, 'scopes'],
    [{ scopes: ['everything'] }, 'scopes.0'],
    [{ name: '' }, 'name'],
    [{ expiresAt: 'tomorrow' }, 'expiresAt'],
    [{ expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt'],
    [{ key: 'cl_live_of_my_own' }, 'key'],
  ])('is refused with %j', async (overrides, path) => {
    const answer = await post('/v1/api-keys', { name: 'x', scopes: ['tasks:read'], ...overrides });
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toMatchObject([{ path }]);
  });

  it('is named in the audit by its id, and by nothing of its text', async () => {
    const made = await newKey();
    const rows = await asSuperuser<{ actor: string; row: string }>(
      world.test,
      `select actor, row_to_json(a)::text as row from audit_log a where action = 'api_key.created' and tenant_id = $1
         order by id desc limit 1`,
      [caller.tenantId],
    );
    expect(rows[0]?.actor).toBe(`api_key:${caller.keyId}`);
    expect(rows[0]?.row).not.toContain(made.key.slice(-39));
  });

  it('is renamed, and nothing else of it changes', async () => {
    const made = await newKey();
    const { body } = await world.call<ApiKey>('PATCH', `/v1/api-keys/${made.id}`, {
      key: caller.key,
      body: { name: 'Front office' },
    });
    expect(body).toMatchObject({ id: made.id, name: 'Front office', scopes: ['tasks:read'] });
    const more = { key: caller.key, body: { name: 'x', scopes: [...SCOPES] } };
    expect((await world.call('PATCH', `/v1/api-keys/${made.id}`, more)).status).toBe(400);
  });

  it('knows when it was used, to the minute', async () => {
    const made = await newKey();
    expect((await get(made.id)).body.lastUsedAt).toBeNull();
    await works(made.key);
    const first = await vi.waitFor(async () => {
      const { lastUsedAt } = (await get(made.id)).body;
      expect(lastUsedAt).not.toBeNull();
      return lastUsedAt;
    });
    await Promise.all(Array.from({ length: 20 }, () => works(made.key)));
    expect((await get(made.id)).body.lastUsedAt).toBe(first);
  });
});

describe('a rotation', () => {
  const rotate = (id: string, body: object = {}) => post(`/v1/api-keys/${id}/rotate`, body);

  it('has two keys work side by side, and then the new one alone', async () => {
    const old = await newKey({ scopes: ['tasks:read', 'tasks:write'] });
    const { status, body } = await rotate(old.id, { overlapSeconds: 3_600 });
    expect(status).toBe(201);
    expect(body).toMatchObject({ name: old.name, scopes: old.scopes, expiresAt: null });
    expect(await works(old.key)).toBe(true);
    expect(await works(body.key!)).toBe(true);
    const ends = Date.parse((await get(old.id)).body.expiresAt!);
    expect(Math.abs(ends - Date.now() - 3_600_000)).toBeLessThan(60_000);

    for (const id of [old.id, body.id]) {
      const third = await rotate(id);
      expect(third.status).toBe(400);
      expect(third.body.errors).toMatchObject([{ code: 'rotation_in_progress' }]);
    }
    await world.call('DELETE', `/v1/api-keys/${old.id}`, { key: caller.key });
    expect((await rotate(body.id)).status).toBe(201);
  });

  it('lasts a day unless told otherwise, and never makes a key live longer than it would have', async () => {
    const soon = new Date(Date.now() + 60_000).toISOString();
    const [plain, short] = [await newKey(), await newKey({ expiresAt: soon })];
    await rotate(plain.id);
    const ends = Date.parse((await get(plain.id)).body.expiresAt!);
    expect(Math.abs(ends - Date.now() - 86_400_000)).toBeLessThan(60_000);
    const { body } = await rotate(short.id, { expiresAt: IN_A_YEAR });
    expect((await get(short.id)).body.expiresAt).toBe(soon);
    expect(body.expiresAt).toBe(IN_A_YEAR);
  });

  it('without overlap ends the old key at once', async () => {
    const old = await newKey();
    expect(await works(old.key)).toBe(true);
    const { body } = await rotate(old.id, { overlapSeconds: 0 });
    await vi.waitFor(async () => expect(await works(old.key)).toBe(false), 2_500);
    expect(await works(body.key!)).toBe(true);
    const again = await rotate(old.id);
    expect(again.body.errors).toMatchObject([{ code: 'key_inactive' }]);
  });

  it('makes one second key, by how many it is asked for at once', async () => {
    const old = await newKey();
    const answers = await Promise.all(Array.from({ length: 8 }, () => rotate(old.id)));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      201,
      ...Array.from({ length: 7 }, () => 400),
    ]);
  });

  it('is done once with one Idempotency-Key, and tells its key once', async () => {
    const old = await newKey();
    const options = { key: caller.key, body: {}, headers: { 'idempotency-key': 'rotate-1' } };
    const first = await world.call<ApiKey>('POST', `/v1/api-keys/${old.id}/rotate`, options);
    const again = await world.call<ApiKey>('POST', `/v1/api-keys/${old.id}/rotate`, options);
    expect(first.body.key).toMatch(/^cl_live_/);
    expect(again.status).toBe(201);
    expect(again.body).toEqual({ ...first.body, key: undefined });
  });
});

describe('a revoked key', () => {
  it('stays in the list, and is revoked once, by how many ever', async () => {
    const made = await newKey();
    const revoke = () => world.call('DELETE', `/v1/api-keys/${made.id}`, { key: caller.key });
    const answers = await Promise.all([revoke(), revoke(), revoke()]);
    expect(answers.map(({ status }) => status)).toEqual([204, 204, 204]);
    const { body } = await get(made.id);
    expect(body.revokedAt).not.toBeNull();
    await revoke();
    expect((await get(made.id)).body.revokedAt).toBe(body.revokedAt);
    const audit = await asSuperuser<{ n: number }>(
      world.test,
      `select count(*)::int as n from audit_log where action = 'api_key.revoked' and subject_id = (
         select id from api_keys where tenant_id = $1 and revoked_at is not null and name = $2 order by id desc limit 1)`,
      [caller.tenantId, made.name],
    );
    expect(audit).toEqual([{ n: 1 }]);
  });

  it('may have revoked itself', async () => {
    const self = await newKey({ scopes: ['admin:write', 'tasks:read'] });
    expect(await works(self.key)).toBe(true);
    const { status } = await world.call('DELETE', `/v1/api-keys/${self.id}`, { key: self.key });
    expect(status).toBe(204);
    await vi.waitFor(async () => expect(await works(self.key)).toBe(false), 2_500);
  });

  it('of another kind of id is unknown', async () => {
    const path = `/v1/api-keys/${encodeId('profile', caller.keyId)}`;
    expect((await world.call('DELETE', path, { key: caller.key })).status).toBe(404);
  });
});
