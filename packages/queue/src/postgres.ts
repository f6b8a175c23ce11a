import {
  assertSchemaCompatibility,
  createPostgresBackend,
  LATEST_SCHEMA_VERSION,
  runMigrations,
  SchemaMigrationRequiredError,
  withBackend,
} from 'bullmq';
import { Client, escapeIdentifier, Pool, type PoolClient } from 'pg';
import { JOB_OPTIONS, STREAMS, workerOptions, type QueueBackend } from './backend.ts';

const bull = withBackend(createPostgresBackend);

/** One schema per prefix, so that two products may share a database. */
const schemaOf = (prefix: string): string => `${prefix}_queue`;

/**
 * BullMQ on Postgres. Needs a direct or session connection: a transaction pooler swallows its notifications.
 *
 * @param prefix lower-case identifier; the schema is `<prefix>_queue`
 */
export function postgresBackend(
  databaseUrl: string,
  prefix: string,
  onError: (error: Error) => void,
): QueueBackend {
  const schema = schemaOf(prefix);
  const limits = { connectionString: databaseUrl, connectionTimeoutMillis: 5000, keepAlive: true };
  const pool = new Pool({ ...limits, max: 1, query_timeout: 30_000 });
  pool.on('error', onError);
  // BullMQ keeps the first failure to connect for ever, so nothing of it is made before the schema was seen.
  let checked: Promise<void> | undefined;
  const ensureSchema = (): Promise<void> =>
    (checked ??= withClient(pool, (client) => migrateIfNeeded(client, schema)).catch((error: unknown) => {
      checked = undefined;
      throw error;
    }));

  return {
    ping: async () => {
      await ensureSchema();
      await pool.query('select 1');
    },
    openProducer: async (kind, onError) => {
      await ensureSchema();
      const queue = new bull.Queue<unknown>(kind, {
        connection: { ...limits, schema, max: 2 },
        defaultJobOptions: JOB_OPTIONS,
        streams: STREAMS,
      });
      queue.on('error', onError);
      try {
        await queue.waitUntilReady();
        return queue;
      } catch (error) {
        await queue.close().catch(() => undefined);
        throw error;
      }
    },
    openWorker: (kind, process, settings) => {
      const worker = new bull.Worker<unknown, void>(kind, process, {
        ...workerOptions(settings),
        connection: { ...limits, schema, max: Math.min(settings.concurrency, 4) + 1 },
      });
      worker.on('error', settings.onError);
      return worker;
    },
    close: () => pool.end(),
  };
}

/** Who may use a queue whose schema another role owns. */
export interface MigrateQueueOptions {
  /** A role that may create a schema in this database. */
  databaseUrl: string;
  prefix: string;
  /** Roles that add and take jobs. */
  grantTo?: readonly string[];
}

/**
 * Creates or upgrades the queue's tables: the boot step where those who use the queue may not. Repeating it is
 * harmless.
 */
export async function migrateQueue(options: MigrateQueueOptions): Promise<void> {
  const schema = schemaOf(options.prefix);
  const client = new Client({ connectionString: options.databaseUrl });
  client.on('error', () => undefined); // the query under way fails with the same error
  await client.connect();
  try {
    await migrateIfNeeded(client, schema);
    const name = escapeIdentifier(schema);
    for (const role of options.grantTo ?? []) {
      const grantee = escapeIdentifier(role);
      await client.query(`
        grant usage on schema ${name} to ${grantee};
        grant select, insert, update, delete on all tables in schema ${name} to ${grantee};
        grant usage, select on all sequences in schema ${name} to ${grantee}`);
    }
  } finally {
    await client.end();
  }
}

/** Looks first, for a role that only uses the queue may not even try to create. */
async function migrateIfNeeded(client: Client | PoolClient, schema: string): Promise<void> {
  try {
    if ((await assertSchemaCompatibility(client, schema)) >= LATEST_SCHEMA_VERSION) return;
  } catch (error) {
    if (!(error instanceof SchemaMigrationRequiredError)) throw error;
  }
  await runMigrations(client, schema);
}

async function withClient<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    return await work(client);
  } finally {
    client.release();
  }
}
