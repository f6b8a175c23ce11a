import { spawnSync } from 'node:child_process';
import { encodeId, failure } from '@cfdi-live/contract';
import { describe, expect, test } from 'vitest';
import { claimed, created, useFixture } from './support.ts';

const fixture = useFixture();
const SANDBOX = '127.0.0.1:4100';

function run(args: string[]) {
  const env = {
    PATH: process.env['PATH'] ?? '',
    DATABASE_URL: fixture.test.apiUrl,
    ENCRYPTION_KEYS: fixture.encryptionKeys,
    SUPABASE_URL: 'http://127.0.0.1:1',
    SUPABASE_SECRET_KEY: 'hunter2',
    ALLOWED_PRIVATE_HOSTS: SANDBOX,
    SANDBOX_HOSTS: SANDBOX,
  };
  const command = ['-C', 'cfdi-live-source', '--import', 'tsx', 'api/src/bin/replay-tasks.ts', ...args];
  return spawnSync(process.execPath, command, { env, encoding: 'utf8' });
}

describe('npm run tasks:replay', () => {
  test('makes new tasks of dead letters, and says in JSON of which', async () => {
    const task = await created(fixture.api, fixture.scope, {
      vendorUrl: `http://${SANDBOX}/`,
      ticket: {
        amount: 1160,
        date: new Date(Date.now() - 86_400_000).toISOString().slice(0, 10),
        folio: 'R-1',
      },
    });
    const { run: ref } = await claimed(fixture.worker, task.id);
    await fixture.worker.withTenant(fixture.scope, (tx) =>
      tx.tasks.endRun(ref, { on: 'fail', failure: failure('portal_down') }),
    );
    const tenant = encodeId('tenant', fixture.scope.tenantId);
    const done = run(['--code', 'portal_down', '--since', '1h', '--tenant', tenant, '--json']);
    expect(done.stderr).toBe('');
    const [replayed, totals] = done.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { newTask?: string });
    expect(replayed).toMatchObject({
      task: encodeId('task', task.id),
      tenant,
      mode: 'test',
      outcome: 'replayed',
    });
    expect(replayed?.newTask).toMatch(/^task_/);
    expect(totals).toEqual({ totals: { replayed: 1 } });
    expect(done.status).toBe(0);
  });

  test.each([
    [['--code', 'nonsense'], 'there is no failure code nonsense'],
    [['--since', 'soon'], '--since takes a time'],
  ])('refuses %j', (args, problem) => {
    const refused = run(args);
    expect(refused.stderr).toContain(problem);
    expect(refused.status).toBe(1);
    expect(refused.stderr + refused.stdout).not.toContain('hunter2');
  });
});
