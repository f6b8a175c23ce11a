/** Connections: statements and transactions on a pool, with one error for "the database is away". */
import { Pool, type PoolClient, type QueryResult } from 'pg';
import { Batch, type BatchStatement } from './batch.ts';
import { DatabaseUnavailable, isUnavailable } from './errors.ts';

/** Takes one statement and its bind parameters. */
export interface Sql {
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** A statement that somebody else sends. */
export type Statement = readonly [text: string, values: readonly unknown[]];

/**
 * A transaction on a connection of its own. Its statements are done in the order in which they were asked for, whether
 * or not each was waited for, and what fails is told as the first one's failure: those behind it only say that the
 * transaction is aborted.
 */
export interface Transaction extends Sql {
  /** Does a part of the work for itself: what it throws undoes that part, and the transaction can go on. */
  part<T>(work: () => Promise<T>): Promise<T>;
  /** Sends `last` and the commit together, so that what they lock is locked for no round trip of ours. */
  commit(last?: readonly Statement[]): Promise<void>;
  /** Never throws: where the connection is lost, so is the transaction. */
  rollback(): Promise<void>;
}

export interface SqlPool extends Sql {
  /**
   * Opens a transaction and sends the statements of its `context`; they travel together with the first of the work. Ends
   * with `commit` or `rollback`.
   */
  open(context: readonly Statement[]): Promise<Transaction>;
  /** Opens, works and commits; what `work` throws rolls back. */
  transaction<T>(context: readonly Statement[], work: (sql: Sql) => Promise<T>): Promise<T>;
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

const BEGIN: Statement = ['begin', []];

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

  const open = async (context: readonly Statement[]): Promise<Transaction> => {
    const transaction = transactionOn(await reported(() => pool.connect()));
    // Not waited for: whoever waits for a later statement learns of their failure.
    for (const [text, values] of [BEGIN, ...context]) transaction.query(text, values).catch(() => undefined);
    return transaction;
  };
  return {
    query: (text, values) => reported(() => run(pool, text, values)),
    open,
    async transaction(context, work) {
      const transaction = await open(context);
      try {
        const result = await work(transaction);
        await transaction.commit();
        return result;
      } catch (error) {
        await transaction.rollback();
        throw error;
      }
    },
    close: () => pool.end(),
  };
}

function transactionOn(client: PoolClient): Transaction {
  const send = batching(client);
  let failure: { error: unknown } | undefined;
  let ended = false;
  // Between two statements, too, a connection can be lost; the next statement says so.
  const ignore = () => undefined;
  client.on('error', ignore);
  const end = (broken?: Error): void => {
    ended = true;
    client.off('error', ignore);
    client.release(broken);
  };
  const query: Sql['query'] = async <Row extends object>(
    text: string,
    values?: readonly unknown[],
  ): Promise<Row[]> => {
    try {
      return (await reported(() => send(text, values ?? []))).rows as Row[];
    } catch (error) {
      failure ??= { error };
      throw failure.error;
    }
  };
  return {
    query,
    async part(work) {
      query('savepoint part').catch(ignore);
      try {
        const result = await work();
        await query('release savepoint part');
        return result;
      } catch (error) {
        // A transaction that had failed before has no such savepoint, and stays as it is.
        const before = failure;
        failure = undefined;
        await query('rollback to savepoint part').catch(() => (failure = before));
        throw error;
      }
    },
    async commit(last = []) {
      for (const [text, values] of last) query(text, values).catch(ignore);
      await query('commit');
      // A failure that nobody looked at has made a rollback of it.
      if (failure !== undefined) throw failure.error;
      end();
    },
    async rollback() {
      if (ended) return;
      if (failure?.error instanceof DatabaseUnavailable) return end(failure.error);
      // Not before what waits to be sent, above all the beginning of the transaction.
      await new Promise<void>((sent) => process.nextTick(sent));
      await client.query('rollback').then(() => end(), end);
    },
  };
}

/** What is asked for in one tick travels together. */
function batching(client: PoolClient): (text: string, values: readonly unknown[]) => Promise<QueryResult> {
  let waiting: BatchStatement[] = [];
  return (text, values) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) {
        process.nextTick(() => {
          client.query(new Batch(waiting));
          waiting = [];
        });
      }
      const settle: BatchStatement['settle'] = (error, result) =>
        result === undefined ? reject(error) : resolve(result);
      waiting.push({ text, values, settle });
    });
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
