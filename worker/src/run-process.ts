/** A composed worker as a process: tells its supervisor when it is ready, drains on SIGTERM, ends with its supervisor. */
import type { Logger } from 'pino';
import type { ComposedWorker } from './compose.ts';

/** As long as a supervisor would have waited. What is cut off then, another worker takes up as after a crash. */
const ORPHAN_GRACE_MS = 30_000;

/** `orphanGraceMs`: how long draining may take when nobody is left to end a process that does not come to an end. */
export function runAsProcess(worker: ComposedWorker, log: Logger, orphanGraceMs = ORPHAN_GRACE_MS): void {
  let stopping = false;
  const stop = (why: string) => {
    if (stopping) return;
    stopping = true;
    log.info(
      { action: 'worker.stopping', why },
      'worker stops: no further claims, running tasks are handed over',
    );
    worker.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
  process.on('disconnect', () => {
    stop('disconnect');
    setTimeout(() => process.exit(1), orphanGraceMs).unref();
  });
  process.send?.({ type: 'ready' });
  log.info({ action: 'worker.started' }, 'worker started');
}
