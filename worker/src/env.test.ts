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
