/**
 * Statements that travel together: one message to the server, one answer. pg can send statements ahead, but ends each of
 * them by a Sync, and the server writes an answer of its own to each; here one Sync ends them all.
 */
import { Query, type Connection, type QueryResult, type Submittable } from 'pg';

export interface BatchStatement {
  text: string;
  values: readonly unknown[];
  /** The first statement that fails is told to those behind it, too: the server passes over them. */
  settle(error: Error | null, result?: QueryResult): void;
}

/** What pg's client calls on a query that is under way; its types leave that out. */
interface UnderWay extends Submittable {
  handleRowDescription(message: unknown): void;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, connection: Connection): void;
  handleEmptyQuery(connection: Connection): void;
  handleError(error: Error, connection: Connection): void;
  handleReadyForQuery(connection: Connection): void;
}

/** A query of pg's client that is made of several; the client tells it of every answer. */
export class Batch implements UnderWay {
  /** Called by whoever watches over time, at the end of it all. */
  callback: (error: Error | null) => void = () => undefined;
  readonly #queries: UnderWay[];
  #at = 0;

  constructor(statements: readonly BatchStatement[]) {
    this.#queries = statements.map(({ text, values, settle }) => {
      // By the extended protocol, whether or not it has values: the simple one brings a Sync of its own.
      const config = { text, values: [...values], queryMode: 'extended' };
      return new Query(config, settle as never) as unknown as UnderWay;
    });
  }

  submit(connection: Connection): null {
    const withoutSync = Object.create(connection, { sync: { value: () => undefined } }) as Connection;
    connection.stream.cork();
    for (const query of this.#queries) query.submit(withoutSync);
    connection.sync();
    connection.stream.uncork();
    return null;
  }

  handleRowDescription(message: unknown): void {
    this.#queries[this.#at]?.handleRowDescription(message);
  }

  handleDataRow(message: unknown): void {
    this.#queries[this.#at]?.handleDataRow(message);
  }

  handleCommandComplete(message: unknown, connection: Connection): void {
    this.#queries[this.#at]?.handleCommandComplete(message, connection);
    this.#at += 1;
  }

  handleEmptyQuery(connection: Connection): void {
    this.#queries[this.#at]?.handleEmptyQuery(connection);
    this.#at += 1;
  }

  handleError(error: Error, connection: Connection): void {
    for (const done of this.#queries.slice(0, this.#at)) done.handleReadyForQuery(connection);
    for (const failed of this.#queries.slice(this.#at)) failed.handleError(error, connection);
    this.callback(error);
  }

  handleReadyForQuery(connection: Connection): void {
    for (const query of this.#queries) query.handleReadyForQuery(connection);
    this.callback(null);
  }
}
