import { describe, expect, it } from 'vitest';
import type { TaskRow, VendorRow } from '@cfdi-live/domain';
import { expectationOf } from './proof.ts';

const NOW = new Date('2026-11-21T12:00:00Z');
const task = {
  profile: {
    rfc: 'CACX7605101P8',
    fullName: 'XOCHILT CASAS CHAVEZ',
    postalCode: '36257',
    fiscalRegime: '612',
    cfdiUse: 'G03',
  },
  // Still the day before in Mexico.
  ticket: { amount: 1160, date: '2026-11-21T03:00:00Z' },
} as unknown as TaskRow;
const vendor = (parts: Partial<VendorRow>) =>
  ({ confidence: 0.9, emisorRfcs: ['EKU9003173C9'], tip: null, ...parts }) as VendorRow;

describe('what a proof expects', () => {
  it('is the profile and the ticket, to the cent', () => {
    expect(expectationOf(task, null, NOW)).toEqual({
      receptor: {
        rfc: 'CACX7605101P8',
        name: 'XOCHILT CASAS CHAVEZ',
        postalCode: '36257',
        regime: '612',
        use: 'G03',
      },
      total: '1160.00',
      ticketDate: '2026-11-20',
      emisorRfcs: [],
      now: NOW,
    });
  });

  it('names the issuers of a vendor that is known, and its tips', () => {
    const known = expectationOf(task, vendor({ tip: { below: 0.15, above: 0 } }), NOW);
    expect(known).toMatchObject({
      emisorRfcs: ['EKU9003173C9'],
      tip: { below: '174.00', above: '0.00' },
    });
  });

  it('does not refuse by what is only believed of a vendor', () => {
    const believed = vendor({ confidence: 0.4, tip: { below: 1, above: 1 } });
    const expectation = expectationOf(task, believed, NOW);
    expect(expectation.emisorRfcs).toEqual([]);
    expect(expectation.tip).toBeUndefined();
  });
});
