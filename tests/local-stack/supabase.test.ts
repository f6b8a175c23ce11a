import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startTestPostgres, type TestPostgres } from '@cfdi-live/local-stack/testing';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { jwtVerify } from 'jose';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import ws from 'ws';
import { createDatabase } from '../../packages/local-stack/src/postgres/admin.ts';
import {
  startSupabase,
  type RunningSupabase,
  type SupabaseOptions,
} from '../../packages/local-stack/src/supabase/server.ts';

let postgres: TestPostgres;
let options: SupabaseOptions;
let supabase: RunningSupabase;
let folder: string;
const { emitWarning } = process;

beforeAll(async () => {
  postgres = await startTestPostgres();
  folder = await mkdtemp(path.join(tmpdir(), 'cfdi-live-storage-'));
  await postgres.freshDatabase(); // so that our roles are there before Lite looks for them, as in the stack
  options = {
    databaseUrl: await createDatabase(postgres.url, 'supabase'),
    storageDir: path.join(folder, 'storage'),
    jwtSecret: 'a secret of the test, thirty-two characters or more',
    publishableKey: 'sb_publishable_test',
    secretKey: 'sb_secret_test',
  };
  supabase = await startSupabase(options);
});
afterAll(async () => {
  await supabase.stop();
  await postgres.stop();
  await rm(folder, { recursive: true });
});

/** As an integrator writes it; nothing of the client is replaced. */
function client(key: string): SupabaseClient {
  return createClient(supabase.url, key, {
    auth: { persistSession: false, autoRefreshToken: false },
    // Node 20 has no WebSocket of its own; their types differ in what no one calls here.
    realtime: { transport: ws as never },
  });
}
const bytes = Uint8Array.from({ length: 70_000 }, (_, n) => (n * 31) % 256);

async function objectFiles(): Promise<string[]> {
  const entries = await readdir(options.storageDir, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

test('a binary object goes up, comes down byte for byte, and is removed with its file', async () => {
  const storage = client(options.secretKey).storage;
  expect(await storage.createBucket('artifacts', { public: false })).toMatchObject({ error: null });
  const bucket = storage.from('artifacts');
  // Names that would be trouble as file names: a file that is also a folder, a part longer than 255 bytes.
  const names = ['t/1/factura.xml', 't/1', `t/${'x'.repeat(300)}.pdf`];
  for (const name of names) {
    const { error } = await bucket.upload(name, bytes, { contentType: 'application/octet-stream' });
    expect(error).toBeNull();
  }
  for (const name of names) {
    const { data } = await bucket.download(name);
    expect(new Uint8Array(await data!.arrayBuffer())).toEqual(bytes);
  }
  expect(await bucket.remove(names)).toMatchObject({ error: null });
  for (const name of names) expect(await bucket.download(name)).toMatchObject({ data: null });
  expect(await objectFiles()).toEqual([]);
});

test('a Blob uploads as well as bytes, and "upsert" replaces what is there', async () => {
  const storage = client(options.secretKey).storage;
  await storage.createBucket('blobs', { public: false });
  const bucket = storage.from('blobs');
  const first = await bucket.upload('one.bin', new Blob(['first']), { contentType: 'text/plain' });
  expect(first.error).toBeNull();
  expect((await bucket.upload('one.bin', new Blob(['second']))).error).not.toBeNull();
  expect((await bucket.upload('one.bin', new Blob(['second']), { upsert: true })).error).toBeNull();
  const { data } = await bucket.download('one.bin');
  expect(await data!.text()).toBe('second');
  await bucket.remove(['one.bin']);
});

test('who has no secret key neither reads, nor writes, nor lists', async () => {
  const admin = client(options.secretKey).storage;
  await admin.createBucket('private', { public: false });
  await admin.from('private').upload('a.bin', bytes);
  const stranger = client(options.publishableKey);
  await stranger.auth.signUp({ email: 'stranger@example.com', password: 'correct-horse-9' });
  for (const who of [client(options.publishableKey), stranger, client('sb_secret_guessed')]) {
    const bucket = who.storage.from('private');
    expect((await bucket.download('a.bin')).data).toBeNull();
    expect((await bucket.upload('b.bin', bytes)).error).not.toBeNull();
    expect((await bucket.list()).data ?? []).toEqual([]);
    expect((await bucket.remove(['a.bin'])).data ?? []).toEqual([]);
    expect((await who.storage.createBucket('mine', { public: true })).error).not.toBeNull();
  }
  expect((await admin.from('private').download('a.bin')).error).toBeNull();
});

test('sign-up and sign-in give tokens that the shared secret verifies, with the claims of hosted ones', async () => {
  const credentials = { email: 'ana@example.com', password: 'correct-horse-9' };
  const anon = client(options.publishableKey);
  const { data: signedUp } = await anon.auth.signUp(credentials);
  const { data, error } = await anon.auth.signInWithPassword(credentials);
  expect(error).toBeNull();
  const secret = new TextEncoder().encode(options.jwtSecret);
  for (const session of [signedUp.session, data.session]) {
    const { payload } = await jwtVerify(session!.access_token, secret, {
      algorithms: ['HS256'],
      audience: 'authenticated',
      issuer: `${supabase.url}/auth/v1`,
    });
    expect(payload).toMatchObject({
      sub: data.user!.id,
      email: credentials.email,
      role: 'authenticated',
      aal: 'aal1',
    });
  }
  expect((await anon.auth.getUser()).data.user?.email).toBe(credentials.email);
  const refreshed = await anon.auth.refreshSession();
  expect((await jwtVerify(refreshed.data.session!.access_token, secret)).payload.sub).toBe(data.user!.id);

  const wrong = await client(options.publishableKey).auth.signInWithPassword({
    ...credentials,
    password: 'wrong',
  });
  expect(wrong.error?.code).toBe('invalid_credentials');
});

test('there is no REST, no studio, no admin, with or without a key', async () => {
  for (const route of [
    '/',
    '/rest/v1/',
    '/rest/v1/objects',
    '/_system',
    '/_system/schema',
    '/pg/query',
    '/storage/../rest/v1/',
  ]) {
    for (const headers of [{}, { apikey: options.secretKey, authorization: `Bearer ${options.secretKey}` }]) {
      expect((await fetch(supabase.url + route, { headers })).status).toBe(404);
    }
  }
});

test('objects outlive a restart', async () => {
  const admin = client(options.secretKey).storage;
  await admin.createBucket('kept', { public: false });
  await admin.from('kept').upload('a.bin', bytes);
  await supabase.stop();
  await expect(fetch(supabase.url)).rejects.toThrow();
  supabase = await startSupabase(options);
  const { data } = await client(options.secretKey).storage.from('kept').download('a.bin');
  expect(new Uint8Array(await data!.arrayBuffer())).toEqual(bytes);
});

test('warnings of the process work as before', async () => {
  expect(process.emitWarning).toBe(emitWarning);
  const listener = vi.fn();
  process.once('warning', listener);
  process.emitWarning(new Error('a warning that is an Error'));
  await vi.waitFor(() => expect(listener).toHaveBeenCalled());
});
