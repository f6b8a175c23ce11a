/** Stops what was started, last first, once; a part that fails to stop does not keep the others running. */
export class Teardown {
  readonly #steps: (() => Promise<unknown>)[] = [];
  #running: Promise<void> | null = null;

  /** Remembers how to stop a part, and hands the part through. */
  add<T>(stop: () => Promise<unknown>, part: T): T {
    this.#steps.push(stop);
    return part;
  }

  run(): Promise<void> {
    this.#running ??= this.#stopAll();
    return this.#running;
  }

  async #stopAll(): Promise<void> {
    const errors: unknown[] = [];
    for (const stop of this.#steps.toReversed()) await stop().catch((error: unknown) => errors.push(error));
    if (errors.length > 0) throw new AggregateError(errors, 'some parts of the stack did not stop cleanly');
  }
}
