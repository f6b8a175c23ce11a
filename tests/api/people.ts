/** People with access tokens as Supabase Auth signs them, for a project of the tests' own. */
import { randomBytes, randomUUID } from 'node:crypto';
import { createPersonVerifier, type VerifyPerson } from '@cfdi-live/api';
import { SignJWT } from 'jose';

/** Who signed in, with the token that says so. */
export interface SignedIn {
  userId: string;
  token: string;
}

export interface People {
  /** What the API of this world verifies tokens with: nothing of it is replaced. */
  verify: VerifyPerson;
  signIn(options?: { userId?: string; secondsLeft?: number }): Promise<SignedIn>;
}

/** No keys are fetched from here: this project signs by its shared secret. */
const ISSUER = 'http://127.0.0.1:1/auth/v1';

export function createPeople(): People {
  const secret = randomBytes(48).toString('base64');
  return {
    verify: createPersonVerifier({
      issuer: ISSUER,
      jwksUrl: `${ISSUER}/.well-known/jwks.json`,
      secret,
      clock: { now: () => new Date() },
    }),
    signIn: async ({ userId = randomUUID(), secondsLeft = 3_600 } = {}) => {
      const token = await new SignJWT({ role: 'authenticated', is_anonymous: false })
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
        .setIssuer(ISSUER)
        .setAudience('authenticated')
        .setSubject(userId)
        .setExpirationTime(Math.floor(Date.now() / 1_000) + secondsLeft)
        .sign(new TextEncoder().encode(secret));
      return { userId, token };
    },
  };
}
