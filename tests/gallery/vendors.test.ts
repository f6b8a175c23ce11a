/** What the gallery tells the vendor directory about its portals is what the portals do. */
import { encodeId, vendorSchema } from '@cfdi-live/contract';
import { checkTicketFields, ticketWindow, vendorTicketIdentity, type VendorRow } from '@cfdi-live/domain';
import { makeTicket, outcomesOf, portalIds, startGallery, type Gallery } from '@cfdi-live/portal-gallery';
import { createTestPki } from '@cfdi-live/portal-gallery/issuer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { definitions } from '../../packages/portal-gallery/src/definitions.ts';

let gallery: Gallery;
beforeAll(async () => {
  gallery = await startGallery({ port: 0, pki: await createTestPki() });
});
afterAll(() => gallery.close());

function vendorOf(id: string): VendorRow {
  const portal = gallery.portals.find((each) => each.id === id);
  if (portal === undefined) throw new Error(`no portal ${id}`);
  return portal.vendor;
}

it('the gallery answers its entries, for a directory elsewhere to take', async () => {
  const answer = await fetch(`${gallery.url}/__vendors`);
  expect(await answer.json()).toEqual(gallery.portals.map(({ vendor }) => vendor));
});

describe.each(portalIds)('the entry of %s', (id) => {
  it('is one of the sandbox, at the address where the portal runs', () => {
    const vendor = vendorOf(id);
    expect(
      vendorSchema.strict().safeParse({ ...vendor, id: encodeId('vendor', vendor.id) }).error,
    ).toBeUndefined();
    const { url } = gallery.portals.find((portal) => portal.id === id) ?? { url: '' };
    expect(vendor).toMatchObject({ sandbox: true, portalUrl: url });
    expect(vendor.hosts[0]).toBe(new URL(url).host);
  });

  it('takes every ticket that the portal prints, and tells them apart', () => {
    const vendor = vendorOf(id);
    const tickets = outcomesOf(id).flatMap((outcome) =>
      [1, 2, 77, 999_999].flatMap((n) =>
        ['2026-11-20', '2026-11-21'].map((soldOn) => makeTicket(id, n, { outcome, soldOn })),
      ),
    );
    for (const { ticketData } of tickets)
      expect(checkTicketFields(ticketData, vendor.ticketFields ?? [])).toEqual([]);
    const identities = tickets.map(({ ticketData }) => vendorTicketIdentity(vendor, ticketData)?.text);
    expect(new Set(identities).size).toBe(new Set(tickets.map(({ key }) => key)).size);
    expect(identities).not.toContain(undefined);
  });

  it('knows the last moment of the last day', () => {
    const days = Array.from({ length: 400 }, (_, n) =>
      new Date(Date.UTC(2026, 10, 1 + n)).toISOString().slice(0, 10),
    );
    const { lastDay } = definitions.find((portal) => portal.id === id)!;
    const wrong = days.filter((soldOn) => {
      const end = ticketWindow(vendorOf(id).window, soldOn).closesAt?.getTime() ?? Number.NaN;
      // Mexico City has kept UTC−6 all year since 2022.
      return new Date(end - 1 - 6 * 3_600_000).toISOString().slice(0, 10) !== lastDay(soldOn);
    });
    expect(wrong).toEqual([]);
  });
});
