import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SignersUnavailable } from '../http/person.ts';
import { createPersonVerifier } from './supabase-auth.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const USER = '6f0a3c1e-94a4-4bd0-9c0b-1f7a5f3f2d10';
const SECRET = 'a secret that projects of the older kind share with us';
const clock = { now: () => NOW };

/** A project's key endpoint, and how often it was asked. */
let server: Server;
let jwksUrl: string;
let asked = 0;
let answer: { status: number; body: string };
const es256 = await generateKeyPair('ES256');
const rs256 = await generateKeyPair('RS256', { extractable: true });
const stranger = await generateKeyPair('ES256');

beforeAll(async () => {
  const keys = [
    { ...(await exportJWK(es256.publicKey)), kid: 'ec', alg: 'ES256', use: 'sig' },
    { ...(await exportJWK(rs256.publicKey)), kid: 'rsa', alg: 'RS256', use: 'sig' },
  ];
  answer = { status: 200, body: JSON.stringify({ keys }) };
  server = createServer((_request, response) => {
    asked += 1;
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  jwksUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/auth/v1/.well-known/jwks.json`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const issuer = 'https://project.supabase.co/auth/v1';
const seconds = (offset: number): number => Math.floor(NOW.getTime() / 1_000) + offset;

function claims(overrides: JWTPayload = {}): JWTPayload {
  return {
    iss: issuer,
    aud: 'authenticated',
    sub: USER,
    role: 'authenticated',
    is_anonymous: false,
    iat: seconds(-60),
    exp: seconds(3_540),
    ...overrides,
  };
}

function signed(
  overrides?: JWTPayload,
  key: CryptoKey | Uint8Array = es256.privateKey,
  header: { alg: string; kid?: string } = { alg: 'ES256', kid: 'ec' },
): Promise<string> {
  return new SignJWT(claims(overrides)).setProtectedHeader({ ...header, typ: 'JWT' }).sign(key);
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const verifier = (options: { secret?: string } = {}) =>
  createPersonVerifier({ issuer, jwksUrl, clock, ...options });

describe('a person', () => {
  it('is known by a token of any key of the project', async () => {
    const verify = verifier({ secret: SECRET });
    const person = { kind: 'person', userId: USER, expiresAt: new Date(seconds(3_540) * 1_000) };
    expect(await verify(await signed())).toEqual(person);
    expect(await verify(await signed({}, rs256.privateKey, { alg: 'RS256', kid: 'rsa' }))).toEqual(person);
    expect(await verify(await signed({}, bytes(SECRET), { alg: 'HS256' }))).toEqual(person);
  });

  it.each<[string, JWTPayload]>([
    ['of another project', { iss: 'https://other.supabase.co/auth/v1' }],
    ['of a project that it does not name', { iss: '' }],
    ['for another audience', { aud: 'anon' }],
    ['that has run out', { exp: seconds(-6) }],
    ['that is not valid yet', { nbf: seconds(60) }],
    ['of nobody', { sub: '' }],
    ['of somebody who has no id of Supabase', { sub: 'ana' }],
    ['of a service', { role: 'service_role' }],
    ['of an anonymous visitor', { is_anonymous: true }],
  ])('is not known by a token %s', async (_what, overrides) => {
    const verify = verifier({ secret: SECRET });
    expect(await verify(await signed(overrides))).toBeNull();
    expect(await verify(await signed(overrides, bytes(SECRET), { alg: 'HS256' }))).toBeNull();
  });

  it('is not known by a token that does not say who, from whom, or how long', async () => {
    const verify = verifier();
    for (const name of ['iss', 'aud', 'sub', 'exp', 'role']) {
      const rest = Object.fromEntries(Object.entries(claims()).filter(([key]) => key !== name));
      const token = await new SignJWT(rest)
        .setProtectedHeader({ alg: 'ES256', kid: 'ec' })
        .sign(es256.privateKey);
      expect(await verify(token), name).toBeNull();
    }
  });

  it('is not known by a token that is not signed', async () => {
    const unsigned = new UnsecuredJWT(claims()).encode();
    expect(await verifier({ secret: SECRET })(unsigned)).toBeNull();
    const [, body = ''] = (await signed()).split('.');
    expect(await verifier()(`${unsigned.split('.')[0]}.${body}.`)).toBeNull();
  });

  it('is not known by a token that takes a public key for the shared secret', async () => {
    const published = [await exportSPKI(rs256.publicKey), JSON.stringify(await exportJWK(rs256.publicKey))];
    for (const text of published) {
      for (const verify of [verifier(), verifier({ secret: SECRET })]) {
        const forged = await signed({}, bytes(text), { alg: 'HS256', kid: 'rsa' });
        expect(await verify(forged)).toBeNull();
      }
    }
  });

  it('is not known by a token of a stranger, of another algorithm, or that was altered', async () => {
    const verify = verifier();
    expect(await verify(await signed({}, stranger.privateKey))).toBeNull();
    expect(await verify(await signed({}, stranger.privateKey, { alg: 'ES256', kid: 'unknown' }))).toBeNull();
    // The secret is good, but this project has none.
    expect(await verify(await signed({}, bytes(SECRET), { alg: 'HS256' }))).toBeNull();
    const rsaPss = await generateKeyPair('PS256');
    expect(await verify(await signed({}, rsaPss.privateKey, { alg: 'PS256', kid: 'rsa' }))).toBeNull();
    const [head, body = '', signature] = (await signed()).split('.');
    const other = Buffer.from(
      Buffer.from(body, 'base64url').toString().replace(USER, USER.replace('6f', '7f')),
    ).toString('base64url');
    expect(await verify([head, other, signature].join('.'))).toBeNull();
  });

  it.each(['', 'x', 'a.b.c', 'cl_live_x', '..', '{}.{}.{}', 'é.é.é'])('is not known by %j', async (text) => {
    expect(await verifier({ secret: SECRET })(text)).toBeNull();
  });
});

describe('when the keys cannot be read', () => {
  it('nobody is refused for it, nor asked for again and again; known keys go on working', async () => {
    const good = answer;
    const token = await signed();
    const fresh = verifier();
    const settled = verifier();
    expect(await settled(token)).not.toBeNull();
    answer = { status: 500, body: 'no' };
    asked = 0;
    for (let n = 0; n < 5; n++) await expect(fresh(token)).rejects.toBeInstanceOf(SignersUnavailable);
    expect(asked).toBe(1);
    expect(await settled(token)).not.toBeNull();
    answer = { status: 200, body: '{"keys":3}' };
    await expect(verifier()(token)).rejects.toBeInstanceOf(SignersUnavailable);
    answer = good;
  });
});
