/** Connections: statements and transactions on a pool, with one error for "the database is away". */
import { Pool, type QueryResult } from 'pg';
import { DatabaseUnavailable, isUnavailable } from './errors.ts';

/** Takes one statement and its bind parameters. */
export interface Sql {
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

export interface SqlPool extends Sql {
  /**
   * `begin` opens the transaction and sets its context in one round trip; it holds no values from outside. What `work`
   * throws rolls back.
   */
  transaction<T>(begin: string, work: (sql: Sql) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Where a pool reports what it cannot throw; a pino logger fits. */
export interface DbLog {
  warn(fields: Record<string, unknown>, message: string): void;
}

export interface PoolOptions {
  connectionString: string;
  maxConnections: number;
  applicationName: string;
  log: DbLog;
}

export function createPool(options: PoolOptions): SqlPool {
  const pool = new Pool({
    connectionString: options.connectionString,
    max: options.maxConnections,
    application_name: options.applicationName,
    connectionTimeoutMillis: 5_000,
    // A statement that was sent into a dead connection must not hold its caller forever.
    query_timeout: 30_000,
    keepAlive: true,
  });
  // Without a listener, an idle connection that is lost would end the process.
  pool.on('error', (error) => options.log.warn({ error: error.message }, 'idle database connection lost'));

  return {
    query: (text, values) => reported(() => run(pool, text, values)),
    async transaction(begin, work) {
      const client = await reported(() => pool.connect());
      // Between two statements, too, a connection can be lost; the next statement says so.
      const ignore = () => undefined;
      client.on('error', ignore);
      let broken: Error | undefined;
      const sql: Sql = { query: (text, values) => reported(() => run(client, text, values)) };
      try {
        await sql.query(begin);
        const result = await work(sql);
        await sql.query('commit');
        return result;
      } catch (error) {
        if (error instanceof DatabaseUnavailable) broken = error;
        else await client.query('rollback').catch((failed: Error) => (broken = failed));
        throw error;
      } finally {
        client.off('error', ignore);
        client.release(broken);
      }
    },
    close: () => pool.end(),
  };
}

async function run<Row extends object>(
  on: { query(text: string, values: unknown[]): Promise<QueryResult> } & {
    query(text: string): Promise<unknown>;
  },
  text: string,
  values: readonly unknown[] | undefined,
): Promise<Row[]> {
  // Without values it goes by the simple protocol, which alone takes several statements at once.
  if (values === undefined) {
    const result = (await on.query(text)) as QueryResult<Row> | QueryResult<Row>[];
    return Array.isArray(result) ? [] : result.rows;
  }
  return ((await on.query(text, [...values])) as QueryResult<Row>).rows;
}

async function reported<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isUnavailable(error) ? new DatabaseUnavailable({ cause: error }) : error;
  }
}
