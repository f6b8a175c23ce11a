/**
 * The platform's upkeep. What is SQL alone runs at its times, by the database's own cron where it has one, else by the
 * queue: one of the two. Files are deleted by every worker, for no database reaches Storage.
 */
import {
  UPKEEP_WORKS,
  type ArtifactVault,
  type Database,
  type StorageDeletion,
  type UpkeepScheduler,
  type UpkeepWork,
} from '@cfdi-live/domain';
import type { Logger } from 'pino';
import { errorName } from '../run/run-task.ts';
import { repeat } from './repeat.ts';

export interface UpkeepDeps {
  database: Pick<Database, 'system'>;
  vault: Pick<ArtifactVault, 'remove'>;
  /** The queue's scheduler. */
  scheduler: UpkeepScheduler;
  log: Logger;
}

export interface Upkeep {
  /** Does one work that the queue called for. */
  take(work: UpkeepWork): Promise<void>;
  /** Stops at the next small step. */
  stop(): Promise<void>;
}

const DELETE_FILES_EVERY_MS = 60_000;
const CHOOSE_AGAIN_AFTER_MS = 10_000;
const FILES_AT_ONCE = 20;
/** One call to the database; a process that is told to stop waits no longer than this. */
const BUDGET_MS = 5_000;

export function startUpkeep(deps: UpkeepDeps, onError: (action: string) => (error: unknown) => void): Upkeep {
  const stopping = new AbortController();
  let chosen = false;
  const chooser = repeat(
    async () => {
      if (chosen) return;
      await chooseScheduler(deps);
      chosen = true;
    },
    CHOOSE_AGAIN_AFTER_MS,
    onError('schedule'),
  );
  const files = repeat(
    async () => {
      await removeEndedTenants(deps, stopping.signal);
      await deleteFiles(deps, stopping.signal);
    },
    DELETE_FILES_EVERY_MS,
    onError('delete_files'),
  );
  return {
    take: (work) => doUpkeep(work, deps, stopping.signal),
    async stop() {
      stopping.abort();
      await Promise.all([chooser.stop(), files.stop()]);
    },
  };
}

/** The database's cron before the queue; the one that is not chosen is told to rest first. */
export async function chooseScheduler({
  database,
  scheduler,
  log,
}: Pick<UpkeepDeps, 'database' | 'scheduler' | 'log'>): Promise<'pg_cron' | 'queue'> {
  const cron = await database.system.findCron();
  if (cron !== null) await scheduler.replace([]);
  await (cron ?? scheduler).replace(UPKEEP_WORKS);
  const by = cron === null ? 'queue' : 'pg_cron';
  log.info({ action: 'upkeep.scheduled', by }, 'upkeep is called for');
  return by;
}

export async function doUpkeep(
  work: UpkeepWork,
  { database, log }: Pick<UpkeepDeps, 'database' | 'log'>,
  signal: AbortSignal,
): Promise<void> {
  if (work === 'health') {
    const check = await database.system.checkHealth();
    if (check.status === 'warning')
      log.warn({ action: 'health.warning', ...check }, 'the database is under strain');
    return;
  }
  const what = work === 'retention' ? 'everything' : 'expired';
  while (!signal.aborted) {
    if (await database.system.retain({ what, budgetMs: BUDGET_MS })) return;
  }
}

/** Removes what tenants left that have ended, a batch after the other. Returns how many rows went, the biggest kinds alone. */
export async function removeEndedTenants(
  { database, log }: Pick<UpkeepDeps, 'database' | 'log'>,
  signal: AbortSignal,
): Promise<number> {
  let removed = 0;
  while (!signal.aborted) {
    const batch = await database.system.removeEndedTenant();
    if (batch === null) break;
    removed += batch;
  }
  if (removed > 0) log.info({ action: 'tenants.removed', rows: removed }, 'ended tenants removed');
  return removed;
}

/** Deletes from Storage what has lost its row, until nothing is due. Returns how many files went. */
export async function deleteFiles(
  { database, vault, log }: Pick<UpkeepDeps, 'database' | 'vault' | 'log'>,
  signal: AbortSignal,
): Promise<number> {
  let deleted = 0;
  while (!signal.aborted) {
    const due = await database.system.claimStorageDeletions(FILES_AT_ONCE);
    const gone = await Promise.all(due.map((file) => deleteFile(vault, file, log)));
    const ids = gone.filter((id) => id !== null);
    if (ids.length > 0) await database.system.strikeStorageDeletions(ids);
    deleted += ids.length;
    // A file that failed comes again by itself; with all of them failing, so would the next ones.
    if (due.length < FILES_AT_ONCE || ids.length === 0) break;
  }
  if (deleted > 0) log.info({ action: 'files.deleted', count: deleted }, 'files deleted');
  return deleted;
}

async function deleteFile(
  vault: UpkeepDeps['vault'],
  { id, storagePath, attempts }: StorageDeletion,
  log: Logger,
): Promise<string | null> {
  try {
    await vault.remove(storagePath);
    return id;
  } catch (error) {
    log.warn(
      { action: 'files.kept', attempts, err: errorName(error) },
      'a file was not deleted; tried again',
    );
    return null;
  }
}
