/**
 * The sweep: Postgres is the truth and the queue an accelerator, so once a second everything that a lost job, a dead
 * worker or a passed deadline left behind is picked up from the rows.
 */
import type { Database, JobQueue } from '@cfdi-live/domain';
import type { Logger } from 'pino';
import type { Timings } from '../ports.ts';

export interface SweepDeps {
  database: Database;
  queue: JobQueue;
  maxSessions: number;
  /** A limit of the provider; null: none. */
  creationsPerMinute: number | null;
  timings: Timings;
  log: Logger;
}

/** Admits waiting tasks and puts stranded ones back on the queue. */
export async function sweep(deps: SweepDeps): Promise<void> {
  const { database, queue } = deps;
  await database.system.failOverdue();
  await database.system.failUnreachable();
  await admitAll(deps);
  const stranded = await database.system.listStranded({ queuedForMs: deps.timings.queuedForMs, limit: 100 });
  for (const ref of stranded) await queue.addRun(ref);
  if (stranded.length > 0)
    deps.log.warn({ action: 'sweep.stranded', count: stranded.length }, 'tasks put back on the queue');
}

/** Asks until a pass admits nothing: whoever found somebody else at it meanwhile has gone on. */
async function admitAll({ database, queue, maxSessions, creationsPerMinute }: SweepDeps): Promise<void> {
  let admitted;
  do {
    admitted = await database.system.admit({ maxSessions, creationsPerMinute });
    for (const ref of admitted) await queue.addRun(ref);
  } while (admitted.length > 0);
}
