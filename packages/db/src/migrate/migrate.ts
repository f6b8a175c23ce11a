import { Client } from 'pg';
import { MigrationError } from './errors.ts';
import { readMigrations, type MigrationFile } from './files.ts';
import { planMigrations, type AppliedMigration, type MigrationPlan } from './plan.ts';

export interface MigrateOptions {
  /** The role that will own the tables; no superuser is needed. Direct connection or any pooler. */
  connectionString: string;
  /** Folder of `YYYYMMDDHHMMSS_verb_noun.sql` files. */
  dir: string;
  /** Receives one line per applied file. */
  log?: (line: string) => void;
}

export interface MigrateResult {
  /** Files applied by this run, in order. */
  applied: string[];
  /** How many the database had before. */
  present: number;
}

/** Any number, the same for everyone who migrates a database of this product. */
const LOCK_KEY = 7_220_401;

// The history table has the columns of the Supabase CLI, so that both see each other's work.
const HISTORY = `
  create schema if not exists supabase_migrations;
  create table if not exists supabase_migrations.schema_migrations (
    version text primary key, statements text[], name text
  );
  create schema if not exists cfdi_migrations;
  create table if not exists cfdi_migrations.checksums (
    version text primary key, checksum text not null, applied_at timestamptz not null default now()
  )`;

/**
 * Applies what is pending, one transaction a file. Safe to run from several processes at once: they take turns.
 *
 * @throws MigrationError on a refused folder, history or statement; files before it stay applied.
 */
export async function migrate(options: MigrateOptions): Promise<MigrateResult> {
  const log = options.log ?? (() => undefined);
  const files = await readMigrations(options.dir);
  const client = new Client({ connectionString: options.connectionString });
  // Without a listener a connection that is lost between two queries would end the process.
  client.on('error', (error) => log(`connection lost: ${error.message}`));
  await client.connect();
  try {
    await checkServer(client);
    const present = await locked(client, async () => {
      await ensureHistory(client);
      const { unsigned } = await currentPlan(client, files);
      for (const file of unsigned) await sign(client, file);
      return (await readHistory(client)).length;
    });
    const applied: string[] = [];
    for (;;) {
      // Planned anew under the lock each time, for another process may be applying the same folder.
      const file = await locked(client, async () => {
        const [next] = (await currentPlan(client, files)).pending;
        if (next !== undefined) await apply(client, next);
        return next;
      });
      if (file === undefined) return { applied, present };
      applied.push(file.file);
      log(`applied ${file.file}`);
    }
  } finally {
    await client.end();
  }
}

/** One transaction that holds the lock; a transaction's lock also works through a transaction pooler. */
async function locked<T>(client: Client, work: () => Promise<T>): Promise<T> {
  await client.query('begin');
  try {
    await client.query('select pg_advisory_xact_lock($1)', [LOCK_KEY]);
    const result = await work();
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

async function checkServer(client: Client): Promise<void> {
  const { rows } = await client.query<{ number: string; text: string }>(
    `select current_setting('server_version_num') as number, current_setting('server_version') as text`,
  );
  const { number, text } = rows[0] ?? { number: '0', text: 'unknown' };
  if (Number(number) >= 150_000) return;
  throw new MigrationError('server_too_old', `The server is Postgres ${text}; 15 or later is needed.`);
}

/** Asks before it creates: on a database that Supabase's CLI prepared we may use the table but not make schemas. */
async function ensureHistory(client: Client): Promise<void> {
  const { rows } = await client.query<{ present: boolean }>(
    `select to_regclass('supabase_migrations.schema_migrations') is not null
        and to_regclass('cfdi_migrations.checksums') is not null as present`,
  );
  if (rows[0]?.present !== true) await client.query(HISTORY);
}

async function readHistory(client: Client): Promise<AppliedMigration[]> {
  const { rows } = await client.query<AppliedMigration>(
    `select version, m.name, c.checksum
       from supabase_migrations.schema_migrations m left join cfdi_migrations.checksums c using (version)
      order by version`,
  );
  return rows;
}

async function currentPlan(client: Client, files: readonly MigrationFile[]): Promise<MigrationPlan> {
  return planMigrations(files, await readHistory(client));
}

async function apply(client: Client, file: MigrationFile): Promise<void> {
  const before = await transactionId(client);
  try {
    await client.query(file.sql);
  } catch (error) {
    throw sqlError(file, error);
  }
  if ((await transactionId(client)) !== before) {
    throw new MigrationError(
      'own_transaction',
      `${file.file} begins or ends a transaction: each file is one already`,
    );
  }
  // What the file set for itself must not reach the next one.
  await client.query('reset role; reset all');
  await client.query(
    'insert into supabase_migrations.schema_migrations (version, name, statements) values ($1, $2, $3)',
    [file.version, file.name, [file.sql]],
  );
  await sign(client, file);
}

async function sign(client: Client, file: MigrationFile): Promise<void> {
  await client.query('insert into cfdi_migrations.checksums (version, checksum) values ($1, $2)', [
    file.version,
    file.checksum,
  ]);
}

async function transactionId(client: Client): Promise<string | undefined> {
  const { rows } = await client.query<{ id: string }>('select pg_current_xact_id()::text as id');
  return rows[0]?.id;
}

function sqlError(file: MigrationFile, cause: unknown): MigrationError {
  const { message, position } = cause as { message: string; position?: string };
  // The server counts characters and we UTF-16 units: the same but for what lies beyond the basic plane.
  const line = position === undefined ? '' : `:${file.sql.slice(0, Number(position)).split('\n').length}`;
  return new MigrationError('sql_error', `${file.file}${line}: ${message}`, { cause });
}
