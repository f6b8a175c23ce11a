/**
 * The sweep of what is parked: control of which nothing is heard ends, warm tasks that have had their time become cold, and
 * browsers that wait for nobody are released at once, for a pool has few of them.
 */
import { mostWarm, type Database, type JobQueue, type StaleParking } from '@cfdi-live/domain';
import type { Logger } from 'pino';
import type { BrowserProvider } from '../ports.ts';

export interface ParkingDeps {
  database: Database;
  queue: JobQueue;
  provider: Pick<BrowserProvider, 'release' | 'requestsDuringTakeover'>;
  maxSessions: number;
  log: Logger;
}

const BATCH = 100;

/** One pass. What fails is found again by the next one. */
export async function sweepParking(deps: ParkingDeps): Promise<void> {
  const found = await deps.database.system.listStaleParking({
    mostWarm: mostWarm(deps.maxSessions),
    limit: BATCH,
  });
  for (const stale of found) await settle(deps, stale);
}

async function settle(deps: ParkingDeps, stale: StaleParking): Promise<void> {
  const { database, queue, log } = deps;
  const { why, taskId, nextFence } = stale;
  switch (why) {
    case 'due':
      return await queue.addRun({ taskId, nextFence });
    case 'silent':
      await database.withTenant(stale, (tx) => tx.control.endSilent(taskId));
      return;
    case 'warm':
    case 'surplus': {
      // Whoever resumes it first goes on with its browser.
      const surplus = why === 'surplus';
      if (!(await database.withTenant(stale, (tx) => tx.parking.cool(taskId, { surplus })))) return;
      log.info({ action: 'parking.cooled', task: taskId, why }, 'a parked task gave up its browser');
      return await release(deps, stale);
    }
    case 'left':
      return await release(deps, stale);
  }
}

/** Ends a parked session; before that, its provider is asked whether a person sent anything. */
async function release({ database, provider }: ParkingDeps, stale: StaleParking): Promise<void> {
  const { session, taskId } = stale;
  if (session === null) return;
  const { id, providerSessionId } = session;
  if (!(await database.withTenant(stale, (tx) => tx.parking.letGo(taskId, id)))) return;
  if (providerSessionId !== null) {
    if ((await provider.requestsDuringTakeover(providerSessionId).catch(() => null)) === 0)
      await database.withTenant(stale, (tx) => tx.parking.spareTicket(taskId, null));
    await provider.release(providerSessionId);
  }
  await database.withTenant(stale, (tx) => tx.sessions.terminate(id));
}
