import type { TicketData } from '@cfdi-live/contract';
import { describe, expect, it } from 'vitest';
import { ticketIdentity, vendorTicketIdentity } from './ticket-identity.ts';
import { field } from './vendors/entry.ts';

const ticket = (values: Partial<TicketData> = {}): TicketData => ({
  amount: 100,
  date: '2026-11-20',
  ...values,
});
const URL_ = 'https://factura.tienda.mx/';

describe('a ticket of an unknown vendor', () => {
  it('is the same however its values are spelt, and at any host of the domain', () => {
    const one = ticketIdentity(URL_, ticket({ folio: 'AB-00123', extra: { Cajá: '03' } }));
    expect(
      ticketIdentity('https://www.tienda.mx/x?y', ticket({ folio: ' ab 123', extra: { caja: '3' } })),
    ).toBe(
      // Zeros inside a value count; those it begins with do not.
      one.replace('AB00123', 'AB123'),
    );
    expect(ticketIdentity(URL_, ticket({ folio: 'ab00123', extra: { CAJA: '3' } }))).toBe(one);
  });

  it('is another by any identity value, and by amount and date where it has none', () => {
    const texts = [
      ticket({ folio: '1' }),
      ticket({ folio: '2' }),
      ticket({ webId: '1' }),
      ticket({ folio: '1', branch: '7' }),
      ticket(),
      ticket({ amount: 100.5 }),
      ticket({ date: '2026-11-21' }),
    ].map((values) => ticketIdentity(URL_, values));
    expect(new Set(texts).size).toBe(texts.length);
    expect(ticketIdentity(URL_, ticket({ folio: '1', amount: 9 }))).toBe(texts[0]);
  });
});

const PLATFORM = { id: 'big', name: 'Big' };
const vendor = {
  slug: 'shop',
  platform: PLATFORM,
  identityScope: 'vendor' as const,
  ticketFields: [
    field('folio', 'Folio', { identity: true }),
    field('date', 'Fecha', { identity: true }),
    field('extra.caja', 'Caja', { identity: true, aliases: ['Register'] }),
    field('branch', 'Tienda'),
  ],
};

describe('a ticket of a known vendor', () => {
  const given = ticket({ folio: 'AB-1', date: '2026-11-20T10:00:00-06:00', extra: { Register: '03' } });

  it('is told by the identity fields alone', () => {
    const identity = vendorTicketIdentity(vendor, given);
    expect(identity).toEqual({
      text: '@shop|date=2026-11-20|extra.caja=3|folio=AB1',
      rule: '@shop|date|extra.caja|folio',
    });
    const other = ticket({ folio: 'ab1', date: '2026-11-20', extra: { caja: '3', note: 'x' }, branch: '9' });
    expect(vendorTicketIdentity(vendor, other)).toEqual(identity);
    const nextDay = vendorTicketIdentity(vendor, { ...other, date: '2026-11-21' });
    expect(nextDay?.text).not.toBe(identity?.text);
  });

  it('is one over the platform where its entry says so', () => {
    const wide = { ...vendor, identityScope: 'platform' as const };
    const there = { ...wide, slug: 'another-shop' };
    expect(vendorTicketIdentity(wide, given)).toEqual(vendorTicketIdentity(there, given));
    expect(vendorTicketIdentity(vendor, given)).not.toEqual(
      vendorTicketIdentity({ ...vendor, slug: 'another-shop' }, given),
    );
  });

  it('falls back to the general rule without all of them', () => {
    expect(vendorTicketIdentity(vendor, ticket({ folio: 'AB-1' }))).toBeNull();
    expect(vendorTicketIdentity({ ...vendor, ticketFields: [field('folio', 'Folio')] }, given)).toBeNull();
    expect(vendorTicketIdentity({ ...vendor, ticketFields: null }, given)).toBeNull();
  });
});
