/** One pass of admission where a thousand tasks wait against the same pass where a million do: it should cost the same. */
import { randomBytes } from 'node:crypto';
import { createDatabase, createKeyRing, type PgDatabase } from '@cfdi-live/db';
import { startTestPostgres, type TestDatabase, type TestPostgres } from '@cfdi-live/local-stack/testing';
import { Client } from 'pg';
import { table, type Bench, type BenchResult } from './lib/bench.ts';
import { crowdOf } from './lib/crowd.ts';

/** Waiting tasks and the tenants that they belong to. */
const CROWDS = [
  { tasks: 1_000, tenants: 10 },
  { tasks: 100_000, tenants: 1_000 },
  { tasks: 1_000_000, tenants: 10_000 },
] as const;
const ADMITTED = 50;
const ROUNDS = 15;

export const bench: Bench = {
  name: 'admission',
  what: `admitting ${ADMITTED} of 1,000 waiting tasks of 10 tenants against ${ADMITTED} of 1,000,000 of 10,000, on the product's own SQL`,
  goal: 0.5,
  run,
};

interface Crowd {
  tasks: number;
  tenants: number;
  database: PgDatabase;
  client: Client;
  /** Milliseconds of each pass. */
  passes: number[];
}

async function run(): Promise<BenchResult> {
  const postgres = await startTestPostgres();
  try {
    const crowds: Crowd[] = [];
    for (const size of CROWDS) crowds.push(await gather(postgres, size));
    // In turn, so that whatever else the machine does falls on all of them alike. The first rounds fill caches.
    for (let round = -2; round < ROUNDS; round++) {
      for (const crowd of crowds) {
        const ms = await admitOnce(crowd);
        if (round >= 0) crowd.passes.push(ms);
      }
    }
    await Promise.all(crowds.flatMap(({ database, client }) => [database.close(), client.end()]));
    return report(crowds);
  } finally {
    await postgres.stop();
  }
}

async function gather(postgres: TestPostgres, size: (typeof CROWDS)[number]): Promise<Crowd> {
  const test = await postgres.freshDatabase({ migrate: true });
  const client = new Client({ connectionString: test.adminUrl });
  await client.connect();
  for (const statement of crowdOf(size)) await client.query(statement);
  return { ...size, client, database: openAsWorker(test), passes: [] };
}

function openAsWorker(test: TestDatabase): PgDatabase {
  return createDatabase({
    connectionString: test.workerUrl,
    role: 'cfdi_worker',
    keyRing: createKeyRing(`k1:${randomBytes(32).toString('base64')}`),
    log: { warn: () => undefined },
  });
}

/** One pass, and the end of what it admitted: the next one finds as many browsers free, and as many waiting but for these. */
async function admitOnce({ database, client, tasks }: Crowd): Promise<number> {
  const start = performance.now();
  const admitted = await database.system.admit({ maxSessions: ADMITTED });
  const ms = performance.now() - start;
  if (admitted.length !== ADMITTED) throw new Error(`${admitted.length} of ${tasks} admitted`);
  await client.query(
    `update automation_tasks set status = 'CANCELLED', failure = '{}', finished_at = now() where status = 'QUEUED'`,
  );
  return ms;
}

function report(crowds: readonly Crowd[]): BenchResult {
  const rows = crowds.map(({ tasks, tenants, passes }) => {
    const sorted = passes.toSorted((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
    return { tasks, tenants, median, slowest: sorted.at(-1) ?? 0 };
  });
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined) throw new Error('nothing was measured');
  return {
    ratio: first.median / last.median,
    lines: table([
      ['waiting', 'tenants', 'median ms', 'slowest ms', 'µs a task'],
      ...rows.map(({ tasks, tenants, median, slowest }) => [
        tasks.toLocaleString('en'),
        tenants.toLocaleString('en'),
        median.toFixed(1),
        slowest.toFixed(1),
        ((median * 1000) / ADMITTED).toFixed(0),
      ]),
    ]),
  };
}
