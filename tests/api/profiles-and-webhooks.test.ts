import type { Problem, Profile, WebhookEndpoint } from '@cfdi-live/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorld, PROFILE, type Answer, type Caller, type List, type World } from './world.ts';

let world: World;
let caller: Caller;
beforeAll(async () => {
  world = await openWorld();
  caller = await world.newCaller();
});
afterAll(() => world.close());

async function createProfile(overrides: Record<string, unknown>): Promise<Answer<Profile & Problem>> {
  return world.call('POST', '/v1/profiles', { key: caller.key, body: { ...PROFILE, ...overrides } });
}

describe('profiles', () => {
  it('are stored in the spelling of the register, and told what is doubtful', async () => {
    const made = await createProfile({ rfc: 'fni-970829-jr9', fiscalRegime: '601', fullName: 'Ferre Nova' });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      rfc: 'FNI970829JR9',
      fullName: 'FERRE NOVA',
      warnings: [{ path: 'rfc', code: 'rfc_check_digit' }],
    });
    const read = await world.call<Profile>('GET', `/v1/profiles/${made.body.id}`, { key: caller.key });
    expect(read.body).toEqual(made.body);
    const list = await world.call<List<Profile>>('GET', '/v1/profiles?limit=1', { key: caller.key });
    expect(list.body.data).toEqual([made.body]);
  });

  it('are refused where SAT would refuse them', async () => {
    const generic = await createProfile({ rfc: 'XAXX010101000', fiscalRegime: '616', cfdiUse: 'S01' });
    expect(generic.status).toBe(422);
    expect(generic.body).toMatchObject({ code: 'profile_invalid', errors: [{ path: 'rfc' }] });
  });

  it('are unique by RFC and externalId', async () => {
    const first = await createProfile({ externalId: 'one' });
    const second = await createProfile({ externalId: 'one', rfc: 'cacx7605101p8' });
    expect(second.status).toBe(409);
    expect(second.body.code).toBe('external_id_taken');
    expect(second.body.detail).toContain(first.body.id);
    expect((await createProfile({ externalId: 'two' })).status).toBe(201);
  });
});

describe('webhook endpoints', () => {
  it('tell their secret once, and can be listed and deleted', async () => {
    const body = { url: 'https://hooks.example.com/in', eventTypes: ['task.completed'] };
    const made = await world.call<WebhookEndpoint>('POST', '/v1/webhook-endpoints', {
      key: caller.key,
      body,
    });
    expect(made.status).toBe(201);
    expect(Buffer.from(made.body.secret!.replace('whsec_', ''), 'base64')).toHaveLength(32);
    const path = `/v1/webhook-endpoints/${made.body.id}`;
    const read = await world.call<WebhookEndpoint>('GET', path, { key: caller.key });
    expect(read.body).toMatchObject(body);
    expect(read.body.secret).toBeUndefined();
    const list = await world.call<List<WebhookEndpoint>>('GET', '/v1/webhook-endpoints', {
      key: caller.key,
    });
    expect(list.body.data).toEqual([read.body]);

    expect((await world.call('DELETE', path, { key: caller.key })).status).toBe(204);
    expect((await world.call('DELETE', path, { key: caller.key })).status).toBe(404);
    expect((await world.call('GET', path, { key: caller.key })).status).toBe(404);
    expect((await world.call('GET', `${path}/deliveries`, { key: caller.key })).status).toBe(404);
  });

  it('have a delivery for each event they asked for', async () => {
    const own = await world.newCaller();
    const made = await world.call<WebhookEndpoint>('POST', '/v1/webhook-endpoints', {
      key: own.key,
      body: { url: 'https://hooks.example.com/in', eventTypes: ['task.cancelled'] },
    });
    const task = await world.createTask(own);
    await world.call('POST', `/v1/tasks/${task.id}/cancel`, { key: own.key });
    const path = `/v1/webhook-endpoints/${made.body.id}/deliveries`;
    const list = await world.call<List<unknown>>('GET', path, { key: own.key });
    expect(list.body.data).toMatchObject([
      { endpointId: made.body.id, status: 'pending', attempts: 0, lastStatus: null },
    ]);
  });

  it('may not be private', async () => {
    const answer = await world.call<Problem>('POST', '/v1/webhook-endpoints', {
      key: caller.key,
      body: { url: 'http://169.254.169.254/latest/meta-data' },
    });
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ code: 'url_not_allowed', errors: [{ path: 'url' }] });
  });
});
