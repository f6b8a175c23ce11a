import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { useFixture } from './support.ts';

const fixture = useFixture();

describe('npm run keys:rotate', () => {
  const run = (args: string[], env: Record<string, string>) =>
    spawnSync(
      process.execPath,
      ['-C', 'cfdi-live-source', '--import', 'tsx', 'packages/db/src/bin/rotate-keys.ts', ...args],
      { env: { PATH: process.env['PATH'] ?? '', ...env }, encoding: 'utf8' },
    );

  test('does it on what the environment says, and its exit code tells whether something is left', async () => {
    const { tenantId } = fixture.scope;
    const env = { DATABASE_URL: fixture.test.ownerUrl, ENCRYPTION_KEYS: fixture.encryptionKeys };
    const given = run(['--data-keys', '--older-than', '0', '--tenant', tenantId, '--json'], env);
    expect(given.stderr).toBe('');
    expect(JSON.parse(given.stdout)).toMatchObject({ renewed: 1, reencrypted: null });
    expect(given.status).toBe(0);
    const early = run(['--reencrypt', '--tenant', tenantId], env);
    expect(early.stdout).toContain('1 tenants have too new a key');
    expect(early.status).toBe(2);
  });

  test('names what is wrong with the environment, and prints no value of it', () => {
    const bad = run([], { DATABASE_URL: fixture.test.ownerUrl, ENCRYPTION_KEYS: 'k1:hunter2' });
    expect(bad.status).toBe(1);
    expect(bad.stderr).toContain('ENCRYPTION_KEYS: entry 1');
    expect(bad.stderr + bad.stdout).not.toContain('hunter2');
    expect(run([], { ENCRYPTION_KEYS: 'x' }).stderr).toContain('DATABASE_URL is not set');
  });
});
