/** The secret of time-based one-time codes (RFC 6238), as portals and their QR codes give it. */
import { Secret, TOTP, URI } from 'otpauth';

/** 80 bits: what portals give out as 16 letters. Anything shorter is a typing error. */
const LEAST_BYTES = 10;

/**
 * Brings a base 32 secret (in any grouping) or an otpauth:// URI to one form: an otpauth URI without label and issuer,
 * which may name the person. Null for anything else, a counter-based secret too.
 */
export function parseTotpSecret(text: string): string | null {
  try {
    const given = text.trim();
    const totp = /^otpauth:/i.test(given)
      ? URI.parse(given)
      : new TOTP({ secret: Secret.fromBase32(given.replaceAll(/[\s-]/g, '').toUpperCase()) });
    if (!(totp instanceof TOTP) || totp.secret.bytes.length < LEAST_BYTES) return null;
    const { secret, algorithm, digits, period } = totp;
    return new TOTP({ secret, algorithm, digits, period }).toString();
  } catch {
    // The library's messages may quote the secret.
    return null;
  }
}

/** The code that an authenticator with this otpauth URI shows at a moment. */
export function oneTimeCode(uri: string, at: Date): string {
  const totp = URI.parse(uri);
  if (!(totp instanceof TOTP)) throw new Error('a kept secret is not one of time-based codes');
  return totp.generate({ timestamp: at.getTime() });
}
