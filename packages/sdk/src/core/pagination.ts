/** One page of a list, as the API answers it. */
export interface ListAnswer<T> {
  data: T[];
  hasMore: boolean;
  nextCursor: string | null;
}

/**
 * A list that is awaited for its first page or iterated for everything:
 * `const page = await client.tasks.list()` or `for await (const task of client.tasks.list())`.
 */
export class List<T> implements PromiseLike<Page<T>>, AsyncIterable<T> {
  readonly #fetchPage: (after: string | undefined) => Promise<ListAnswer<T>>;

  constructor(fetchPage: (after: string | undefined) => Promise<ListAnswer<T>>) {
    this.#fetchPage = fetchPage;
  }

  // oxlint-disable-next-line unicorn/no-thenable -- awaiting a list is its purpose
  then<A = Page<T>, B = never>(
    onFulfilled?: ((page: Page<T>) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#page(undefined).then(onFulfilled, onRejected);
  }

  async *[Symbol.asyncIterator](): AsyncIterator<T> {
    let page: Page<T> | null = await this.#page(undefined);
    while (page !== null) {
      yield* page.data;
      page = await page.next();
    }
  }

  async #page(after: string | undefined): Promise<Page<T>> {
    const answer = await this.#fetchPage(after);
    return {
      ...answer,
      next: async () =>
        answer.hasMore && answer.nextCursor !== null ? await this.#page(answer.nextCursor) : null,
    };
  }
}

/** A page, and the way to the next one. */
export interface Page<T> extends ListAnswer<T> {
  /** Null after the last page. */
  next(): Promise<Page<T> | null>;
}
