import {
  encodeId,
  type ApiKey,
  type Member,
  type MemberRole,
  type Problem,
  type SignedUpTenant,
  type Tenant,
} from '@cfdi-live/contract';
import { SCOPES } from '@cfdi-live/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asSuperuser } from '../db/support.ts';
import type { SignedIn } from './people.ts';
import { openWorld, type Answer, type CallOptions, type List, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

async function signUp(name = 'Contable'): Promise<{ founder: SignedIn; tenant: SignedUpTenant }> {
  const founder = await world.people.signIn();
  const { status, body } = await world.call<SignedUpTenant>('POST', '/v1/tenants', {
    key: founder.token,
    body: { name },
  });
  expect(status).toBe(201);
  return { founder, tenant: body };
}

function as<Body = Member & Problem>(
  { token }: SignedIn,
  method: string,
  path: string,
  options: CallOptions = {},
): Promise<Answer<Body>> {
  return world.call<Body>(method, path, { ...options, key: token });
}

async function join(
  by: SignedIn,
  role: MemberRole,
  tenant?: string,
): Promise<{ person: SignedIn; member: Member }> {
  const person = await world.people.signIn();
  const { status, body } = await as(by, 'POST', '/v1/members', {
    body: { userId: person.userId, role },
    ...(tenant === undefined ? {} : { headers: { 'cfdi-live-tenant': tenant } }),
  });
  expect(status).toBe(201);
  return { person, member: body };
}

const membersOf = async (by: SignedIn) => (await as<List<Member>>(by, 'GET', '/v1/members')).body.data;

describe('signing up', () => {
  it('makes a tenant with its owner, and a test key that works', async () => {
    const { founder, tenant } = await signUp('Contable del Norte');
    expect(tenant).toMatchObject({ name: 'Contable del Norte', plan: 'standard', role: 'owner' });
    expect(tenant.apiKey).toMatchObject({ mode: 'test', scopes: [...SCOPES] });
    const key = tenant.apiKey.key!;
    expect(key).toMatch(/^cl_test_/);
    const profile = {
      rfc: 'CACX7605101P8',
      fullName: 'XOCHILT CASAS CHAVEZ',
      fiscalRegime: '612',
      postalCode: '36257',
      cfdiUse: 'G03',
    };
    const made = await world.call('POST', '/v1/profiles', {
      key,
      body: { ...profile, email: 'a@example.com' },
    });
    expect(made.status).toBe(201);
    expect(await membersOf(founder)).toMatchObject([{ userId: founder.userId, role: 'owner' }]);
    const tenants = await as<List<Tenant>>(founder, 'GET', '/v1/tenants');
    const { apiKey: _key, ...seen } = tenant;
    expect(tenants.body).toEqual({ data: [seen], hasMore: false, nextCursor: null });
    const byKey = await world.call<List<Tenant>>('GET', '/v1/tenants', { key });
    expect(byKey.body.data).toEqual([{ ...seen, role: null }]);
  });

  it('is for people: neither keys nor the tokens of nobody sign anybody up', async () => {
    const { tenant } = await signUp();
    const body = { name: 'Mine' };
    expect((await world.call('POST', '/v1/tenants', { key: tenant.apiKey.key, body })).status).toBe(403);
    expect((await world.call('POST', '/v1/tenants', { body })).status).toBe(401);
  });

  it('stops at ten tenants a person, by how many ever at once', async () => {
    const person = await world.people.signIn();
    const answers = await Promise.all(
      Array.from({ length: 13 }, () =>
        as<Problem>(person, 'POST', '/v1/tenants', { body: { name: 'Many' } }),
      ),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(10);
    expect(refused).toHaveLength(3);
    expect(refused[0]?.body.code).toBe('quota_exceeded');
    expect(refused[0]?.headers.get('x-should-retry')).toBe('false');
    const first = await as<List<Tenant>>(person, 'GET', '/v1/tenants?limit=6');
    const rest = await as<List<Tenant>>(person, 'GET', `/v1/tenants?limit=6&after=${first.body.nextCursor}`);
    const ids = [...first.body.data, ...rest.body.data].map(({ id }) => id);
    expect(new Set(ids).size).toBe(10);
    expect(rest.body.hasMore).toBe(false);
  });

  it('leaves no half a tenant behind when it fails', async () => {
    const count = () => asSuperuser<{ n: number }>(world.test, 'select count(*)::int as n from tenants');
    const before = await count();
    const person = await world.people.signIn();
    await asSuperuser(
      world.test,
      `alter table audit_log add constraint no_more check (action <> 'tenant.created') not valid`,
    );
    const { status } = await as(person, 'POST', '/v1/tenants', { body: { name: 'Half' } });
    await asSuperuser(world.test, 'alter table audit_log drop constraint no_more');
    expect(status).toBe(500);
    expect(await count()).toEqual(before);
  });
});

describe('a tenant', () => {
  it('is seen by who belongs to it, and by nobody else', async () => {
    const { founder, tenant } = await signUp();
    const { founder: stranger } = await signUp();
    const { person: viewer } = await join(founder, 'viewer');
    const path = `/v1/tenants/${tenant.id}`;
    expect((await as<Tenant>(founder, 'GET', path)).body.role).toBe('owner');
    expect((await as<Tenant>(viewer, 'GET', path)).body.role).toBe('viewer');
    expect((await as(stranger, 'GET', path)).status).toBe(404);
    expect((await as(await world.people.signIn(), 'GET', path)).status).toBe(404);
  });

  it('is renamed by who manages it', async () => {
    const { founder, tenant } = await signUp();
    const { person: viewer } = await join(founder, 'viewer');
    const path = `/v1/tenants/${tenant.id}`;
    const renamed = await as<Tenant>(founder, 'PATCH', path, { body: { name: 'Fiscal' } });
    expect(renamed.body).toMatchObject({ id: tenant.id, name: 'Fiscal' });
    expect((await as(viewer, 'PATCH', path, { body: { name: 'Mine' } })).status).toBe(403);
    expect((await as(founder, 'PATCH', path, { body: { plan: 'unlimited' } })).status).toBe(400);
    expect((await as(founder, 'PATCH', path, { body: {} })).status).toBe(400);
  });

  it('is named by a header where a person belongs to several', async () => {
    const { founder, tenant } = await signUp('One');
    const second = await as<SignedUpTenant>(founder, 'POST', '/v1/tenants', { body: { name: 'Two' } });
    const unnamed = await as<Problem>(founder, 'GET', '/v1/members');
    expect(unnamed.status).toBe(400);
    expect(unnamed.body.errors).toMatchObject([{ path: 'Cfdi-Live-Tenant' }]);
    for (const { id } of [tenant, second.body]) {
      await join(founder, 'viewer', id);
      const headers = { 'cfdi-live-tenant': id };
      const list = await as<List<Member>>(founder, 'GET', '/v1/members', { headers });
      expect(list.body.data).toHaveLength(2);
    }
  });
});

describe('a member', () => {
  it('manages keys and endpoints of both modes, each apart', async () => {
    const { founder, tenant } = await signUp();
    for (const mode of ['live', 'test']) {
      const headers = { 'cfdi-live-mode': mode };
      const key = await as<ApiKey>(founder, 'POST', '/v1/api-keys', {
        headers,
        body: { name: mode, scopes: ['tasks:read'] },
      });
      expect(key.body.mode).toBe(mode);
      expect((await world.call('GET', '/v1/tasks', { key: key.body.key })).status).toBe(200);
      const endpoint = await as<{ id: string; mode: string }>(founder, 'POST', '/v1/webhook-endpoints', {
        headers,
        body: { url: 'https://hooks.example.com/in' },
      });
      expect(endpoint.body.mode).toBe(mode);
      const other = { 'cfdi-live-mode': mode === 'live' ? 'test' : 'live' };
      const path = `/v1/webhook-endpoints/${endpoint.body.id}`;
      expect((await as(founder, 'GET', path, { headers: other })).status).toBe(404);
      expect((await as(founder, 'GET', path, { headers })).status).toBe(200);
    }
    const wrong = await as<Problem>(founder, 'GET', '/v1/api-keys', {
      headers: { 'cfdi-live-mode': 'prod' },
    });
    expect(wrong.status).toBe(400);
    // Without a mode, a person means live.
    const listed = await as<List<ApiKey>>(founder, 'GET', '/v1/api-keys');
    expect(listed.body.data.map(({ name }) => name)).toEqual(['live']);
    expect(tenant.apiKey.mode).toBe('test');
  });

  it('is added once', async () => {
    const { founder } = await signUp();
    const { person } = await join(founder, 'viewer');
    const again = await as(founder, 'POST', '/v1/members', {
      body: { userId: person.userId, role: 'admin' },
    });
    expect(again.status).toBe(400);
    expect(again.body.errors).toMatchObject([{ code: 'already_member' }]);
    expect(await membersOf(founder)).toHaveLength(2);
  });

  it('loses access when removed, and has another when their role changes', async () => {
    const { founder } = await signUp();
    const { person, member } = await join(founder, 'admin');
    expect(await membersOf(person)).toHaveLength(2);
    const path = `/v1/members/${member.id}`;
    const changed = await as(founder, 'PATCH', path, { body: { role: 'viewer' } });
    expect(changed.body.role).toBe('viewer');
    const key = { body: { name: 'x', scopes: ['tasks:read'] } };
    await expect.poll(async () => (await as(person, 'POST', '/v1/api-keys', key)).status).toBe(403);
    expect((await as(founder, 'DELETE', path)).status).toBe(204);
    await expect.poll(async () => (await as(person, 'GET', '/v1/members')).status).toBe(403);
    expect((await as(founder, 'DELETE', path)).status).toBe(404);
  });

  it('makes no owner unless they are one', async () => {
    const { founder } = await signUp();
    const { person: admin, member: self } = await join(founder, 'admin');
    const [ownership] = (await membersOf(founder)).filter(({ userId }) => userId === founder.userId);
    const tries = [
      as(admin, 'PATCH', `/v1/members/${self.id}`, { body: { role: 'owner' } }),
      as(admin, 'PATCH', `/v1/members/${ownership!.id}`, { body: { role: 'viewer' } }),
      as(admin, 'DELETE', `/v1/members/${ownership!.id}`),
      as(admin, 'POST', '/v1/members', { body: { userId: crypto.randomUUID(), role: 'owner' } }),
    ];
    expect((await Promise.all(tries)).map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    expect(
      (await as(admin, 'POST', '/v1/members', { body: { userId: crypto.randomUUID(), role: 'admin' } }))
        .status,
    ).toBe(201);
  });
});

describe('the last owner', () => {
  it('can neither leave nor step down', async () => {
    const { founder } = await signUp();
    const [own] = await membersOf(founder);
    const path = `/v1/members/${own!.id}`;
    for (const answer of [
      await as(founder, 'DELETE', path),
      await as(founder, 'PATCH', path, { body: { role: 'admin' } }),
    ]) {
      expect(answer.status).toBe(400);
      expect(answer.body.errors).toMatchObject([{ code: 'last_owner' }]);
    }
    expect((await as(founder, 'PATCH', path, { body: { role: 'owner' } })).status).toBe(200);
  });

  it('is left over when all leave at once', async () => {
    const { founder } = await signUp();
    const others = [];
    for (let n = 0; n < 4; n++) others.push((await join(founder, 'owner')).person);
    const all = [founder, ...others];
    const members = await membersOf(founder);
    const leaving = await Promise.all(
      all.map((person, n) => {
        const { id } = members.find(({ userId }) => userId === person.userId)!;
        return n % 2 === 0
          ? as(person, 'DELETE', `/v1/members/${id}`)
          : as(person, 'PATCH', `/v1/members/${id}`, { body: { role: 'viewer' } });
      }),
    );
    expect(leaving.filter(({ status }) => status === 400)).toHaveLength(1);
    const owners = await asSuperuser<{ n: number }>(
      world.test,
      `select count(*)::int as n from tenant_members where role = 'owner' and id = any (
         select id from tenant_members where tenant_id = (select tenant_id from tenant_members where user_id = any ($1) limit 1))`,
      [all.map(({ userId }) => userId)],
    );
    expect(owners).toEqual([{ n: 1 }]);
  });
});

describe('members by a key', () => {
  it('are managed by a live key with every scope: no other may add who can do more than itself', async () => {
    const full = await world.newCaller();
    const weak = [
      await world.newCaller({ tenantId: full.tenantId, mode: 'test' }),
      await world.newCaller({ tenantId: full.tenantId, scopes: ['admin:read', 'admin:write'] }),
    ];
    const body = () => ({ userId: crypto.randomUUID(), role: 'admin' });
    for (const { key } of weak) {
      expect((await world.call('POST', '/v1/members', { key, body: body() })).status).toBe(403);
    }
    const added = await world.call<Member>('POST', '/v1/members', { key: full.key, body: body() });
    expect(added.status).toBe(201);
    for (const { key } of weak) {
      const path = `/v1/members/${added.body.id}`;
      expect((await world.call('PATCH', path, { key, body: { role: 'viewer' } })).status).toBe(403);
      expect((await world.call('DELETE', path, { key })).status).toBe(403);
      expect((await world.call<List<Member>>('GET', '/v1/members', { key })).body.data).toHaveLength(1);
    }
  });

  it('include the first owner of a tenant that has none, and no second', async () => {
    const { key, tenantId } = await world.newCaller();
    const owner = () =>
      world.call('POST', '/v1/members', { key, body: { userId: crypto.randomUUID(), role: 'owner' } });
    const answers = await Promise.all([owner(), owner(), owner()]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 403, 403]);
    const seen = await world.call<Tenant>('GET', `/v1/tenants/${encodeId('tenant', tenantId)}`, { key });
    expect(seen.body.role).toBeNull();
  });
});
