/** What a tenant may decide for itself. Who may is tried with its members. */
import type { Problem, SignedUpTenant, Tenant } from '@cfdi-live/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openWorld, type Answer, type List, type World } from './world.ts';

let world: World;
let key: string;
let signedUp: SignedUpTenant;
beforeAll(async () => {
  world = await openWorld();
  key = (await world.people.signIn()).token;
  signedUp = (await world.call<SignedUpTenant>('POST', '/v1/tenants', { key, body: { name: 'Archivo' } }))
    .body;
});
afterAll(() => world.close());

const change = (body: Record<string, unknown>): Promise<Answer<Tenant & Problem>> =>
  world.call('PATCH', `/v1/tenants/${signedUp.id}`, { key, body });
const read = async (): Promise<Tenant> =>
  (await world.call<Tenant>('GET', `/v1/tenants/${signedUp.id}`, { key })).body;

it('a tenant says how long its invoices are kept', async () => {
  expect(signedUp.documentRetentionMonths).toBe(60);
  for (const refused of [0, 361, 1.5])
    expect((await change({ documentRetentionMonths: refused })).status).toBe(400);
  const changed = await change({ documentRetentionMonths: 120 });
  expect(changed.body).toMatchObject({ name: 'Archivo', documentRetentionMonths: 120 });
  const listed = await world.call<List<Tenant>>('GET', '/v1/tenants', { key });
  expect(listed.body.data).toMatchObject([{ id: signedUp.id, documentRetentionMonths: 120 }]);
});

it('a tenant says what becomes of an invoice that nobody vouches for', async () => {
  expect(signedUp.unauthenticatedCfdis).toBe('ask_sat');
  expect((await change({ unauthenticatedCfdis: 'trust_everybody' })).status).toBe(400);
  const { documentRetentionMonths } = await read();
  for (const chosen of ['accept', 'reject', 'ask_sat']) {
    expect((await change({ unauthenticatedCfdis: chosen })).body).toMatchObject({
      unauthenticatedCfdis: chosen,
    });
    expect((await read()).unauthenticatedCfdis).toBe(chosen);
  }
  expect((await read()).documentRetentionMonths).toBe(documentRetentionMonths);
});

it('a tenant says whose mailbox portals are told', async () => {
  expect(signedUp.mailbox).toBe('task');
  expect((await change({ mailbox: 'nobody@example.com' })).status).toBe(400);
  expect((await change({ mailbox: 'profile' })).body).toMatchObject({ mailbox: 'profile' });
  expect((await read()).mailbox).toBe('profile');
  const listed = await world.call<List<Tenant>>('GET', '/v1/tenants', { key });
  expect(listed.body.data).toMatchObject([{ mailbox: 'profile' }]);
});
