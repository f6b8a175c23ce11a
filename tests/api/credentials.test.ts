/** Logins go in and are used; no answer ever holds one. */
import type { Credential, Task } from '@cfdi-live/contract';
import { decodeId, newUuid } from '@cfdi-live/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asSuperuser } from '../db/support.ts';
import { openWorld, taskBody, type Caller, type List, type World } from './world.ts';

let world: World;
let caller: Caller;

beforeAll(async () => {
  world = await openWorld();
  caller = await world.newCaller();
});
afterAll(() => world.close());

const VENDOR = 'https://facturacion.example.com.mx/entrar?x=1';
const TOTP = 'JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP';
const SECRETS = { username: 'xochilt@despacho.example', password: ' kuro-neko 猫 ', totpSecret: TOTP };

const call = <Body>(method: string, path: string, body?: unknown, by = caller) =>
  world.call<Body>(method, path, { key: by.key, ...(body === undefined ? {} : { body }) });

async function create(changes: Record<string, unknown> = {}, by = caller): Promise<Credential> {
  const profileId = (await world.createProfile(by)).id;
  const answer = await call<Credential>(
    'POST',
    '/v1/credentials',
    { profileId, vendorUrl: VENDOR, ...SECRETS, ...changes },
    by,
  );
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
}

describe('a credential', () => {
  test('is shown without its secrets, by every operation', async () => {
    const created = await create({ additionalFields: { sucursal: 'Matriz-7731' } });
    expect(created).toMatchObject({
      vendorDomain: 'example.com.mx',
      usernameHint: 'x…t@d…',
      hasPassword: true,
      hasTotp: true,
      additionalFieldNames: ['sucursal'],
      mode: 'live',
      lastUsedAt: null,
    });
    const path = `/v1/credentials/${created.id}`;
    const answers = [
      { body: created },
      await call('GET', path),
      await call('GET', `/v1/credentials?profileId=${created.profileId}`),
      await call('PATCH', path, { username: 'otra@despacho.example', password: 'another' }),
    ];
    const text = JSON.stringify(answers.map(({ body }) => body));
    for (const secret of ['xochilt', 'otra@', 'kuro', 'JBSW', 'Matriz', 'another'])
      expect(text).not.toContain(secret);
    expect(answers[1]!.body).toEqual(created);
    expect((answers[2]!.body as List<Credential>).data).toEqual([created]);
    expect(answers[3]!.body).toMatchObject({ usernameHint: 'o…@d…', hasTotp: true });
  });

  test('is kept as it was given, for the run that will use it', async () => {
    const { id } = await create();
    const uuid = decodeId('credential', id)!;
    const keys = await world.database.tenantKeys(caller);
    const [row] = await asSuperuser<Record<'username' | 'password' | 'totp_secret', Buffer>>(
      world.test,
      'select username, password, totp_secret from user_vendor_credentials where id = $1',
      [uuid],
    );
    const open = (column: 'username' | 'password' | 'totp_secret') =>
      keys.openText({ table: 'user_vendor_credentials', column, rowId: uuid }, row![column]);
    expect(open('password')).toBe(SECRETS.password);
    expect(open('username')).toBe(SECRETS.username);
    expect(open('totp_secret')).toContain(`secret=${TOTP.replaceAll(' ', '')}`);
  });

  test('is one for each profile and vendor; a change takes values away with null', async () => {
    const credential = await create();
    const again = { profileId: credential.profileId, vendorUrl: 'http://www.example.com.mx', username: 'b' };
    expect(await call('POST', '/v1/credentials', again)).toMatchObject({
      status: 409,
      body: { code: 'external_id_taken', errors: [{ path: 'vendorUrl' }] },
    });
    const path = `/v1/credentials/${credential.id}`;
    const changed = await call<Credential>('PATCH', path, { totpSecret: null, password: null });
    expect(changed).toMatchObject({ status: 200, body: { hasTotp: false, hasPassword: false } });
    expect((await call('DELETE', path)).status).toBe(204);
    expect((await call('DELETE', path)).status).toBe(404);
    expect((await call('POST', '/v1/credentials', again)).status).toBe(201);
  });

  test('ends with its profile', async () => {
    const credential = await create();
    expect((await call('DELETE', `/v1/profiles/${credential.profileId}`)).status).toBe(204);
    expect((await call('GET', `/v1/credentials/${credential.id}`)).status).toBe(404);
  });

  test.each([
    [{ totpSecret: '123456' }, 400],
    [{ totpSecret: 'otpauth://hotp/x?secret=JBSWY3DPEHPK3PXP&counter=0' }, 400],
    [{ vendorUrl: 'ftp://example.com' }, 400],
    [{ username: '' }, 400],
    [{ secret: 'x' }, 400],
    [{ profileId: 'prof_01kaf3tq4se9n8x2b6d0h4k7m1' }, 404],
  ])('of %j is refused with %i, and the answer repeats nothing', async (changes, status) => {
    const profileId = (await world.createProfile(caller)).id;
    const answer = await call('POST', '/v1/credentials', {
      profileId,
      vendorUrl: VENDOR,
      ...SECRETS,
      ...changes,
    });
    expect(answer.status).toBe(status);
    for (const secret of ['kuro', '123456', 'JBSW'])
      expect(JSON.stringify(answer.body)).not.toContain(secret);
  });

  test('is nobody else’s, and needs its own scope', async () => {
    const { id } = await create();
    const path = `/v1/credentials/${id}`;
    const strangers = [
      await world.newCaller(),
      await world.newCaller({ tenantId: caller.tenantId, mode: 'test' }),
    ];
    for (const stranger of strangers) {
      for (const [method, body] of [['GET'], ['PATCH', { username: 'x' }], ['DELETE']] as const)
        expect((await call(method, path, body, stranger)).status).toBe(404);
    }
    const reader = await world.newCaller({
      tenantId: caller.tenantId,
      scopes: ['credentials:read', 'profiles:write'],
    });
    expect((await call('GET', path, undefined, reader)).status).toBe(200);
    expect((await call('PATCH', path, { username: 'x' }, reader)).status).toBe(403);
    expect((await call('DELETE', path, undefined, reader)).status).toBe(403);
  });

  test('leaves a trace of each change, without a value', async () => {
    const credential = await create();
    await call('PATCH', `/v1/credentials/${credential.id}`, { password: 'secret-2' });
    await call('DELETE', `/v1/credentials/${credential.id}`);
    const entries = await asSuperuser<{ action: string; details: unknown }>(
      world.test,
      'select action, details from audit_log where subject_id = $1 order by id',
      [decodeId('credential', credential.id)],
    );
    expect(entries).toEqual([
      { action: 'credential.created', details: {} },
      { action: 'credential.changed', details: { fields: ['password'] } },
      { action: 'credential.deleted', details: {} },
    ]);
  });
});

describe('a task', () => {
  const task = (credential: Credential, changes: Record<string, unknown> = {}) =>
    call<Task>(
      'POST',
      '/v1/tasks',
      taskBody({
        profile: undefined,
        profileId: credential.profileId,
        credentialId: credential.id,
        ...changes,
      }),
    );

  test("may name its profile's login for its vendor, and goes on without one that is deleted", async () => {
    const credential = await create();
    const created = await task(credential);
    expect(created).toMatchObject({ status: 201, body: { credentialId: credential.id } });
    const path = `/v1/tasks/${created.body.id}`;
    expect((await call('GET', path)).body).toMatchObject({ credentialId: credential.id });
    expect((await call('DELETE', `/v1/credentials/${credential.id}`)).status).toBe(204);
    expect((await call('GET', path)).body).toMatchObject({ credentialId: null, status: 'PENDING' });
  });

  test("may name no other profile's, no other vendor's, and none that is not there", async () => {
    const credential = await create();
    const elsewhere = await create({ vendorUrl: 'https://otra.example.org' });
    const otherProfile = (await world.createProfile(caller)).id;
    const foreign = await create({}, await world.newCaller());
    expect(await task(credential, { profileId: otherProfile })).toMatchObject({
      status: 422,
      body: { code: 'profile_invalid', errors: [{ path: 'credentialId', code: 'other_profile' }] },
    });
    expect(await task(elsewhere)).toMatchObject({
      status: 422,
      body: { code: 'url_not_allowed', errors: [{ path: 'credentialId', code: 'other_vendor' }] },
    });
    for (const credentialId of [foreign.id, `cred_${newTaskLetters()}`]) {
      expect(await task(credential, { credentialId })).toMatchObject({
        status: 404,
        body: { errors: [{ path: 'credentialId' }] },
      });
    }
    const inline = await call('POST', '/v1/tasks', taskBody({ credentialId: credential.id }));
    expect(inline).toMatchObject({ status: 422, body: { code: 'profile_invalid' } });
  });
});

/** Letters of an id that no row has. */
function newTaskLetters(): string {
  return `01${newUuid()
    .replaceAll('-', '')
    .slice(0, 24)
    .replaceAll(/[^0-9a-h]/g, '0')}`;
}
