/**
 * `POST /v1/tasks`, with all that it does, against the same server with one plain insert. What counts is a burst of one tenant
 * (a backlog that is sent in: so many tasks in a second come in no other way); many tenants at once stand beside it.
 */
import { fork } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createAdmin, createDatabase, createKeyRing } from '@cfdi-live/db';
import { newUuid } from '@cfdi-live/contract';
import { startTestPostgres, type TestDatabase } from '@cfdi-live/local-stack/testing';
import { migrateQueue } from '@cfdi-live/queue';
import { Client } from 'pg';
import { BASELINE_TABLE } from './accept-baseline.ts';
import { table, type Bench, type BenchResult } from './lib/bench.ts';
import { load, type LoadRequest } from './lib/load.ts';

const ROUNDS = 4;
const ROUND_MS = 700;
/** The same for both: more than either needs to be always at work. */
const CONNECTIONS = 64;
/** By then V8 has compiled what is called for every request; what is slower to answer would else be measured colder, too. */
const WARM_UP_REQUESTS = 1500;
/** Of whom few come in one moment, so that few share a transaction. */
const MANY_TENANTS = 20;

export const bench: Bench = {
  name: 'accept',
  what: 'POST /v1/tasks (key, limits, RLS, idempotency, ticket, event, deliveries) against the same server with one insert',
  goal: 0.45,
  run,
};

/** What is sent, and to whom; the parts differ from the whole in one thing each. */
interface Kind {
  name: string;
  part: string | null;
  baseline?: true;
  status: number;
  next: () => LoadRequest;
}

async function run(): Promise<BenchResult> {
  const postgres = await startTestPostgres();
  try {
    const database = await postgres.freshDatabase({ migrate: true });
    const encryptionKeys = `k1:${randomBytes(32).toString('base64')}`;
    await runAsOwner(database, BASELINE_TABLE);
    await migrateQueue({ databaseUrl: database.ownerUrl, prefix: 'cfdi', grantTo: ['cfdi_api'] });
    const kinds = await prepareKinds(database, encryptionKeys);
    const server = await startServer(database, encryptionKeys);
    try {
      return await measure(kinds, server.urls, database);
    } finally {
      await server.stop();
    }
  } finally {
    await postgres.stop();
  }
}

async function measure(
  kinds: readonly Kind[],
  urls: { api: string; baseline: string },
  database: TestDatabase,
): Promise<BenchResult> {
  const shoot = (kind: Kind, milliseconds: number) =>
    load({
      url: kind.baseline === true ? urls.baseline : urls.api,
      connections: CONNECTIONS,
      milliseconds,
      status: kind.status,
      next: kind.next,
    });
  for (const kind of kinds.slice(0, 2)) {
    let warm = 0;
    while (warm < WARM_UP_REQUESTS) warm += ((await shoot(kind, ROUND_MS)).perSecond * ROUND_MS) / 1000;
  }
  // What autovacuum does within a minute: plans for tables that are not empty any more.
  await runAsOwner(database, 'analyze');
  for (const kind of kinds) await shoot(kind, ROUND_MS);
  const sums = kinds.map(() => ({ perSecond: 0, p50: 0, p99: 0, ownMicros: 0 }));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, kind] of kinds.entries()) {
      const cpu = process.cpuUsage();
      const got = await shoot(kind, ROUND_MS);
      const { user, system } = process.cpuUsage(cpu);
      const sum = sums[index];
      if (sum === undefined) continue;
      sum.ownMicros += (user + system) / ((got.perSecond * ROUND_MS) / 1000) / ROUNDS;
      sum.perSecond += got.perSecond / ROUNDS;
      sum.p50 += got.p50 / ROUNDS;
      sum.p99 += got.p99 / ROUNDS;
    }
  }
  const [plain, whole] = sums;
  if (plain === undefined || whole === undefined) throw new Error('nothing was measured');
  const costOf = (perSecond: number) => 1e6 / perSecond;
  const rows = kinds.map(({ name, part }, index) => {
    const sum = sums[index] ?? plain;
    const cost =
      part === null ? '' : `${part} ${Math.round(costOf(whole.perSecond) - costOf(sum.perSecond))} µs`;
    const own = `${Math.round(sum.ownMicros)} µs`;
    return [name, sum.perSecond.toFixed(0), sum.p50.toFixed(1), sum.p99.toFixed(1), own, cost];
  });
  return {
    ratio: whole.perSecond / plain.perSecond,
    lines: table([['', 'req/s', 'p50 ms', 'p99 ms', 'CPU of the load', 'cost of the part'], ...rows]),
  };
}

async function prepareKinds(database: TestDatabase, encryptionKeys: string): Promise<Kind[]> {
  const keyRing = createKeyRing(encryptionKeys);
  const admin = createAdmin({ connectionString: database.ownerUrl, keyRing });
  const log = { warn: () => undefined };
  const api = createDatabase({ connectionString: database.apiUrl, role: 'cfdi_api', keyRing, log });
  const newKeys = (tenants: number, plan: 'standard' | 'unlimited', endpoints: number) =>
    Promise.all(
      Array.from({ length: tenants }, async () => {
        const limits = { hourly: 1e9, profileHourly: 1e9 };
        const { id } = await admin.createTenant({ name: 'Bench', plan, limits });
        const scope = { tenantId: id, mode: 'live' as const };
        for (let i = 0; i < endpoints; i++) {
          await api.withTenant(scope, (tx) =>
            tx.webhooks.createEndpoint({
              id: newUuid(),
              url: 'https://hooks.example.com/',
              secret: `whsec_${randomBytes(32).toString('base64')}`,
            }),
          );
        }
        return (await admin.createApiKey({ ...scope, name: 'bench' })).key;
      }),
    );
  try {
    return kindsOf({
      limited: await newKeys(1, 'standard', 1),
      unheard: await newKeys(1, 'standard', 0),
      unlimited: await newKeys(1, 'unlimited', 1),
      many: await newKeys(MANY_TENANTS, 'standard', 1),
    });
  } finally {
    await Promise.all([admin.close(), api.close()]);
  }
}

type Keys = Record<'limited' | 'unheard' | 'unlimited' | 'many', readonly string[]>;

function kindsOf({ limited, unheard, unlimited, many }: Keys): Kind[] {
  return [
    { name: 'baseline: zod and one insert', part: null, baseline: true, status: 201, next: sender([], {}) },
    { name: 'POST /v1/tasks', part: null, status: 201, next: sender(limited, { repeatable: true }) },
    { name: '  without Idempotency-Key', part: 'idempotency', status: 201, next: sender(limited, {}) },
    {
      name: '  without a webhook endpoint',
      part: 'delivery',
      status: 201,
      next: sender(unheard, { repeatable: true }),
    },
    {
      name: '  plan unlimited',
      part: 'limits',
      status: 201,
      next: sender(unlimited, { repeatable: true }),
    },
    {
      name: `  of ${MANY_TENANTS} tenants in turn`,
      part: 'sharing',
      status: 201,
      next: sender(many, { repeatable: true }),
    },
    {
      name: '  refused before the database',
      part: 'all of the database',
      status: 422,
      next: sender(limited, { date: '2019-01-01' }),
    },
  ];
}

let count = 0;

/** Requests for tickets that nobody asked for yet, by each key in turn. */
function sender(
  keys: readonly string[],
  options: { repeatable?: boolean; date?: string },
): () => LoadRequest {
  return () => {
    count += 1;
    const key = keys[count % keys.length];
    return {
      path: '/v1/tasks',
      headers: {
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        ...(options.repeatable === true ? { 'idempotency-key': randomUUID() } : {}),
      },
      body: JSON.stringify({
        vendorUrl: 'http://portal.localhost:4000/',
        ticketData: {
          amount: 1160.5,
          date: options.date ?? new Date(Date.now() - 86_400_000).toISOString().slice(0, 10),
          folio: `F-${count}`,
          concept: 'Consumo',
        },
        profile: {
          rfc: 'CACX7605101P8',
          fullName: 'XOCHILT CASAS CHAVEZ',
          fiscalRegime: '612',
          postalCode: '36257',
          cfdiUse: 'G03',
          email: 'facturas@example.com',
        },
        metadata: { order: String(count) },
      }),
    };
  };
}

async function startServer(database: TestDatabase, encryptionKeys: string) {
  const child = fork(fileURLToPath(new URL('./lib/accept-server.ts', import.meta.url)), {
    execArgv: ['-C', 'cfdi-live-source', '--import', 'tsx'],
    env: {
      ...process.env,
      DATABASE_URL: database.apiUrl,
      OWNER_URL: database.ownerUrl,
      ENCRYPTION_KEYS: encryptionKeys,
      SUPABASE_URL: 'http://127.0.0.1:9',
      SUPABASE_SECRET_KEY: 'not called',
      ALLOWED_PRIVATE_HOSTS: 'portal.localhost:4000',
    },
  });
  const failed = once(child, 'exit').then(() => {
    throw new Error('the server under load did not start');
  });
  const [urls] = (await Promise.race([once(child, 'message'), failed])) as [
    { api: string; baseline: string },
  ];
  failed.catch(() => undefined);
  return {
    urls,
    stop: async () => {
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}

async function runAsOwner(database: TestDatabase, sql: string): Promise<void> {
  const client = new Client({ connectionString: database.ownerUrl });
  await client.connect();
  await client.query(sql);
  await client.end();
}
