/**
 * What cuts a run off from its browser. A run that is asked to stop ends at its next safe point by itself; one that does not get there,
 * for the page hangs, is cut off after a while. Between a mark and its settlement only a lost lease does that.
 */
import type { Lease } from './lease.ts';

const LOOK_EVERY_MS = 100;

export interface Hands {
  /** Nothing more is sent to the browser, and what is under way there is given up. */
  readonly cut: AbortSignal;
  /** Ends the watch. */
  release(): void;
}

/** `critical`: an act that may issue has been marked, and what became of it is not known yet. */
export function keepHands({
  lease,
  critical,
  stopWithinMs,
}: {
  lease: Pick<Lease, 'stop' | 'lost'>;
  critical: () => boolean;
  stopWithinMs: number;
}): Hands {
  const cut = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const cutOff = () => cut.abort();
  const cutOffWhenSafe = () => {
    if (critical()) timer = setTimeout(cutOffWhenSafe, LOOK_EVERY_MS);
    else cutOff();
  };
  const onStop = () => {
    timer ??= setTimeout(cutOffWhenSafe, stopWithinMs);
  };
  lease.lost.addEventListener('abort', cutOff, { once: true });
  lease.stop.addEventListener('abort', onStop, { once: true });
  if (lease.stop.aborted) onStop();
  if (lease.lost.aborted) cutOff();
  return {
    cut: cut.signal,
    release() {
      clearTimeout(timer);
      lease.lost.removeEventListener('abort', cutOff);
      lease.stop.removeEventListener('abort', onStop);
    },
  };
}
