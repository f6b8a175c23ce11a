/** Answers that are remembered for a moment, so that a busy caller does not ask the database each time. */

export interface Recent<Answer> {
  /** The answer of the last `keepMs`, or a new one. Calls at one time share one question. */
  find(id: string): Promise<Answer>;
  /** Null: all of them. What is being asked right now is not remembered either. */
  forget(id: string | null): void;
}

/** Made-up ids must not fill the memory. */
const MOST = 10_000;

export function createRecent<Answer>(ask: (id: string) => Promise<Answer>, keepMs: number): Recent<Answer> {
  // In the order of insertion, which is the order of age.
  const entries = new Map<string, { askedAt: number; answer: Promise<Answer> }>();

  const dropOld = (now: number): void => {
    for (const [id, { askedAt }] of entries) {
      if (now - askedAt < keepMs && entries.size < MOST) break;
      entries.delete(id);
    }
  };
  return {
    find(id) {
      const now = performance.now();
      dropOld(now);
      const known = entries.get(id);
      if (known !== undefined) return known.answer;
      const entry = { askedAt: now, answer: ask(id) };
      entries.set(id, entry);
      // What failed is asked again by the next.
      entry.answer.catch(() => {
        if (entries.get(id) === entry) entries.delete(id);
      });
      return entry.answer;
    },
    forget(id) {
      if (id === null) entries.clear();
      else entries.delete(id);
    },
  };
}
