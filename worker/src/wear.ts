/** When a worker is to be replaced by a fresh one: what browsers and files leave behind in a process adds up. */

/** Null: no such limit. */
export interface WearLimits {
  maxRuns: number | null;
  maxRssBytes: number | null;
}

export type WornOut = 'runs' | 'memory';

export interface Wear {
  /** Notes that a run has ended. */
  runEnded(): void;
  /** Resolves once a limit is reached, which only the end of a run can do: no worker is replaced before it did any work. */
  readonly wornOut: Promise<WornOut>;
}

export function createWear(limits: WearLimits, rss: () => number = () => process.memoryUsage.rss()): Wear {
  let runs = 0;
  let tell: (why: WornOut) => void = () => undefined;
  const wornOut = new Promise<WornOut>((resolve) => {
    tell = resolve;
  });
  return {
    wornOut,
    runEnded() {
      runs += 1;
      if (limits.maxRuns !== null && runs >= limits.maxRuns) tell('runs');
      else if (limits.maxRssBytes !== null && rss() > limits.maxRssBytes) tell('memory');
    },
  };
}
