import { crc32 } from 'node:zlib';
import { decodeId, encodeId, type Problem } from '@cfdi-live/contract';
import { generateApiKey } from '@cfdi-live/db';
import { SCOPES, type Scope } from '@cfdi-live/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAccess } from '../../api/src/http/access.ts';
import { loadDescription, type DescribedOperation } from './described.ts';
import { openWorld, type Caller, type World } from './world.ts';

// The document names every operation, so that one added later is asked the same.
const { operations } = await loadDescription();
const guarded = operations.filter(({ scope }) => scope !== null);
const withId = guarded.filter(({ path }) => path.includes('{id}'));

let world: World;
let caller: Caller;
let everyone: Caller;
beforeAll(async () => {
  world = await openWorld();
  caller = await world.newCaller();
  everyone = await world.newCaller();
});
afterAll(() => world.close());

/** Ids that exist, of the tenant that `caller` is. */
async function makeOneOfEach(by: Caller): Promise<Record<string, string>> {
  const task = await world.createTask(by);
  const profile = await world.createProfile(by);
  const endpoint = await world.call<{ id: string }>('POST', '/v1/webhook-endpoints', {
    key: by.key,
    body: { url: 'https://hooks.example.com/in' },
  });
  const artifact = await world.putArtifact(by, decodeId('task', task.id)!, {
    name: 'a.xml',
    bytes: new Uint8Array([60]),
  });
  return {
    tasks: task.id,
    profiles: profile.id,
    'webhook-endpoints': endpoint.body.id,
    artifacts: encodeId('artifact', artifact),
  };
}

function pathOf({ path }: DescribedOperation, ids: Record<string, string>): string {
  const id = ids[path.split('/')[2] ?? ''];
  if (path.includes('{id}') && id === undefined) throw new Error(`no id for ${path}`);
  return path.replace('{id}', id ?? '');
}

function label({ method, path }: DescribedOperation): string {
  return `${method} ${path}`;
}

describe('every operation', () => {
  it('has a scope of the closed list, unless it is about health', () => {
    for (const { path, scope } of operations) {
      if (path.startsWith('/health/')) expect(scope).toBeNull();
      else expect(SCOPES).toContain(scope);
    }
    expect(guarded.length).toBeGreaterThan(15);
  });

  it.each(guarded.map((operation) => [label(operation), operation] as const))(
    '%s: authentication, then authorisation, then validation',
    async (_label, operation) => {
      // Nothing about this request is right: which wrong is told shows the order.
      const path = `${operation.path.replace('{id}', 'nonsense')}?nonsense=1`;
      const options = operation.hasBody ? { raw: '{"nonsense"' } : {};
      const anonymous = await world.call<Problem>(operation.method, path, options);
      expect(anonymous.status).toBe(401);
      expect(anonymous.body.code).toBe('unauthenticated');
      expect(anonymous.headers.get('www-authenticate')).toContain('Bearer');

      const others = SCOPES.filter((scope) => scope !== operation.scope);
      const lacking = await world.newCaller({ tenantId: caller.tenantId, scopes: others });
      const forbidden = await world.call<Problem>(operation.method, path, { ...options, key: lacking.key });
      expect(forbidden.status).toBe(403);
      expect(forbidden.body.detail).toContain(operation.scope);

      const enough = await world.newCaller({
        tenantId: caller.tenantId,
        scopes: [operation.scope as Scope],
      });
      const allowed = await world.call<Problem>(operation.method, path, { ...options, key: enough.key });
      expect([400, 404]).toContain(allowed.status);
    },
  );

  it("treats another tenant's ids, and the other mode's, as if they were not there", async () => {
    const ids = await makeOneOfEach(caller);
    const otherMode = await world.newCaller({ tenantId: caller.tenantId, mode: 'test' });
    for (const operation of withId) {
      for (const stranger of [everyone, otherMode]) {
        const answer = await world.call<Problem>(operation.method, pathOf(operation, ids), {
          key: stranger.key,
        });
        expect(answer.status, label(operation)).toBe(404);
        expect(answer.body.code).toBe('not_found');
      }
    }
    const own = await world.call('GET', `/v1/tasks/${ids['tasks']}`, { key: caller.key });
    expect(own.status).toBe(200);
  });

  it('does not know an id that cannot be one', async () => {
    for (const operation of withId) {
      for (const id of ['nonsense', 'task_', 'prof_zzzzzzzzzzzzzzzzzzzzzzzzzz', '%00', '..%2f..%2f']) {
        const path = operation.path.replace('{id}', id);
        const answer = await world.call<Problem>(operation.method, path, { key: caller.key });
        expect(answer.status, `${label(operation)} ${id}`).toBe(404);
      }
    }
  });

  it("lists nothing of another tenant's or the other mode's", async () => {
    await makeOneOfEach(caller);
    const otherMode = await world.newCaller({ tenantId: caller.tenantId, mode: 'test' });
    for (const path of ['/v1/tasks', '/v1/profiles', '/v1/webhook-endpoints', '/v1/events']) {
      for (const stranger of [everyone, otherMode]) {
        const answer = await world.call<{ data: unknown[] }>('GET', path, { key: stranger.key });
        expect(answer.body.data, path).toEqual([]);
      }
    }
  });
});

describe('a key', () => {
  const statusWith = async (authorization: string): Promise<number> =>
    (await world.call('GET', '/v1/tasks', { headers: { authorization } })).status;

  it('is refused in every broken form', async () => {
    const { key } = caller;
    const lastWrong = key.endsWith('0') ? '1' : '0';
    expect(await statusWith(`Bearer ${key}`)).toBe(200);
    expect(await statusWith(`bearer ${key}`)).toBe(200);
    for (const broken of [
      '',
      'Bearer',
      key,
      `Basic ${key}`,
      `Bearer ${key} `.replace('Bearer', 'Token'),
      `Bearer ${key.slice(0, -1)}${lastWrong}`,
      `Bearer ${key.replace('cl_live_', 'cl_test_')}`,
      `Bearer ${key}x`,
      `Bearer ${'x'.repeat(10_000)}`,
    ]) {
      expect(await statusWith(broken), broken.slice(0, 40)).toBe(401);
    }
  });

  it('is not looked up when its checksum is wrong', async () => {
    const asked: string[] = [];
    const access = createAccess({
      clock: { now: () => new Date() },
      verifyPerson: world.people.verify,
      log: { warn: () => undefined },
      database: {
        onAccessChange: () => () => undefined,
        system: {
          ...world.database.system,
          findApiKey: async (keyId) => {
            asked.push(keyId);
            return null;
          },
        },
      },
    });
    const made = generateApiKey({ mode: 'live' });
    const typo = made.key.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    expect(await access.authenticate(`Bearer ${typo}`)).toBeNull();
    expect(asked).toEqual([]);
    expect(await access.authenticate(`Bearer ${made.key}`)).toBeNull();
    expect(asked).toEqual([made.keyId]);
  });

  it('of nobody, with a good checksum, is refused', async () => {
    expect(await statusWith(`Bearer ${generateApiKey({ mode: 'live' }).key}`)).toBe(401);
  });

  it("with another key's secret is refused", async () => {
    const { key, keyId } = generateApiKey({ mode: 'live' });
    // The id of one row and the secret of another, with the checksum made right.
    const idOf = (uuid: string): string => encodeId('apiKey', uuid).slice('key_'.length);
    const body = key.slice(0, -7).replace(idOf(keyId), idOf(caller.keyId));
    expect(await statusWith(`Bearer ${body}${checksumOf(body)}`)).toBe(401);
  });

  it('ends when it expires, and when it is revoked', async () => {
    const expired = await world.newCaller({ expiresAt: new Date(Date.now() - 1_000) });
    expect(await statusWith(`Bearer ${expired.key}`)).toBe(401);
    const revoked = await world.newCaller();
    expect(await statusWith(`Bearer ${revoked.key}`)).toBe(200);
    await world.admin.revokeApiKey(revoked.keyId);
    expect(await statusWith(`Bearer ${revoked.key}`)).toBe(401);
  });
});

/** As the key's own: seven letters of its CRC. */
function checksumOf(body: string): string {
  const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
  let text = '';
  for (let rest = BigInt(crc32(body)); text.length < 7; rest >>= 5n) {
    text = alphabet.charAt(Number(rest & 31n)) + text;
  }
  return text;
}
