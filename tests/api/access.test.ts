/** Every operation, asked by everybody who may not: read from the document, so that one added later is asked the same. */
import {
  decodeId,
  encodeId,
  newUuid,
  type LiveToken,
  type MemberRole,
  type Problem,
} from '@cfdi-live/contract';
import { generateApiKey, generateLiveToken } from '@cfdi-live/db';
import { SCOPES, type Scope } from '@cfdi-live/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDescription, type DescribedOperation } from './described.ts';
import { fill, label, nobodysId } from './own.ts';
import type { SignedIn } from './people.ts';
import { openWorld, type Answer, type CallOptions, type Caller, type World } from './world.ts';

const { operations } = await loadDescription();
const guarded = operations.filter(({ open }) => !open);
const labelled = (list: DescribedOperation[]) => list.map((each) => [label(each), each] as const);

const ORIGIN = 'https://app.example.com';

let world: World;
let caller: Caller;
/** A key with every scope but this, and one with no other. */
const lacking = new Map<Scope, Caller>();
const having = new Map<Scope, Caller>();
/** A member in each role, somebody of another tenant, and somebody of none. */
let members: Record<MemberRole, SignedIn>;
let foreigner: SignedIn;
let nobody: SignedIn;
/** What was good once. */
let over: { expired: string; revoked: string; signedOut: string };
let live: { view: LiveToken; control: LiveToken; elsewhere: LiveToken; revoked: LiveToken };

beforeAll(async () => {
  world = await openWorld();
  caller = await world.newCaller();
  const { tenantId } = caller;
  for (const scope of SCOPES) {
    having.set(scope, await world.newCaller({ tenantId, scopes: [scope] }));
    const others = SCOPES.filter((other) => other !== scope);
    lacking.set(scope, await world.newCaller({ tenantId, scopes: others }));
  }
  members = {
    owner: await joined(caller, 'owner'),
    admin: await joined(caller, 'admin'),
    viewer: await joined(caller, 'viewer'),
  };
  const revoked = await world.newCaller();
  await world.admin.revokeApiKey(revoked.keyId);
  over = {
    expired: (await world.newCaller({ expiresAt: new Date(Date.now() - 1_000) })).key,
    revoked: revoked.key,
    signedOut: (await world.people.signIn({ secondsLeft: -60 })).token,
  };
  foreigner = await joined(await world.newCaller(), 'owner');
  nobody = await world.people.signIn();
  const { id } = await world.createTask(caller);
  live = {
    view: await liveToken(id, 'view'),
    control: await liveToken(id, 'control'),
    elsewhere: await liveToken(id, 'control', 'https://elsewhere.example.com'),
    revoked: await liveToken(id, 'control'),
  };
  await world.call('DELETE', `/v1/live-tokens/${live.revoked.id}`, { key: caller.key });
});
afterAll(() => world.close());

async function joined(to: Caller, role: MemberRole): Promise<SignedIn> {
  const person = await world.people.signIn();
  const body = { userId: person.userId, role };
  const { status } = await world.call('POST', '/v1/members', { key: to.key, body });
  expect(status).toBe(201);
  return person;
}

async function liveToken(task: string, mode: LiveToken['mode'], origin = ORIGIN): Promise<LiveToken> {
  const body = { mode, origin, actor: { id: 'user_81', label: 'Ana' } };
  const answer = await world.call<LiveToken>('POST', `/v1/tasks/${task}/live-tokens`, {
    key: caller.key,
    body,
  });
  expect(answer.status).toBe(201);
  return answer.body;
}

/** Nothing about this request is right: which wrong is told shows the order of the guards. */
function nonsense(
  operation: DescribedOperation,
  options: CallOptions,
  idOf: () => string = () => 'nonsense',
): Promise<Answer<Problem>> {
  return world.call<Problem>(operation.method, `${fill(operation, idOf)}?nonsense=1`, {
    ...options,
    ...(operation.hasBody ? { raw: '{"nonsense"' } : {}),
  });
}

/** Passed the guards: what was refused, was refused for being nonsense. */
const LET_IN = [400, 404];
const REFUSED = [401, 403];

const from = (origin: string) => ({ headers: { origin } });

describe('the document', () => {
  it('says who may call each operation, and leaves only health open', () => {
    for (const { path, scope, open, roles } of operations) {
      expect(open, path).toBe(path.startsWith('/health/'));
      if (scope === null && !open) expect(roles, path).not.toBeNull();
      if (scope !== null) expect(SCOPES).toContain(scope);
    }
    expect(guarded.length).toBeGreaterThan(50);
  });

  it('lets live tokens call what they need, and people what they manage', () => {
    const paths = (list: DescribedOperation[]) => list.map(label);
    expect(paths(operations.filter(({ liveAccess }) => liveAccess !== null))).toEqual(
      expect.arrayContaining([
        'GET /v1/tasks/{id}',
        'GET /v1/tasks/{id}/events',
        'GET /v1/artifacts/{id}/content',
      ]),
    );
    for (const operation of operations.filter(({ roles }) => roles !== null)) {
      // The purchases of others, and what they buy with, are for the tenant's programs.
      expect(operation.path).not.toMatch(/tasks|profiles|credentials|artifacts|cfdis|events/);
    }
  });
});

describe('nobody', () => {
  it.each(labelled(guarded))('without a good key or token calls %s', async (_label, operation) => {
    const { key } = caller;
    const tries: CallOptions[] = [
      {},
      { key: '' },
      { key: key.replace(/.$/, (last) => (last === '0' ? '1' : '0')) },
      { key: key.replace('cl_live_', 'cl_test_') },
      { key: generateApiKey({ mode: 'live' }).key },
      { key: over.expired },
      { key: over.revoked },
      { key: generateLiveToken().token, ...from(ORIGIN) },
      { key: live.revoked.token, ...from(ORIGIN) },
      { key: over.signedOut },
      { key: `${members.owner.token}x` },
      { headers: { authorization: `Basic ${key}` } },
      { headers: { authorization: key } },
    ];
    const answers = await Promise.all(tries.map((options) => nonsense(operation, options)));
    const inTheQuery = await world.call<Problem>(
      operation.method,
      `${fill(operation, () => 'nonsense')}?token=${live.view.token}&access_token=${key}&authorization=${key}`,
    );
    for (const { status, headers, body } of [...answers, inTheQuery]) {
      expect(status).toBe(401);
      expect(headers.get('www-authenticate')).toContain('Bearer');
      expect({ ...body, requestId: '' }).toEqual({ ...answers[0]?.body, requestId: '' });
    }
  });
});

describe('a key', () => {
  const forKeys = guarded.filter(({ scope }) => scope !== null);

  it.each(labelled(forKeys))(
    'needs its scope, before anything is looked at: %s',
    async (_label, operation) => {
      const scope = operation.scope as Scope;
      const forbidden = await nonsense(operation, { key: lacking.get(scope)!.key });
      expect(forbidden.status).toBe(403);
      expect(forbidden.body.code).toBe('forbidden');
      expect(forbidden.body.detail).toContain(scope);
      expect(LET_IN).toContain((await nonsense(operation, { key: having.get(scope)!.key })).status);
    },
  );

  it.each(labelled(guarded.filter(({ scope }) => scope === null)))(
    'never calls %s',
    async (_label, operation) => {
      expect((await nonsense(operation, { key: caller.key })).status).toBe(403);
    },
  );

  it('does not know an id that cannot be one', async () => {
    for (const operation of forKeys.filter(({ ids }) => ids.some((place) => place.in === 'path'))) {
      const options = {
        key: caller.key,
        ...(operation.hasBody ? { body: operation.example } : {}),
      };
      for (const id of ['nonsense', 'task_', 'prof_zzzzzzzzzzzzzzzzzzzzzzzzzz', '%00', '..%2f..%2f']) {
        const answer = await world.call<Problem>(
          operation.method,
          fill(operation, () => id),
          options,
        );
        expect(answer.status, `${label(operation)} ${id}`).toBe(404);
      }
    }
  });
});

describe('a person', () => {
  it.each(labelled(guarded))(
    'calls what their role allows, and nothing else: %s',
    async (_label, operation) => {
      const { roles, ids } = operation;
      // Where the path names the tenant, it decides for whom they speak.
      const ofTenant = ids.some((place) => place.in === 'path' && place.kind === 'tenant');
      const own = () => (ofTenant ? encodeId('tenant', caller.tenantId) : 'nonsense');
      for (const [role, { token }] of Object.entries(members)) {
        const allowed = roles !== null && (roles.length === 0 || roles.includes(role));
        if (allowed) expect(LET_IN, role).toContain((await nonsense(operation, { key: token })).status);
        else expect((await nonsense(operation, { key: token }, own)).status, role).toBe(403);
      }
      if (roles !== null && roles.length === 0) return;
      const theirs = { 'cfdi-live-tenant': encodeId('tenant', caller.tenantId) };
      const unknown = { 'cfdi-live-tenant': encodeId('tenant', newUuid()) };
      for (const { token: key } of [foreigner, nobody]) {
        const answer = await nonsense(operation, { key, headers: theirs }, own);
        expect(answer.status).toBe(ofTenant && roles !== null ? 404 : 403);
        const same = await nonsense(operation, { key, headers: unknown }, () =>
          ofTenant ? encodeId('tenant', newUuid()) : 'nonsense',
        );
        expect({ ...same.body, requestId: '' }).toEqual({ ...answer.body, requestId: '' });
      }
    },
  );
});

describe('a live token', () => {
  it.each(labelled(guarded))('calls what it is for, and nothing else: %s', async (_label, operation) => {
    const { liveAccess, path } = operation;
    const key = live.view.token!;
    const { taskId } = live.view;
    const own = () => (path.startsWith('/v1/tasks/{id}') ? taskId : 'nonsense');
    if (liveAccess === null) {
      const answer = await nonsense(operation, { key, ...from(ORIGIN) }, own);
      expect(answer.status).toBe(403);
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
      return;
    }
    const looking = await nonsense(operation, { key, ...from(ORIGIN) }, own);
    const acting = await nonsense(operation, { key: live.control.token!, ...from(ORIGIN) }, own);
    if (liveAccess === 'view') expect(REFUSED).not.toContain(looking.status);
    else expect(looking.status).toBe(403);
    expect(REFUSED).not.toContain(acting.status);
    expect(acting.headers.get('access-control-allow-origin')).toBe(ORIGIN);

    // Of another page, of none.
    for (const headers of [
      {},
      { origin: 'https://evil.example.com' },
      { origin: `${ORIGIN}.evil.com` },
      { origin: 'null' },
    ]) {
      const answer = await nonsense(operation, { key: live.control.token!, headers }, own);
      expect(answer.status).toBe(403);
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    }
    const there = { key: live.elsewhere.token!, ...from('https://elsewhere.example.com') };
    expect(REFUSED).not.toContain((await nonsense(operation, there, own)).status);
  });

  it.each(labelled(guarded.filter(({ liveAccess }) => liveAccess !== null)))(
    'knows its own task alone: %s',
    async (_label, operation) => {
      const other = await world.createTask(caller);
      const artifact = await world.putArtifact(caller, uuidOf(other.id), {
        name: 'a.xml',
        bytes: Uint8Array.of(60),
      });
      const foreign = { task: other.id, artifact: encodeId('artifact', artifact) };
      const options = {
        key: live.control.token!,
        ...from(ORIGIN),
        ...(operation.hasBody ? { body: operation.example } : {}),
      };
      const answer = await world.call<Problem>(
        operation.method,
        fill(operation, ({ kind }) => foreign[kind as keyof typeof foreign]),
        options,
      );
      expect(answer.status).toBe(404);
      const unknown = await world.call<Problem>(operation.method, fill(operation, nobodysId), options);
      expect({ ...answer.body, requestId: '' }).toEqual({ ...unknown.body, requestId: '' });
    },
  );
});

function uuidOf(taskId: string): string {
  const uuid = decodeId('task', taskId);
  if (uuid === null) throw new Error('no task');
  return uuid;
}
