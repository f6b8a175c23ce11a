/**
 * The sweep: Postgres is the truth and the queue an accelerator, so once a second everything that a lost job, a dead
 * worker or a passed deadline left behind is picked up from the rows.
 */
import type { Database, JobQueue } from '@cfdi-live/domain';
import type { Logger } from 'pino';
import type { BrowserProvider, Timings } from '../ports.ts';

export interface SweepDeps {
  database: Database;
  queue: JobQueue;
  maxSessions: number;
  timings: Timings;
  log: Logger;
}

/** Admits waiting tasks and puts stranded ones back on the queue. */
export async function sweep(deps: SweepDeps): Promise<void> {
  const { database, queue } = deps;
  await database.system.failOverdue();
  const admitted = await database.system.admit({ maxSessions: deps.maxSessions });
  const stranded = await database.system.listStranded({ queuedForMs: deps.timings.queuedForMs, limit: 100 });
  for (const ref of [...admitted, ...stranded]) await queue.addRun(ref);
  if (stranded.length > 0)
    deps.log.warn({ action: 'sweep.stranded', count: stranded.length }, 'tasks put back on the queue');
}

/**
 * Ends browsers that no live run owns. A session's row is written before the provider is asked, so rows know them all; one
 * whose provider id was lost is found by the row's id in the provider's metadata. Returns how many were released.
 */
export async function reapSessions(deps: {
  database: Database;
  provider: BrowserProvider;
  log: Logger;
}): Promise<number> {
  const { database, provider } = deps;
  let released = 0;
  for (const orphan of await database.system.listOrphanSessions()) {
    const ids =
      orphan.providerSessionId === null ? await provider.findByRow(orphan.id) : [orphan.providerSessionId];
    for (const id of ids) await provider.release(id);
    await database.withTenant(orphan, (tx) => tx.sessions.terminate(orphan.id));
    released += ids.length;
  }
  if (released > 0) deps.log.warn({ action: 'reaper.released', count: released }, 'orphan browsers released');
  return released;
}
