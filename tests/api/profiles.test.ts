/** The life of a profile: filters, changes, its end, and what a person's right to erasure takes away. */
import type { Profile, ProfileValidation, Task } from '@cfdi-live/contract';
import { decodeId, newUuid } from '@cfdi-live/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asSuperuser } from '../db/support.ts';
import { openWorld, PROFILE, taskBody, type Caller, type List, type World } from './world.ts';

let world: World;
let caller: Caller;

beforeAll(async () => {
  world = await openWorld();
  caller = await world.newCaller();
});
afterAll(() => world.close());

const EKU = {
  rfc: 'EKU9003173C9',
  fullName: 'ESCUELA KEMPER URGATE',
  fiscalRegime: '601',
  postalCode: '42501',
  cfdiUse: 'G03',
  email: 'eku@example.com',
};

async function create(body: Record<string, unknown>, by = caller): Promise<Profile> {
  const answer = await world.call<Profile>('POST', '/v1/profiles', { key: by.key, body });
  expect(answer.status).toBe(201);
  return answer.body;
}
const call = <Body>(method: string, path: string, body?: unknown, by = caller) =>
  world.call<Body>(method, path, { key: by.key, ...(body === undefined ? {} : { body }) });
const uuid = (profile: Profile) => decodeId('profile', profile.id)!;

/** Ends a task, as its run would have. */
async function end(task: Task): Promise<void> {
  expect((await call('POST', `/v1/tasks/${task.id}/cancel`)).status).toBe(202);
}

describe('a list of profiles', () => {
  test('is narrowed by RFC, in any spelling, and by externalId', async () => {
    const own = await world.newCaller();
    const one = await create({ ...EKU, externalId: 'a' }, own);
    const two = await create({ ...EKU, externalId: 'b' }, own);
    await create(PROFILE, own);
    const ids = async (query: string) => {
      const { status, body } = await call<List<Profile>>('GET', `/v1/profiles?${query}`, undefined, own);
      expect(status).toBe(200);
      return body.data.map(({ id }) => id);
    };
    expect(await ids('rfc=eku-900317-3c9')).toEqual([two.id, one.id]);
    expect(await ids('rfc=EKU9003173C9&externalId=a')).toEqual([one.id]);
    expect(await ids('rfc=AAA010101AAA')).toEqual([]);
    expect(await ids('rfc=EKU9003173C9&limit=1')).toEqual([two.id]);
  });
});

describe('a change', () => {
  test('takes what is given, checks the whole, and is found by its new RFC', async () => {
    const own = await world.newCaller();
    const profile = await create(
      { ...PROFILE, externalId: 'x', companyDetails: { calle: 'Hidalgo 12' } },
      own,
    );
    const changed = await call<Profile>(
      'PATCH',
      `/v1/profiles/${profile.id}`,
      { ...EKU, rfc: 'eku-900317-3c9', externalId: null },
      own,
    );
    expect(changed.status).toBe(200);
    expect(changed.body).toMatchObject({
      ...EKU,
      id: profile.id,
      externalId: null,
      companyDetails: { calle: 'Hidalgo 12' },
    });
    expect(Date.parse(changed.body.updatedAt)).toBeGreaterThan(Date.parse(profile.updatedAt));
    const found = await call<List<Profile>>('GET', `/v1/profiles?rfc=${EKU.rfc}`, undefined, own);
    expect(found.body.data).toEqual([changed.body]);
    const gone = await call<List<Profile>>('GET', `/v1/profiles?rfc=${PROFILE.rfc}`, undefined, own);
    expect(gone.body.data).toEqual([]);
    const without = await call<Profile>('PATCH', `/v1/profiles/${profile.id}`, { companyDetails: null }, own);
    expect(without.body).toMatchObject({ companyDetails: null, rfc: EKU.rfc });
  });

  test('that SAT would refuse changes nothing', async () => {
    const profile = await create({ ...PROFILE, externalId: newUuid() });
    // A person's regime stays behind with a company's RFC.
    const refused = await call('PATCH', `/v1/profiles/${profile.id}`, { rfc: EKU.rfc });
    expect(refused).toMatchObject({ status: 422, body: { code: 'profile_invalid' } });
    expect((await call('GET', `/v1/profiles/${profile.id}`)).body).toEqual(profile);
  });

  test('into another profile is refused, with eight at once too', async () => {
    const own = await world.newCaller();
    const others = await Promise.all(
      Array.from({ length: 8 }, (_, n) => create({ ...PROFILE, externalId: `p${n}` }, own)),
    );
    const answers = await Promise.all(
      others.map(({ id }) => call<Profile>('PATCH', `/v1/profiles/${id}`, { externalId: 'one' }, own)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(7);
    const refused = answers.find(({ status }) => status === 409);
    expect(refused?.body).toMatchObject({ code: 'external_id_taken', errors: [{ path: 'externalId' }] });
  });

  test.each([{}, { unknown: 1 }, { rfc: null }, { postalCode: '1' }])('of %j is 400', async (body) => {
    const profile = await create({ ...PROFILE, externalId: newUuid() });
    expect((await call('PATCH', `/v1/profiles/${profile.id}`, body)).status).toBe(400);
  });

  test('two at once lose nothing of each other', async () => {
    const profile = await create({ ...PROFILE, externalId: newUuid() });
    const path = `/v1/profiles/${profile.id}`;
    await Promise.all([
      call('PATCH', path, { postalCode: '06000' }),
      call('PATCH', path, { email: 'new@example.com' }),
    ]);
    expect((await call('GET', path)).body).toMatchObject({ postalCode: '06000', email: 'new@example.com' });
  });
});

describe('a check of a profile', () => {
  const check = async (body: unknown) => {
    const { status, body: answer } = await call<ProfileValidation>('POST', '/v1/profiles/validate', body);
    expect(status).toBe(200);
    return answer;
  };

  test('says how it would be stored, and stores nothing', async () => {
    const own = await world.newCaller();
    const { status, body } = await call<ProfileValidation>(
      'POST',
      '/v1/profiles/validate',
      { ...PROFILE, rfc: ' cacx-760510-1p8 ', fullName: 'Xochilt  Casas Chavez' },
      own,
    );
    expect(status).toBe(200);
    expect(body).toEqual({ valid: true, errors: [], warnings: [], normalized: PROFILE });
    const { body: list } = await call<List<Profile>>('GET', '/v1/profiles', undefined, own);
    expect(list.data).toEqual([]);
  });

  test('tells of everything at once, form and rules', async () => {
    const answer = await check({ ...PROFILE, rfc: EKU.rfc, postalCode: '123', email: 'no mail' });
    expect(answer).toMatchObject({ valid: false, normalized: null });
    const paths = new Set(answer.errors.map(({ path }) => path));
    expect(paths).toEqual(new Set(['email', 'fiscalRegime', 'postalCode']));
  });

  test('warns of a check digit that does not match, and needs no mail', async () => {
    const { email: _left, ...rest } = PROFILE;
    const answer = await check({ ...rest, rfc: 'CACX7605101P9' });
    expect(answer).toMatchObject({
      valid: true,
      warnings: [{ path: 'rfc', code: 'rfc_check_digit' }],
      normalized: { email: null },
    });
  });

  test.each([{ rfc: '' }, { rfc: '\u0000' }, { fullName: 'a|b' }, { fiscalRegime: '' }, { cfdiUse: 'X' }])(
    'answers that %j is not valid',
    async (change) => {
      const { status, body } = await call<ProfileValidation>('POST', '/v1/profiles/validate', {
        ...PROFILE,
        ...change,
      });
      // Strict JSON refuses NUL for every route alike.
      if (status !== 400) expect(body).toMatchObject({ valid: false, normalized: null });
    },
  );
});

describe('the end of a profile', () => {
  test('waits for its tasks, and leaves to those that have ended what they were made with', async () => {
    const profile = await create({ ...PROFILE, externalId: newUuid() });
    const task = await world.createTask(caller, { profile: undefined, profileId: profile.id });
    const refused = await call('DELETE', `/v1/profiles/${profile.id}`);
    expect(refused).toMatchObject({ status: 409, body: { code: 'task_state_conflict', taskId: task.id } });
    await end(task);
    expect((await call('DELETE', `/v1/profiles/${profile.id}`)).status).toBe(204);
    expect((await call('GET', `/v1/profiles/${profile.id}`)).status).toBe(404);
    expect((await call('DELETE', `/v1/profiles/${profile.id}`)).status).toBe(404);
    expect((await call('GET', `/v1/tasks/${task.id}`)).body).toMatchObject({ profileId: null });
    const row = await world.database.withTenant(caller, (tx) => tx.tasks.get(decodeId('task', task.id)!));
    expect(row).toMatchObject({ erasedAt: null, profile: { rfc: PROFILE.rfc } });
  });

  test('and a task made of it at the same moment: one of the two comes first', async () => {
    const profiles = await Promise.all(
      Array.from({ length: 6 }, () => create({ ...PROFILE, externalId: newUuid() })),
    );
    const answers = await Promise.all(
      profiles.flatMap(({ id }) => [
        call('POST', '/v1/tasks', taskBody({ profile: undefined, profileId: id })),
        call('DELETE', `/v1/profiles/${id}`),
      ]),
    );
    for (let at = 0; at < answers.length; at += 2) {
      expect([
        [201, 409],
        [404, 204],
      ]).toContainEqual([answers[at]!.status, answers[at + 1]!.status]);
    }
  });

  test('of another tenant or mode is nobody else’s to bring about', async () => {
    const profile = await create({ ...PROFILE, externalId: newUuid() });
    const strangers = [
      await world.newCaller(),
      await world.newCaller({ tenantId: caller.tenantId, mode: 'test' }),
    ];
    for (const stranger of strangers) {
      expect(
        (await call('DELETE', `/v1/profiles/${profile.id}?erase=true`, undefined, stranger)).status,
      ).toBe(404);
      expect((await call('PATCH', `/v1/profiles/${profile.id}`, { email: 'a@b.mx' }, stranger)).status).toBe(
        404,
      );
    }
    expect((await call('GET', `/v1/profiles/${profile.id}`)).status).toBe(200);
  });
});

describe('erasure', () => {
  test('takes the person out of every task, with a stored profile or one in the request, and keeps the invoice', async () => {
    const own = await world.newCaller();
    const profile = await create({ ...PROFILE, externalId: 'erased' }, own);
    const other = await create(EKU, own);
    const stored = await world.createTask(own, {
      profile: undefined,
      profileId: profile.id,
      metadata: { customer: 'Xochilt' },
    });
    const inline = await world.createTask(own, { profile: PROFILE });
    const untouched = await world.createTask(own, { profile: undefined, profileId: other.id });
    const taskId = decodeId('task', stored.id)!;
    const bytes = new TextEncoder().encode('bytes');
    const xmlId = await world.putArtifact(own, taskId, { name: 'a.xml', bytes });
    const pictureId = await world.putArtifact(own, taskId, { name: 'picture', bytes });
    await asSuperuser(world.test, `update artifacts set kind = 'screenshot' where id = $1`, [pictureId]);

    const early = await call('DELETE', `/v1/profiles/${profile.id}?erase=true`, undefined, own);
    expect(early).toMatchObject({ status: 409 });
    for (const task of [stored, inline, untouched])
      await call('POST', `/v1/tasks/${task.id}/cancel`, undefined, own);
    const erased = await call('DELETE', `/v1/profiles/${profile.id}?erase=true`, undefined, own);
    expect(erased.status).toBe(204);

    const row = (task: Task) =>
      world.database.withTenant(own, (tx) => tx.tasks.get(decodeId('task', task.id)!));
    for (const task of [stored, inline]) {
      expect(await row(task)).toMatchObject({
        profile: { rfc: '', fullName: '', email: '' },
        metadata: {},
        erasedAt: expect.any(Date) as Date,
      });
    }
    expect(await row(untouched)).toMatchObject({ erasedAt: null, profile: { rfc: EKU.rfc } });
    const left = await asSuperuser<{ id: string }>(
      world.test,
      'select id from artifacts where task_id = $1',
      [taskId],
    );
    expect(left).toEqual([{ id: xmlId }]);
    const outbox = await asSuperuser<{ storage_path: string }>(
      world.test,
      'select storage_path from storage_deletions where tenant_id = $1',
      [own.tenantId],
    );
    expect(outbox).toEqual([{ storage_path: `${own.tenantId}/${pictureId}` }]);
    // Its answer is still well formed, and says nothing of the person.
    const shown = await call<Task>('GET', `/v1/tasks/${stored.id}`, undefined, own);
    expect(shown.body).toMatchObject({ status: 'CANCELLED', profileId: null, metadata: {} });
    // The ticket still guards against a second invoice: the audit tells that it happened, and to which profile.
    const audit = await asSuperuser<{ action: string; details: unknown }>(
      world.test,
      `select action, details from audit_log where tenant_id = $1 and subject_id = $2`,
      [own.tenantId, uuid(profile)],
    );
    expect(audit).toEqual([{ action: 'profile.erased', details: { tasksErased: 2 } }]);
  });
});
