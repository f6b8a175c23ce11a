/** Time as this package sees it; tests hand in one that they move themselves. */
export type Clock = {
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
  /** Runs `task` once, `ms` milliseconds from now; the answer takes it back. */
  readonly after: (ms: number, task: () => void) => () => void;
};

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, task) => {
    const timer = setTimeout(task, ms);
    return () => clearTimeout(timer);
  },
};
