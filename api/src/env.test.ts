import { describe, expect, it } from 'vitest';
import { parseEnvironment } from './env.ts';

const COMPLETE = {
  DATABASE_URL: 'postgres://cfdi_api:canary@localhost:5432/postgres',
  SUPABASE_URL: 'http://localhost:54321',
  SUPABASE_SECRET_KEY: 'canary',
  ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
};

describe('parseEnvironment', () => {
  it('fills in what may be left out', () => {
    const parsed = parseEnvironment({ ...COMPLETE, REDIS_URL: '', DATABASE_DIRECT_URL: '' });
    expect(parsed).toMatchObject({
      ok: true,
      env: { PORT: 3_000, HOST: '0.0.0.0', LOG_LEVEL: 'info', ALLOWED_PRIVATE_HOSTS: [], SANDBOX_HOSTS: [] },
    });
    expect(parsed.ok && parsed.env.REDIS_URL).toBeUndefined();
  });

  it('reads a list of hosts', () => {
    for (const name of ['ALLOWED_PRIVATE_HOSTS', 'SANDBOX_HOSTS']) {
      const parsed = parseEnvironment({ ...COMPLETE, [name]: ' A.localhost:4000,, 127.0.0.1 ' });
      expect(parsed).toMatchObject({ env: { [name]: ['a.localhost:4000', '127.0.0.1'] } });
    }
  });

  it('tells all problems at once', () => {
    const parsed = parseEnvironment({ PORT: '-1', LOG_LEVEL: 'loud', DATABASE_URL: 'mysql://x' });
    const problems = parsed.ok ? [] : parsed.problems;
    for (const name of [
      'PORT',
      'LOG_LEVEL',
      'DATABASE_URL',
      'SUPABASE_URL',
      'SUPABASE_SECRET_KEY',
      'ENCRYPTION_KEYS',
    ]) {
      expect(problems.filter((problem) => problem.startsWith(name))).toHaveLength(1);
    }
  });

  it('tells no value', () => {
    const wrong = Object.fromEntries(Object.keys(COMPLETE).map((name) => [name, 'canary']));
    const parsed = parseEnvironment({ ...wrong, PORT: 'canary', QUEUE_DATABASE_URL: 'canary' });
    expect(parsed.ok).toBe(false);
    expect(JSON.stringify(parsed)).not.toContain('canary');
  });
});
