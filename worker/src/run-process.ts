/** A composed worker as a process: tells its supervisor when it is ready, drains on SIGTERM, ends with its supervisor. */
import type { Logger } from 'pino';
import type { ComposedWorker } from './compose.ts';
import { RECYCLE_EXIT_CODE } from './exit-codes.ts';

/**
 * As long as a supervisor waits before it kills (Kubernetes, Docker under `stop_grace_period`). What is cut off then,
 * another worker takes up as after a crash.
 */
const EXIT_WITHIN_MS = 29_000;

/**
 * Composes the worker and runs it. A supervisor that is gone already, or goes meanwhile, is followed at once: nothing is
 * claimed yet. `exitWithinMs`: how long handing over may take before the process ends without it.
 */
export async function runAsProcess(
  compose: () => Promise<ComposedWorker>,
  log: Logger,
  exitWithinMs = EXIT_WITHIN_MS,
): Promise<void> {
  const follow = () => process.exit(1);
  process.once('disconnect', follow);
  // Not there without a channel; the event of one that closed while modules were loaded came too early.
  if ('connected' in process && !process.connected) follow();
  const worker = await compose();
  process.off('disconnect', follow);

  let leaving = false;
  const exitWhen = (drained: Promise<void>, code: number) =>
    drained.then(
      () => process.exit(code),
      () => process.exit(1),
    );
  const stop = (why: string) => {
    if (leaving) return;
    leaving = true;
    log.info(
      { action: 'worker.stopping', why },
      'worker stops: no further claims, running tasks are handed over',
    );
    setTimeout(() => process.exit(1), exitWithinMs).unref();
    void exitWhen(worker.stop(), 0);
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
  process.on('disconnect', () => stop('disconnect'));
  void worker.wornOut.then((why) => {
    if (leaving) return;
    log.info({ action: 'worker.retiring', why }, 'worker is worn out: it ends when its runs have ended');
    void exitWhen(worker.retire(), RECYCLE_EXIT_CODE);
  });
  process.send?.({ type: 'ready', smtpPort: worker.smtpPort });
  log.info({ action: 'worker.started' }, 'worker started');
}
