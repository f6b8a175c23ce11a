import { describe, expect, it } from 'vitest';
import type { CfdiFacts, StampFacts } from './facts.ts';
import { verificationUrl } from './verification-url.ts';

function urlOf(total: string): string {
  const facts = {
    emisor: { rfc: 'H&E951128469' },
    receptor: { rfc: 'ZUÑ920208KL4' },
    total,
    seal: 'xxxxxxxx/OAgdg==',
    stamp: { uuid: 'CEE4BE01-ADFA-4DEB-8421-ADD60F0BEDAC' },
  } as CfdiFacts & { stamp: StampFacts };
  return verificationUrl(facts);
}

describe('verificationUrl', () => {
  it('is the address of the QR code', () => {
    expect(urlOf('1160.00')).toBe(
      'https://verificacfdi.facturaelectronica.sat.gob.mx/default.aspx' +
        '?id=CEE4BE01-ADFA-4DEB-8421-ADD60F0BEDAC&re=H%26E951128469&rr=ZU%C3%91920208KL4&tt=1160.0&fe=/OAgdg==',
    );
  });

  it.each([
    ['0', '0.0'],
    ['0.99', '0.99'],
    ['1234.567800', '1234.5678'],
    ['007.10', '7.1'],
  ])('writes a total of %s as %s', (total, written) => {
    expect(urlOf(total)).toContain(`&tt=${written}&`);
  });
});
