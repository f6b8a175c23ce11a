import { createHmac } from 'node:crypto';
import type { Clock } from '../../clock.ts';

/** A customer's account. */
export type Member = {
  /** Lower case. */
  readonly userName: string;
  /** Base 32; with it the account asks for a code after the password. */
  readonly totpSecret: string | null;
};

/**
 * The logins of the portal. Whoever plays with it takes any name at this domain, so that nobody meets the history of
 * others; a name that begins with `codigo` asks for a code too.
 */
export const accountLogin = {
  domain: 'elyunque.example',
  password: 'Tornillo-58!',
  totpSecret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
} as const;

const MAX_FAILURES = 3;

/** Who may come in. Three wrong passwords in a row lock an account until the process ends, as real shops do. */
export type Door = {
  enter(
    userName: string,
    password: string,
  ): { readonly kind: 'member'; readonly member: Member } | { readonly kind: 'refused' | 'locked' };
};

export function createDoor(): Door {
  const failures = new Map<string, number>();
  return {
    enter: (typed, password) => {
      const userName = typed.toLowerCase();
      const failed = failures.get(userName) ?? 0;
      if (failed >= MAX_FAILURES) return { kind: 'locked' };
      if (!userName.endsWith(`@${accountLogin.domain}`) || password !== accountLogin.password) {
        failures.set(userName, failed + 1);
        return { kind: 'refused' };
      }
      failures.delete(userName);
      const totpSecret = userName.startsWith('codigo') ? accountLogin.totpSecret : null;
      return { kind: 'member', member: { userName, totpSecret } };
    },
  };
}

const PERIOD_MS = 30_000;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The code of RFC 6238 (SHA-1, six digits, 30 s) that an authenticator shows at a moment. */
export function oneTimeCode(secret: string, at: Date): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at.getTime() / PERIOD_MS)));
  const digest = createHmac('sha1', fromBase32(secret)).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 0x0f;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** Whether a typed code is that of now, or of the period before or after. */
export function isCodeOf({ totpSecret }: Member, typed: string, now: Clock): boolean {
  if (totpSecret === null) return false;
  return [-1, 0, 1].some(
    (shift) => oneTimeCode(totpSecret, new Date(now().getTime() + shift * PERIOD_MS)) === typed,
  );
}

function fromBase32(text: string): Buffer {
  const bits = Array.from(text, (letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
