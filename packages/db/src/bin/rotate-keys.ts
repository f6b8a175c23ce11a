/**
 * `npm run keys:rotate`: rotation of keys, on DATABASE_URL (of the role that migrates) and ENCRYPTION_KEYS (the new key
 * first). May be stopped at any time and started again. See docs/operations/key-rotation.md.
 */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createKeyRing, InvalidKeyRing, type KeyRing } from '../crypto/key-ring.ts';
import { createKeyRotation, type KeyRotation } from '../rotation/rotation.ts';
import { createSupabaseStorage } from '../storage/supabase.ts';
import type { ObjectStorage } from '../storage/vault.ts';

const HOUR_MS = 3_600_000;
const USAGE = `npm run keys:rotate                     wrap every tenant's keys with the first key of ENCRYPTION_KEYS
npm run keys:rotate -- --data-keys      give tenants a new data key (those whose key is older than --older-than HOURS, default 24)
npm run keys:rotate -- --reencrypt      a quarter of an hour later: seal everything again, destroy the old data keys
                       --tenant UUID    only this tenant
                       --json           print one line of JSON
`;

const { values: given } = parseArgs({
  options: {
    'data-keys': { type: 'boolean', default: false },
    reencrypt: { type: 'boolean', default: false },
    'older-than': { type: 'string', default: '24' },
    tenant: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (given.help) {
  process.stdout.write(USAGE);
  process.exit(0);
}
if (existsSync('.env')) process.loadEnvFile('.env');

const hours = Number(given['older-than']);
if (!Number.isFinite(hours) || hours < 0) fail('--older-than takes a number of hours');
if (given.tenant !== undefined && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(given.tenant))
  fail('--tenant takes a UUID');

const rotation = createKeyRotation({
  connectionString: required('DATABASE_URL'),
  keyRing: readKeyRing(required('ENCRYPTION_KEYS')),
});
try {
  const done = await rotate(rotation);
  process.stdout.write(given.json ? `${JSON.stringify(done)}\n` : describe(done));
  const left =
    done.rewrapped.unreadable + (done.reencrypted?.waiting ?? 0) + (done.reencrypted?.unfinished ?? 0);
  process.exitCode = left === 0 ? 0 : 2;
} finally {
  await rotation.close();
}

async function rotate(by: KeyRotation) {
  const rewrapped = await by.rewrap();
  const renewed = given['data-keys']
    ? await by.renew({ olderThanMs: hours * HOUR_MS, tenantId: given.tenant })
    : null;
  const reencrypted = given.reencrypt
    ? await by.reencrypt({ storage: storageOf(process.env), tenantId: given.tenant })
    : null;
  return { rewrapped, renewed, reencrypted, census: await by.census() };
}

function describe({ rewrapped, renewed, reencrypted, census }: Awaited<ReturnType<typeof rotate>>): string {
  const lines = [`${rewrapped.rewrapped} keys wrapped anew`];
  if (rewrapped.unreadable > 0)
    lines.push(`${rewrapped.unreadable} keys are wrapped by a key that ENCRYPTION_KEYS does not hold`);
  if (renewed !== null) lines.push(`${renewed} tenants have a new data key`);
  if (reencrypted !== null) {
    const { values, files, retired, waiting, unfinished } = reencrypted;
    lines.push(`${values} values and ${files} files sealed again, ${retired} old data keys destroyed`);
    if (waiting > 0)
      lines.push(`${waiting} tenants have too new a key: run it again in a quarter of an hour`);
    if (unfinished > 0)
      lines.push(`${unfinished} tenants keep an old key: a value does not open, or SUPABASE_URL is not set`);
  }
  for (const [id, n] of Object.entries(census.wrapped)) lines.push(`wrapped by ${id}: ${n} keys`);
  lines.push(`old data keys that still open: ${census.superseded}`);
  for (const [column, n] of Object.entries(census.values)) lines.push(`  ${column}: ${n} values under one`);
  return `${lines.join('\n')}\n`;
}

function storageOf(env: NodeJS.ProcessEnv): ObjectStorage | null {
  const { SUPABASE_URL: url, SUPABASE_SECRET_KEY: secretKey, STORAGE_BUCKET: bucket } = env;
  if (url === undefined || url === '' || secretKey === undefined || secretKey === '') return null;
  return createSupabaseStorage({
    url,
    secretKey,
    bucket: bucket === undefined || bucket === '' ? 'artifacts' : bucket,
  });
}

function readKeyRing(text: string): KeyRing {
  try {
    return createKeyRing(text);
  } catch (error) {
    if (error instanceof InvalidKeyRing) fail(error.message);
    throw error;
  }
}

function required(name: string): string {
  const value = process.env[name];
  return value === undefined || value === '' ? fail(`${name} is not set`) : value;
}

function fail(problem: string): never {
  process.stderr.write(`${problem}\n\n${USAGE}`);
  process.exit(1);
}
