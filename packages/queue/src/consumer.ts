import type { Processor } from 'bullmq';
import type { BullWorker, QueueBackend, WorkerSettings } from './backend.ts';
import type { JobKind } from './kinds.ts';
import { asError } from './problem.ts';

/** Takes jobs until it is closed, through any outage of the backend. */
export interface Consumer {
  /**
   * Takes no further job. `graceful` waits for the handlers under way; otherwise their signals are aborted, and
   * jobs that they leave unfinished go to another worker once their lock has run out.
   */
  close(options: { graceful: boolean }): Promise<void>;
}

const RETRY_MS = 1000;

export function startConsumer(
  backend: QueueBackend,
  kind: JobKind,
  process: Processor<unknown, void>,
  settings: WorkerSettings,
): Consumer {
  const closing = new AbortController();
  let worker: BullWorker | undefined;

  /** One worker from its start to its end; throws when it could not start or gave up. */
  const work = async (): Promise<void> => {
    await backend.ping();
    if (closing.signal.aborted) return;
    const started = backend.openWorker(kind, process, settings);
    worker = started;
    try {
      await started.waitUntilReady();
      // It sees to interruptions itself, but not to a backend that is away at the very beginning.
      await started.run();
    } catch (error) {
      await started.close(true).catch(() => undefined);
      throw error;
    }
  };
  const loop = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      try {
        await work();
      } catch (error) {
        if (!closing.signal.aborted) settings.onError(asError(error));
      }
      await pause(RETRY_MS, closing.signal);
    }
  };
  const ended = loop();

  return {
    close: async ({ graceful }) => {
      closing.abort();
      if (!graceful) {
        worker?.cancelAllJobs('closing');
        // A forced close leaves the wait for the next job in place, which on Postgres then connects anew.
        void worker?.getBackend().disconnectBlocking(false);
      }
      await worker?.close(!graceful);
      // A handler that ignores its signal would keep the loop, and us, for as long as it likes.
      if (graceful) await ended;
    },
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
