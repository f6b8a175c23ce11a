import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createAdmin, createKeyRing } from '@cfdi-live/db';
import { afterEach, expect, it } from 'vitest';
import { freshDatabase } from '../helpers/postgres.ts';
import { openStream } from './stream.ts';

const MAIN = fileURLToPath(new URL('../../api/src/main.ts', import.meta.url));

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function start(env: Record<string, string>): { child: ChildProcess; output: () => string } {
  const child = fork(MAIN, [], {
    execArgv: ['-C', 'cfdi-live-source', '--import', import.meta.resolve('tsx')],
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  children.push(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (text += String(chunk)));
  return { child, output: () => text };
}

it('serves on a free port, and on SIGTERM ends its streams and itself', async () => {
  const database = await freshDatabase({ migrate: true });
  const encryptionKeys = `k1:${randomBytes(32).toString('base64')}`;
  const admin = createAdmin({
    connectionString: database.ownerUrl,
    keyRing: createKeyRing(encryptionKeys),
  });
  const { id: tenantId } = await admin.createTenant({ name: 'Contable' });
  const { key } = await admin.createApiKey({ tenantId, mode: 'live', name: 'test' });
  await admin.close();

  const { child, output } = start({
    PORT: '0',
    HOST: '127.0.0.1',
    DATABASE_URL: database.apiUrl,
    SUPABASE_URL: 'http://127.0.0.1:1',
    SUPABASE_SECRET_KEY: 'secret-canary',
    ENCRYPTION_KEYS: encryptionKeys,
  });
  const [ready] = (await once(child, 'message')) as [{ type: string; url: string }];
  expect(ready.type).toBe('ready');

  const health = (await (await fetch(`${ready.url}/health/ready`)).json()) as Record<string, unknown>;
  // Neither queue nor storage was set up here: requests are served all the same.
  expect(health).toMatchObject({ status: 'degraded', dependencies: { database: { status: 'up' } } });
  const reader = await openStream(`${ready.url}/v1/events`, key);
  expect(reader.status).toBe(200);

  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await reader.ended();
  expect(await exit).toEqual([0, null]);
  expect(output()).not.toMatch(/secret-canary|cl_live_/);
});

it('does not start on a bad environment, and tells all that is wrong with it', async () => {
  const { child, output } = start({
    PORT: '99999',
    DATABASE_URL: 'secret-canary',
    ENCRYPTION_KEYS: 'k1:short',
  });
  expect((await once(child, 'exit'))[0]).toBe(1);
  for (const name of ['PORT', 'DATABASE_URL', 'SUPABASE_URL', 'SUPABASE_SECRET_KEY', 'ENCRYPTION_KEYS']) {
    expect(output()).toContain(name);
  }
  expect(output()).not.toMatch(/secret-canary|k1:short/);
});
