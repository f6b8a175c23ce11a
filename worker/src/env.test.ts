import { describe, expect, it } from 'vitest';
import { SAT_STATUS_URL } from '@cfdi-live/cfdi';
import { parseWorkerEnv, rfcList } from './env.ts';

const REQUIRED = {
  DATABASE_URL: 'postgres://localhost/x',
  SUPABASE_URL: 'http://localhost:1',
  SUPABASE_SECRET_KEY: 'secret',
  ENCRYPTION_KEYS: 'k1:x',
  BROWSERBASE_API_KEY: 'key',
};

describe('whom the worker asks about invoices', () => {
  it.each([
    [undefined, undefined, SAT_STATUS_URL, null],
    ['', '', SAT_STATUS_URL, null],
    ['off', 'off', null, null],
    ['http://127.0.0.1:1/a', 'http://127.0.0.1:1/b', 'http://127.0.0.1:1/a', 'http://127.0.0.1:1/b'],
  ])('is, by %s and %s', (live, sandbox, expectedLive, expectedSandbox) => {
    const env = parseWorkerEnv({ ...REQUIRED, SAT_STATUS_URL: live, SANDBOX_SAT_STATUS_URL: sandbox });
    expect([env.SAT_STATUS_URL, env.SANDBOX_SAT_STATUS_URL]).toEqual([expectedLive, expectedSandbox]);
  });

  it('is no guess where the address is none', () => {
    expect(() => parseWorkerEnv({ ...REQUIRED, SAT_STATUS_URL: 'sat' })).toThrow(
      /SAT_STATUS_URL: a URL, or off/,
    );
  });
});

it('fetches certificates of named PACs only', () => {
  expect(rfcList(parseWorkerEnv(REQUIRED).SAT_PAC_RFCS)).toEqual([]);
  expect(rfcList(' spr190613i52, ,SAT970701NN3')).toEqual(['SPR190613I52', 'SAT970701NN3']);
});

describe('where mail comes in', () => {
  it('is nowhere unless it is said', () => {
    expect(parseWorkerEnv({ ...REQUIRED, SMTP_PORT: '', INBOUND_DOMAIN: '' })).toMatchObject({
      SMTP_PORT: undefined,
      INBOUND_DOMAIN: undefined,
    });
  });

  it('is a port and a domain, in lower case', () => {
    const env = parseWorkerEnv({ ...REQUIRED, SMTP_PORT: '0', INBOUND_DOMAIN: 'Inbox.Example.COM' });
    expect([env.SMTP_PORT, env.INBOUND_DOMAIN]).toEqual([0, 'inbox.example.com']);
  });

  it.each([
    [{ SMTP_PORT: '25' }, /INBOUND_DOMAIN: SMTP_PORT needs it/],
    [{ INBOUND_DOMAIN: 'no domain' }, /INBOUND_DOMAIN: a domain name/],
    [{ SMTP_TLS_KEY_FILE: '/key.pem' }, /SMTP_TLS_CERT_FILE: a key and its certificate/],
  ])('is no guess: %o', (given, said) => {
    expect(() => parseWorkerEnv({ ...REQUIRED, ...given })).toThrow(said);
  });
});
