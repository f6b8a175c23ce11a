/** `npm run vendors:sync` as an operator runs it: on the URL of the role that migrates. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { VENDOR_DIRECTORY } from '@cfdi-live/domain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newVendor } from '../helpers/vendor.ts';
import { useFixture } from './support.ts';

const fixture = useFixture();
const COMMAND = fileURLToPath(new URL('../../packages/db/src/bin/sync-vendors.ts', import.meta.url));
let folder: string;
beforeAll(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'cfdi-live-vendors-'))));
afterAll(() => rm(folder, { recursive: true }));

async function run(env: Record<string, string>, ...args: string[]): Promise<string> {
  const node = ['-C', 'cfdi-live-source', '--import', import.meta.resolve('tsx'), COMMAND, ...args];
  const { stdout } = await promisify(execFile)(process.execPath, node, {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', ...env },
  });
  return stdout;
}

test('brings the database to the directory of the repository, with the sandbox that it is given', async () => {
  const sandbox = newVendor({ slug: 'sandbox-portal', sandbox: true, hosts: ['portal.localhost:4000'] });
  const file = path.join(folder, 'sandbox.json');
  await writeFile(file, JSON.stringify([sandbox]));
  const env = { DATABASE_URL: fixture.test.ownerUrl };
  await expect(run(env, '--sandbox', file)).resolves.toBe(
    `${VENDOR_DIRECTORY.length} vendors, 1 portals of the sandbox\n`,
  );
  const vendors = await fixture.api.system.listVendors();
  const byId = (rows: readonly { id: string }[]) => [...rows].sort((a, b) => (a.id < b.id ? -1 : 1));
  expect(byId(vendors)).toEqual(byId([...VENDOR_DIRECTORY, sandbox]));

  // Again, without the sandbox: nothing changes.
  await run(env);
  expect(await fixture.api.system.listVendors()).toHaveLength(vendors.length);
}, 30_000);

test('refuses a file that is no directory, and a missing URL, and changes nothing', async () => {
  const before = await fixture.api.system.listVendors();
  const file = path.join(folder, 'bad.json');
  await writeFile(file, JSON.stringify([{ ...newVendor({ slug: 'bad', sandbox: true }), confidence: 7 }]));
  await expect(run({ DATABASE_URL: fixture.test.ownerUrl }, '--sandbox', file)).rejects.toThrow();
  await expect(run({})).rejects.toThrow('DATABASE_URL is not set');
  expect(await fixture.api.system.listVendors()).toEqual(before);
}, 30_000);
