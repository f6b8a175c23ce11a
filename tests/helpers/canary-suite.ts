/**
 * A person, their login and every kind of secret go through the whole product, in good ways and bad ones. Afterwards
 * everything that it leaves behind is searched for them: rows, files of database and Storage, queue, logs.
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { liveThrough, PROFILE, startReceivers, type Receivers } from './canary-life.ts';
import { searchDatabases, searchFiles, searchFor, type Canaries, type Looked } from './dump.ts';
import { startTestStack, type TestStack } from './stack.ts';

export function canarySuite(options: {
  startRedis?: () => Promise<{ url: string; dir: string; remove(): Promise<void> }>;
}): void {
  let stack: TestStack;
  let dispose: () => Promise<void>;
  let redisDir: string | null = null;
  let receivers: Receivers;
  let canaries: Canaries;

  beforeAll(async () => {
    receivers = await startReceivers();
    const redis = await options.startRedis?.();
    redisDir = redis?.dir ?? null;
    const started = await startTestStack({
      redisUrl: redis?.url,
      logLevel: 'debug',
      allowedPrivateHosts: [receivers.host],
    });
    stack = started.stack;
    dispose = async () => {
      await started.dispose();
      await redis?.remove();
      await receivers.close();
    };
    canaries = await liveThrough(stack, receivers);
  }, 300_000);
  afterAll(() => dispose());

  const lookEverywhere = async (wanted: Canaries) => {
    const search = searchFor(wanted);
    const looked = await searchDatabases(search, stack.databaseUrl);
    const dataDir = path.dirname(stack.logDir);
    // What Postgres wrote lies in its files too: dead rows, indexes, the write-ahead log.
    await checkpoint(stack.databaseUrl);
    const ofEveryDatabase = /^(base\/[145]|pg_wal\/archive_status)\//;
    const files = {
      postgres: await searchFiles(search, path.join(dataDir, 'postgres'), (file) =>
        ofEveryDatabase.test(file),
      ),
      storage: await searchFiles(search, path.join(dataDir, 'storage')),
      logs: await searchFiles(search, stack.logDir),
      redis: redisDir === null ? null : await searchFiles(search, redisDir),
    };
    return { found: search.found(), looked, files };
  };

  describe('a run with every secret', () => {
    it('leaves rows in every place where one could stay, and not one of them in clear', async () => {
      const { found, looked, files } = await lookEverywhere(canaries);
      expect(found).toEqual([]);
      for (const table of [
        'user_profiles',
        'user_vendor_credentials',
        'automation_tasks',
        'task_steps',
        'task_events',
        'cfdi_documents',
        'artifacts',
        'inbound_mails',
        'webhook_endpoints',
        'webhook_attempts',
        'idempotency_keys',
        'live_tokens',
        'api_keys',
        'audit_log',
      ]) {
        expect(rowsOf(looked, `cfdi_live.public.${table}`), table).toBeGreaterThan(0);
      }
      expect(rowsOf(looked, 'supabase.storage.objects')).toBeGreaterThan(0);
      for (const [place, bytes] of Object.entries(files))
        if (bytes !== null) expect(bytes, place).toBeGreaterThan(1_000);
    }, 120_000);

    it('is searched by a search that can find: a planted row, log line and file are', async () => {
      const sql = new Client({ connectionString: stack.databaseUrl });
      await sql.connect();
      const base64 = Buffer.from(`{"profile":{"rfc":"${PROFILE.rfc}"}}`).toString('base64');
      await sql.query('create table public.planted (id int, words text, bytes bytea)');
      await sql.query('insert into public.planted values (1, $1, $2)', [
        `data:application/json;base64,${base64}`,
        Buffer.from(`Estimada ${PROFILE.fullName.toLowerCase()}`),
      ]);
      await sql.end();
      const log = path.join(stack.logDir, 'planted.log');
      await writeFile(log, JSON.stringify({ level: 30, url: `/?q=${encodeURIComponent(PROFILE.fullName)}` }));
      const { found } = await lookEverywhere({ rfc: PROFILE.rfc, name: PROFILE.fullName });
      const inTable = found.filter(({ place }) => place === 'cfdi_live.public.planted');
      expect(new Set(inTable.map(({ canary }) => canary))).toEqual(new Set(['rfc', 'name']));
      expect(found).toContainEqual({ canary: 'name', spelling: 'URL', place: log });
      expect(found.some(({ place }) => /pg_wal/.test(place))).toBe(true);
    }, 120_000);
  });
}

function rowsOf(looked: Looked, table: string): number {
  return looked[table] ?? 0;
}

async function checkpoint(url: string): Promise<void> {
  const sql = new Client({ connectionString: url });
  await sql.connect();
  await sql.query('checkpoint');
  await sql.end();
}
