import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  createArtifactVault,
  createSupabaseStorage,
  SealBroken,
  StorageUnavailable,
  type ObjectStorage,
} from '@cfdi-live/db';
import type { ArtifactVault } from '@cfdi-live/domain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase } from '../../packages/local-stack/src/postgres/admin.ts';
import { startSupabase, type RunningSupabase } from '../../packages/local-stack/src/supabase/server.ts';
import { useFixture } from './support.ts';

const fixture = useFixture();
const SECRET_KEY = 'sb_secret_test';
let folder: string;
let supabase: RunningSupabase;
let storage: ObjectStorage;
let vault: ArtifactVault;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cfdi-live-storage-'));
  supabase = await startSupabase({
    databaseUrl: await createDatabase(fixture.test.adminUrl, `supabase_of_${fixture.test.name}`),
    storageDir: folder,
    jwtSecret: randomBytes(32).toString('hex'),
    publishableKey: 'sb_publishable_test',
    secretKey: SECRET_KEY,
  });
  storage = createSupabaseStorage({ url: supabase.url, secretKey: SECRET_KEY, bucket: 'artifacts' });
  vault = createArtifactVault({ storage, tenantKeys: (scope) => fixture.worker.tenantKeys(scope) });
});
afterAll(async () => {
  await supabase.stop();
  await rm(folder, { recursive: true });
});

test('bytes come back as they went, and replace what was there', async () => {
  const bytes = randomBytes(200_000);
  await storage.put('a/b/c.bin', randomBytes(10));
  await storage.put('a/b/c.bin', bytes);
  expect(await storage.get('a/b/c.bin')).toEqual(new Uint8Array(bytes));
  await storage.remove('a/b/c.bin');
  expect(await storage.get('a/b/c.bin')).toBeNull();
  await storage.remove('a/b/c.bin');
});

test('a connection that is lost under a request costs nothing but the repetition', async () => {
  let calls = 0;
  const shaky = createSupabaseStorage({
    url: supabase.url,
    secretKey: SECRET_KEY,
    bucket: 'artifacts',
    fetch: (input, init) => {
      calls += 1;
      // Every other request is lost: each of ours once.
      return calls % 2 === 1 ? Promise.reject(new TypeError('fetch failed')) : fetch(input, init);
    },
  });
  await shaky.put('shaky', Buffer.from('x'));
  expect(await shaky.get('shaky')).toEqual(new Uint8Array(Buffer.from('x')));
  await shaky.remove('shaky');
  expect(await shaky.get('shaky')).toBeNull();
  expect(calls).toBe(10);
});

test('two processes may find the bucket missing at once', async () => {
  const stores = [1, 2].map(() =>
    createSupabaseStorage({ url: supabase.url, secretKey: SECRET_KEY, bucket: 'contested' }),
  );
  await Promise.all(stores.map((store, i) => store.put(`${i}`, Buffer.from('x'))));
  expect(await stores[0]!.get('1')).toEqual(new Uint8Array(Buffer.from('x')));
});

test('a wrong key and a server that is away say so', async () => {
  const stranger = createSupabaseStorage({
    url: supabase.url,
    secretKey: 'sb_secret_other',
    bucket: 'artifacts',
  });
  await expect(stranger.ping()).rejects.toThrow(StorageUnavailable);
  await expect(stranger.get('a')).rejects.toThrow(StorageUnavailable);
  const nowhere = createSupabaseStorage({ url: 'http://127.0.0.1:1', secretKey: 'x', bucket: 'artifacts' });
  await expect(nowhere.put('a', Buffer.from('x'))).rejects.toThrow(StorageUnavailable);
  await expect(storage.ping()).resolves.toBeUndefined();
});

test('the vault gives Storage only what the tenant alone can open, at its own place', async () => {
  const { scope } = fixture;
  const xml = Buffer.from('<cfdi:Comprobante Receptor="CACX7605101P8"/>');
  await vault.put(scope, 't/1.xml', xml);
  expect(await vault.get(scope, 't/1.xml')).toEqual(xml);
  expect(await vault.get(scope, 't/2.xml')).toBeNull();

  const kept = await storage.get('t/1.xml');
  expect(Buffer.from(kept!).includes('CACX7605101P8')).toBe(false);
  await storage.put('t/2.xml', kept!);
  await expect(vault.get(scope, 't/2.xml')).rejects.toThrow(SealBroken);
  await expect(vault.get(await fixture.newTenant(), 't/1.xml')).rejects.toThrow(SealBroken);
});
