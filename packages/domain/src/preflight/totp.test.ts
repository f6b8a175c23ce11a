import { URI } from 'otpauth';
import { describe, expect, test } from 'vitest';
import { parseTotpSecret } from './totp.ts';

const SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';

describe('a TOTP secret', () => {
  test.each([
    ['base 32', SECRET],
    ['lower case in groups', 'jbsw y3dp ehpk 3pxp jbsw-y3dp-ehpk-3pxp'],
    ['the URI of a QR code', `otpauth://totp/Portal:xochilt@example.com?secret=${SECRET}&issuer=Portal`],
  ])('given as %s is kept in one form, without a name', (_how, text) => {
    const uri = parseTotpSecret(text);
    expect(uri).toMatch(/^otpauth:\/\/totp\//);
    expect(uri).not.toMatch(/xochilt|Portal/);
    // RFC 6238's own clock: any code of the given secret is a code of the kept one.
    expect(URI.parse(uri!).generate({ timestamp: 59_000 })).toBe(
      URI.parse(`otpauth://totp/x?secret=${SECRET}`).generate({ timestamp: 59_000 }),
    );
  });

  test('keeps the digits, period and algorithm that its URI names', () => {
    const uri = parseTotpSecret(`otpauth://totp/x?secret=${SECRET}&digits=8&period=60&algorithm=SHA256`);
    expect(URI.parse(uri!)).toMatchObject({ digits: 8, period: 60, algorithm: 'SHA256' });
  });

  test.each([
    ['', 'nothing'],
    ['JBSWY3DP', 'too short'],
    ['JBSWY3DPEHPK3PX1', 'a letter that base 32 has not'],
    [`otpauth://hotp/x?secret=${SECRET}&counter=1`, 'counter-based'],
    ['otpauth://totp/x', 'a URI without a secret'],
    ['https://example.com', 'an address'],
    ['123456', 'a code instead of the secret'],
  ])('%j is refused: %s', (text) => {
    expect(parseTotpSecret(text)).toBeNull();
  });
});
