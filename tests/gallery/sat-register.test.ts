/** The imitation of SAT's register, asked by the client that asks the real one. */
import { createSatRegister, satQuestion, type SatQuestion } from '@cfdi-live/cfdi';
import { type Gallery, makeTicket, startGallery } from '@cfdi-live/portal-gallery';
import { createTestPki } from '@cfdi-live/portal-gallery/issuer';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drivers } from './drivers.ts';
import { createVisitor } from './visitor.ts';
import { escuela, factsOf } from './world.ts';

let gallery: Gallery;
let question: SatQuestion;
const ask = (asked: SatQuestion) => createSatRegister({ url: gallery.sat.url })(asked);

beforeAll(async () => {
  gallery = await startGallery({ port: 0, pki: await createTestPki() });
  const answer = await drivers.onepage.invoice(
    createVisitor(gallery, 'onepage'),
    makeTicket('onepage', 1),
    escuela,
  );
  if (answer.kind !== 'delivered') throw new Error('no invoice');
  const facts = factsOf(answer.files.xml);
  question = satQuestion({ ...facts, stamp: facts.stamp! });
});
afterAll(() => gallery.close());

test('knows what its portals issued, by all of its values', async () => {
  expect(await ask(question)).toMatchObject({
    kind: 'answered',
    status: { kind: 'valid', emisorIsListed: false },
  });
  const others = [{ total: '1.0' }, { receptorRfc: 'CACX7605101P8' }, { emisorRfc: 'H&E951128469' }];
  for (const other of others) {
    expect(await ask({ ...question, ...other })).toMatchObject({ status: { kind: 'not_found' } });
  }
  expect(gallery.sat.asked()).toHaveLength(4);
});

test('says of any UUID what it is told, over HTTP too', async () => {
  const stranger = { ...question, uuid: '3F2504E0-4F89-41D3-9A0C-0305E82C3301' };
  const tell = (body: unknown) =>
    fetch(new URL(`states/${stranger.uuid.toLowerCase()}`, gallery.sat.url), {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  expect((await tell({ state: 'perhaps' })).status).toBe(400);
  expect(await ask(stranger)).toMatchObject({ status: { kind: 'not_found' } });
  expect((await tell({ state: 'valid', emisorIsListed: true })).status).toBe(200);
  expect(await ask(stranger)).toMatchObject({ status: { kind: 'valid', emisorIsListed: true } });
  expect((await tell({ state: 'cancelled' })).status).toBe(200);
  expect(await ask(stranger)).toMatchObject({ status: { kind: 'cancelled' } });
});

test('is away when it is told to be', async () => {
  gallery.sat.setAvailability('down');
  expect(await ask(question)).toEqual({ kind: 'unavailable', reason: 'http_error' });
  gallery.sat.setAvailability('up');
});
