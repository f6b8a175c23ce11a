/** Repeats a piece of upkeep: every so often, and at once when asked, never two at a time. */

export interface Repeated {
  /** Runs it soon: now, or right after the pass that is going on. */
  now(): void;
  /** Stops and waits for the pass that is going on. */
  stop(): Promise<void>;
}

export function repeat(
  work: () => Promise<void>,
  everyMs: number,
  onError: (error: unknown) => void,
): Repeated {
  let running: Promise<void> | null = null;
  let wanted = false;
  let stopped = false;

  const pass = async (): Promise<void> => {
    wanted = false;
    try {
      await work();
    } catch (error) {
      onError(error);
      // A failing pass waits for the next tick, or a database that is down would be asked without a pause.
      wanted = false;
    }
    running = null;
    if (wanted) now();
  };
  const now = () => {
    if (stopped) return;
    wanted = true;
    running ??= pass();
  };
  const timer = setInterval(now, everyMs);
  now();
  return {
    now,
    async stop() {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  };
}
