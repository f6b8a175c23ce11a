/** People by their Supabase access tokens: the project's public keys (JWKS), or its shared secret where it still has one. */
import type { Clock, Person } from '@cfdi-live/domain';
import {
  createRemoteJWKSet,
  customFetch,
  decodeProtectedHeader,
  errors,
  jwtVerify,
  type FetchImplementation,
  type JWTPayload,
} from 'jose';
import { SignersUnavailable, type VerifyPerson } from '../http/person.ts';

export interface SupabaseAuthOptions {
  /** `iss` of its tokens: `https://<project>.supabase.co/auth/v1`. */
  issuer: string;
  /** Where its public keys are: `<issuer>/.well-known/jwks.json`. */
  jwksUrl: string;
  /** The shared secret of projects that sign by HS256. Without it such tokens are refused. */
  secret?: string | undefined;
  clock: Clock;
}

/** What Supabase Auth signs with. The algorithm decides which key may verify: a public key never serves as a secret. */
const PUBLIC_KEY_ALGORITHMS = ['ES256', 'RS256', 'EdDSA'];
const SECRET_ALGORITHMS = ['HS256'];

/** `aud` and `role` of everybody who signed in. */
const SIGNED_IN = 'authenticated';
/** Two machines' clocks. */
const TOLERANCE_SECONDS = 5;
const JWKS_TIMEOUT_MS = 3_000;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function createPersonVerifier(options: SupabaseAuthOptions): VerifyPerson {
  const { clock, issuer } = options;
  const publicKeys = createRemoteJWKSet(new URL(options.jwksUrl), {
    timeoutDuration: JWKS_TIMEOUT_MS,
    [customFetch]: fetchWithPauses(),
  });
  const secret = options.secret === undefined ? null : new TextEncoder().encode(options.secret);

  const verify = async (token: string): Promise<JWTPayload> => {
    const rules = {
      issuer,
      audience: SIGNED_IN,
      requiredClaims: ['sub', 'exp'],
      clockTolerance: TOLERANCE_SECONDS,
      currentDate: clock.now(),
    };
    const { payload } =
      secret !== null && algorithmOf(token) === 'HS256'
        ? await jwtVerify(token, secret, { ...rules, algorithms: SECRET_ALGORITHMS })
        : await jwtVerify(token, publicKeys, { ...rules, algorithms: PUBLIC_KEY_ALGORITHMS });
    return payload;
  };

  return async (token) => {
    try {
      return toPerson(await verify(token));
    } catch (error) {
      if (error instanceof errors.JWKSInvalid) throw new SignersUnavailable({ cause: error });
      if (error instanceof errors.JOSEError) return null;
      throw error;
    }
  };
}

/** Null: a token, but nobody's who signed in: of a service, or of an anonymous visitor. */
function toPerson({ sub, exp, role, is_anonymous: isAnonymous }: JWTPayload): Person | null {
  if (sub === undefined || !UUID.test(sub) || exp === undefined) return null;
  if (role !== SIGNED_IN || isAnonymous === true) return null;
  return { kind: 'person', userId: sub, expiresAt: new Date(exp * 1_000) };
}

/** What the token says; verification holds it to that. */
function algorithmOf(token: string): string | undefined {
  try {
    return decodeProtectedHeader(token).alg;
  } catch {
    return undefined; // no token at all, which verification says in its own words
  }
}

/** Tokens of unknown signers must not make a storm of requests while the keys cannot be read. */
const PAUSE_AFTER_FAILURE_MS = 5_000;

function fetchWithPauses(): FetchImplementation {
  let failedAt = Number.NEGATIVE_INFINITY;
  return async (url, init) => {
    if (performance.now() - failedAt < PAUSE_AFTER_FAILURE_MS) throw new SignersUnavailable();
    try {
      const response = await fetch(url, init);
      if (response.ok) return response;
      await response.body?.cancel();
      throw new Error(`status ${response.status}`);
    } catch (cause) {
      failedAt = performance.now();
      throw new SignersUnavailable({ cause });
    }
  };
}
