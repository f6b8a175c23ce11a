/** A composed worker as a process: tells its supervisor when it is ready, drains on SIGTERM, ends with its supervisor. */
import type { Logger } from 'pino';
import type { ComposedWorker } from './compose.ts';

export function runAsProcess(worker: ComposedWorker, log: Logger): void {
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
  process.on('disconnect', () => stop('disconnect'));
  process.send?.({ type: 'ready' });
  log.info({ action: 'worker.started' }, 'worker started');
}
