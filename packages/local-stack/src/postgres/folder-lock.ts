import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { PostgresError } from './errors.ts';
import { processIdentity } from './process.ts';

/** The right of one living process to supervise one data folder. */
export interface FolderLock {
  release(): void;
}

/**
 * Takes the lock beside a data folder, also from a holder that died without releasing it.
 *
 * @throws PostgresError `data_dir_in_use` while another living process holds it.
 */
export function lockFolder(dataDir: string): FolderLock {
  const lockFile = `${dataDir}.lock`;
  const mine = `${lockFile}.${randomUUID()}`;
  writeFileSync(mine, processIdentity(process.pid) ?? `${process.pid}@`);
  try {
    for (let attempt = 0; attempt < 10; attempt++) {
      try {
        // A hard link appears with its content at once and never overwrites: no reader sees half a lock.
        linkSync(mine, lockFile);
        return { release: () => rmSync(lockFile, { force: true }) };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const holder = readIfThere(lockFile);
      if (holder === null) continue;
      const pid = Number.parseInt(holder, 10);
      if (processIdentity(pid) === holder) {
        throw new PostgresError(
          'data_dir_in_use',
          `${dataDir} is served by process ${pid}. Stop that one, or use another folder.`,
        );
      }
      discard(lockFile, holder);
    }
  } finally {
    rmSync(mine, { force: true });
  }
  throw new PostgresError('data_dir_in_use', `${dataDir}: other processes keep taking its lock.`);
}

/** Removes a dead holder's lock, and puts back what turns out to be a living one's, taken in between. */
function discard(lockFile: string, deadHolder: string): void {
  const aside = `${lockFile}.${randomUUID()}`;
  try {
    renameSync(lockFile, aside);
    if (readIfThere(aside) !== deadHolder) linkSync(aside, lockFile);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
