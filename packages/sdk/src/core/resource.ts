import { List, type ListAnswer } from './pagination.ts';
import type { Call, Query, RequestOptions, Transport } from './transport.ts';

/** What the resources have in common: the way to the API. */
export abstract class Resource {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  protected get transport(): Transport {
    return this.#transport;
  }

  protected send<T>(
    method: Call['method'],
    path: string,
    more: Pick<Call, 'query' | 'body' | 'file'> = {},
    options?: RequestOptions,
  ): Promise<T> {
    return this.#transport.json({ method, path, ...more }, options);
  }

  /** Each page after the first continues where the one before ended. */
  protected pages<T>(path: string, query: Query = {}, options?: RequestOptions): List<T> {
    return new List((after) =>
      this.#transport.json<ListAnswer<T>>(
        { method: 'GET', path, query: after === undefined ? query : { ...query, before: undefined, after } },
        options,
      ),
    );
  }
}
