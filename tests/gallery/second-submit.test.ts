import { type Gallery, makeTicket, startGallery } from '@cfdi-live/portal-gallery';
import { createTestPki } from '@cfdi-live/portal-gallery/issuer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drivers, submitCode, validateCode } from './drivers.ts';
import { createVisitor } from './visitor.ts';
import { escuela, factsOf, persona } from './world.ts';

const RESERVATION_MS = 60_000;
let gallery: Gallery;
let clock = new Date();

beforeAll(async () => {
  const pki = await createTestPki();
  gallery = await startGallery({ port: 0, pki, now: () => clock, reservationMs: RESERVATION_MS });
});
afterAll(() => gallery.close());

describe.each(['webforms', 'onepage'] as const)('%s, a careless portal', (portal) => {
  const { invoice, recover } = drivers[portal];

  test('issues a second CFDI for a second submit, and lists both when consulted', async () => {
    const ticket = makeTicket(portal, 1);
    await invoice(createVisitor(gallery, portal), ticket, escuela);
    const again = await invoice(createVisitor(gallery, portal), ticket, escuela);

    expect(again.kind).toBe('delivered');
    const issued = gallery.ledger.issued(portal, ticket.key).map(({ uuid }) => uuid);
    expect(new Set(issued).size).toBe(2);
    const listed = await recover(createVisitor(gallery, portal), ticket, escuela);
    expect(listed.map(({ xml }) => factsOf(xml).stamp!.uuid)).toEqual(issued);
  });

  test('shows nobody the invoices of another RFC', async () => {
    const ticket = makeTicket(portal, 2);
    await invoice(createVisitor(gallery, portal), ticket, escuela);
    expect(await recover(createVisitor(gallery, portal), ticket, persona)).toEqual([]);
  });
});

describe.each(['listboxes', 'jqwizard', 'account', 'jsp'] as const)('%s, a careful portal', (portal) => {
  const { invoice } = drivers[portal];

  test('answers a second request of the same RFC with the first invoice', async () => {
    const ticket = makeTicket(portal, 1);
    await invoice(createVisitor(gallery, portal), ticket, escuela);
    const again = await invoice(createVisitor(gallery, portal), ticket, escuela);

    expect(again).toMatchObject({ kind: 'refused', message: expect.stringMatching(/ya fue facturad[oa]/) });
    const [issued, ...more] = gallery.ledger.issued(portal, ticket.key);
    expect(more).toEqual([]);
    expect(again.kind === 'refused' && again.files.map(({ xml }) => factsOf(xml).stamp!.uuid)).toEqual([
      issued!.uuid,
    ]);
  });

  test('tells another RFC that it is invoiced, without the files', async () => {
    const ticket = makeTicket(portal, 2);
    await invoice(createVisitor(gallery, portal), ticket, escuela);
    const other = await invoice(createVisitor(gallery, portal), ticket, persona);

    expect(other).toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(/ya fue facturad[oa]/),
      files: [],
    });
    expect(gallery.ledger.issued(portal, ticket.key)).toHaveLength(1);
  });
});

test('jqwizard issues one CFDI for two submits at the same moment', async () => {
  const ticket = makeTicket('jqwizard', 3);
  const attempts = await Promise.all(
    [1, 2].map(() => drivers.jqwizard.invoice(createVisitor(gallery, 'jqwizard'), ticket, escuela)),
  );

  expect(attempts.map(({ kind }) => kind).sort()).toEqual(['delivered', 'refused']);
  expect(gallery.ledger.issued('jqwizard', ticket.key)).toHaveLength(1);
});

describe('listboxes reserves a validated code', () => {
  const visit = () => createVisitor(gallery, 'listboxes');

  test('for the session that validated it, until the time is over', async () => {
    const ticket = makeTicket('listboxes', 4);
    const [first, second] = [visit(), visit()];
    expect((await validateCode(first, ticket, escuela)).status).toBe(200);

    const refused = await validateCode(second, ticket, escuela);
    expect(refused.status).toBe(423);
    expect(refused.text).toContain('otra sesión');
    expect((await validateCode(first, ticket, escuela)).status).toBe(200);

    clock = new Date(clock.getTime() + RESERVATION_MS + 1);
    expect((await validateCode(second, ticket, escuela)).status).toBe(200);
  });

  test('and refuses to issue once the reservation has lapsed', async () => {
    const ticket = makeTicket('listboxes', 5);
    const visitor = visit();
    await validateCode(visitor, ticket, escuela);
    clock = new Date(clock.getTime() + RESERVATION_MS + 1);

    expect((await submitCode(visitor, escuela)).status).toBe(409);
    expect(gallery.ledger.submits('listboxes', ticket.key)).toMatchObject([
      { outcome: 'refused', reason: 'reservation_lapsed' },
    ]);
    expect(gallery.ledger.issued('listboxes', ticket.key)).toEqual([]);
  });
});
