import { type Gallery, makeTicket, portalIds, startGallery } from '@cfdi-live/portal-gallery';
import { type TestPki, createTestPki } from '@cfdi-live/portal-gallery/issuer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drivers } from './drivers.ts';
import { createVisitor } from './visitor.ts';
import { escuela, factsOf, persona, prove, trustOf } from './world.ts';

let pki: TestPki;
let gallery: Gallery;

beforeAll(async () => {
  pki = await createTestPki();
  gallery = await startGallery({ port: 0, pki });
});
afterAll(() => gallery.close());

describe.each(portalIds)('%s', (portal) => {
  const driver = drivers[portal];
  const visit = () => createVisitor(gallery, portal);
  const emisorRfc = () => gallery.portals.find(({ id }) => id === portal)!.emisorRfc;

  test.each([
    ['a company', escuela, 11],
    ['a person', persona, 12],
  ])('issues to %s exactly what was typed, once', async (_, receptor, n) => {
    const ticket = makeTicket(portal, n);
    const attempt = await driver.invoice(visit(), ticket, receptor);

    if (attempt.kind !== 'delivered') throw new Error(attempt.message);
    const expected = { ticket, receptor, emisorRfc: emisorRfc(), trust: trustOf(pki) };
    expect(prove(attempt.files.xml, expected)).toMatchObject({ verdict: 'authenticated', findings: [] });
    expect(attempt.files.pdf.subarray(0, 5).toString()).toBe('%PDF-');

    const { stamp } = factsOf(attempt.files.xml);
    const [submit, ...furtherSubmits] = gallery.ledger.submits(portal, ticket.key);
    expect(submit).toMatchObject({ rfc: receptor.rfc, outcome: 'issued' });
    expect(furtherSubmits).toEqual([]);
    const row = { submitId: submit!.id, uuid: stamp!.uuid, rfc: receptor.rfc, total: ticket.expectedTotal };
    expect(gallery.ledger.issued(portal, ticket.key)).toMatchObject([row]);
  });

  test.each([
    ['already_invoiced', /ya (fue|se encuentra) facturad[oa]/],
    ['not_found', /no encontr|No se encontró/i],
    ['expired', /excede los \d+ días|fuera de plazo|mes en curso|máximo 72 HORAS|ha concluido/],
    ['portal_down', /temporalmente inactivo/i],
  ] as const)('refuses a ticket that is %s, and issues nothing', async (outcome, words) => {
    const ticket = makeTicket(portal, 21, { outcome });
    const attempt = await driver.invoice(visit(), ticket, escuela);

    expect(attempt).toMatchObject({ kind: 'refused', message: expect.stringMatching(words), files: [] });
    if (outcome === 'portal_down') expect(attempt).toHaveProperty('status', 503);
    expect(gallery.ledger.issued(portal, ticket.key)).toEqual([]);
  });

  test('does not find a ticket with one value mistyped', async () => {
    const ticket = makeTicket(portal, 31);
    const { extra, amount } = ticket.ticketData;
    // Portals that do not ask for the total have a second value of their own.
    const second = ['tr', 'asiento'].find((name) => extra?.[name] !== undefined);
    const mistyped = (value: string) => value.replace(/.$/, (d) => `${(Number(d) + 1) % 10}`);
    const ticketData =
      second === undefined
        ? { ...ticket.ticketData, amount: Math.round(amount * 100 + 1) / 100 }
        : { ...ticket.ticketData, extra: { ...extra, [second]: mistyped(extra![second]!) } };
    const attempt = await driver.invoice(visit(), { ...ticket, ticketData }, escuela);

    expect(attempt).toMatchObject({ kind: 'refused', message: expect.stringMatching(/encontr/i) });
    expect(gallery.ledger.issued(portal, ticket.key)).toEqual([]);
  });

  test.each([
    ['wrong_receptor', 'receptor_rfc_mismatch'],
    ['wrong_total', 'total_mismatch'],
    ['html_as_xml', 'xml_malformed'],
  ] as const)('issues, but delivers a document that proves %s', async (outcome, finding) => {
    const ticket = makeTicket(portal, 41, { outcome });
    const attempt = await driver.invoice(visit(), ticket, escuela);

    if (attempt.kind !== 'delivered') throw new Error(attempt.message);
    const proof = prove(attempt.files.xml, {
      ticket,
      receptor: escuela,
      emisorRfc: emisorRfc(),
      trust: trustOf(pki),
    });
    expect(proof.verdict).toBe('rejected');
    expect(proof.findings.map(({ code }) => code)).toContain(finding);
    expect(gallery.ledger.issued(portal, ticket.key)).toHaveLength(1);
  });

  test.each([
    ['connection_dies', /aborted/],
    ['connection_resets', /socket hang up|ECONNRESET/],
  ] as const)('issues despite %s, and hands the document out when asked again', async (outcome, end) => {
    const ticket = makeTicket(portal, 51, { outcome });
    await expect(driver.invoice(visit(), ticket, escuela)).rejects.toThrow(end);

    const [issued] = gallery.ledger.issued(portal, ticket.key);
    const [files] = await driver.recover(visit(), ticket, escuela);
    expect(factsOf(files!.xml).stamp!.uuid).toBe(issued!.uuid);
  });
});
