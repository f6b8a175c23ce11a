import type { VendorWindow } from '@cfdi-live/contract';
import { describe, expect, it } from 'vitest';
import { entry, field } from '../vendors/entry.ts';
import { checkVendorTicket } from './vendor-ticket.ts';

const WINDOW: VendorWindow = {
  opens: { after: 1, unit: 'days' },
  closes: { kind: 'days_after', days: 3 },
};

function check(date: string, now: string, parts: { confidence: number; folio?: string }) {
  const vendor = entry({
    id: '01a2008d-7401-7636-bb9f-02a266af60fc',
    slug: 'shop',
    name: 'Shop',
    ticketFields: [field('folio', 'Folio', { required: true, letters: 'digits', length: 9 })],
    window: WINDOW,
    sources: [{ title: 'a test', url: null, date: null }],
    confidence: parts.confidence,
  });
  return checkVendorTicket({ amount: 1, date, folio: parts.folio ?? '123456789' }, vendor, new Date(now));
}

const SURE = { confidence: 0.5 };
const UNSURE = { confidence: 0.49 };

describe('a vendor that is known well enough', () => {
  it('gives a ticket its deadline', () => {
    expect(check('2026-11-20', '2026-11-22T00:00:00Z', SURE)).toEqual({
      errors: [],
      warnings: [],
      notBefore: null,
      deadline: new Date('2026-11-24T06:00:00Z'),
      expiredAt: null,
    });
  });

  it('lets a ticket wait until the portal knows it', () => {
    const { notBefore, warnings } = check('2026-11-20', '2026-11-21T00:00:00Z', SURE);
    expect(notBefore).toEqual(new Date('2026-11-21T06:00:00Z'));
    expect(warnings).toEqual([]);
  });

  it('refuses a ticket whose time is over, once it is over in every zone of Mexico', () => {
    const late = check('2026-11-20', '2026-11-24T08:00:00Z', SURE);
    expect(late.errors).toMatchObject([{ path: 'ticketData.date', code: 'ticket_expired' }]);
    expect(late.errors[0]?.messageEs).toContain('2026-11-24T06:00:00.000Z');
    expect(late.expiredAt).toEqual(new Date('2026-11-24T06:00:00Z'));
    const doubtful = check('2026-11-20', '2026-11-24T07:59:00Z', SURE);
    expect(doubtful).toMatchObject({ errors: [], deadline: new Date('2026-11-24T08:00:00Z') });
  });

  it('refuses a ticket that its portal would not take', () => {
    const { errors } = check('2026-11-20', '2026-11-22T00:00:00Z', { ...SURE, folio: '12' });
    expect(errors).toMatchObject([{ path: 'ticketData.folio', code: 'wrong_length' }]);
  });
});

describe('a vendor of which little is sure', () => {
  it('only warns, and neither delays a task nor ends it', () => {
    const nothing = { errors: [], notBefore: null, deadline: null, expiredAt: null };
    const late = check('2026-11-20', '2026-11-25T00:00:00Z', { ...UNSURE, folio: 'x' });
    expect(late).toMatchObject(nothing);
    expect(late.warnings.map(({ code }) => code)).toEqual(['wrong_length', 'ticket_expired']);
    const early = check('2026-11-20', '2026-11-21T00:00:00Z', UNSURE);
    expect(early).toMatchObject(nothing);
    expect(early.warnings.map(({ code }) => code)).toEqual(['not_yet_available']);
    expect(check('2026-11-20', '2026-11-22T00:00:00Z', UNSURE)).toEqual({ ...nothing, warnings: [] });
  });
});
