import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { killGroup, readLivingMark, writeProcessMark } from '../chromium/processes.ts';
import type { Log } from '../log.ts';
import { removeBrowserFiles } from './browser.ts';
import { type SessionFolders, sessionFolders } from './folders.ts';
import { type SessionRecord, isOpen, loadRecord, saveRecord } from './record.ts';

/** A server's folder, held by this process. */
export type DataDir = {
  readonly sessionsDir: string;
  /** Sessions of earlier lives, oldest first; what was open when that server died is now ERROR. */
  readonly earlier: readonly SessionRecord[];
  readonly release: () => void;
};

/** The folder is in use: two servers on one would kill each other's browsers. */
export class DataDirInUseError extends Error {
  override readonly name = 'DataDirInUseError';
}

/** Chromium outlives a parent that was killed, so each earlier session is looked after. */
const sweepSession = async (
  folders: SessionFolders,
  now: string,
  log: Log,
): Promise<SessionRecord | undefined> => {
  const orphan = readLivingMark(folders.processMark);
  if (orphan !== undefined) {
    log('session.orphan_killed', { pid: orphan.pid });
    await killGroup(orphan.pid);
  }
  await removeBrowserFiles(folders, log);
  const record = loadRecord(folders.record);
  if (record === undefined || !isOpen(record)) return record;
  const lost: SessionRecord = { ...record, status: 'ERROR', updatedAt: now, endedAt: now };
  saveRecord(folders.record, lost);
  return lost;
};

/**
 * Takes the folder for this process, kills every Chromium that an earlier server left running from it, and reads
 * what it knew.
 * @param now milliseconds since the Unix epoch
 * @throws DataDirInUseError while another living server holds it
 */
export const openDataDir = async (dataDir: string, now: number, log: Log): Promise<DataDir> => {
  const lock = path.resolve(dataDir, 'server.pid');
  const sessionsDir = path.resolve(dataDir, 'sessions');
  mkdirSync(sessionsDir, { recursive: true, mode: 0o700 });
  const holder = readLivingMark(lock);
  if (holder !== undefined) {
    throw new DataDirInUseError(`Another server (process ${holder.pid}) uses the data folder ${dataDir}.`);
  }
  writeProcessMark(lock, process.pid);
  const release = (): void => rmSync(lock, { force: true });
  try {
    const nowIso = new Date(now).toISOString();
    const all = readdirSync(sessionsDir).map((id) => sessionFolders(sessionsDir, id));
    const swept = await Promise.all(all.map((folders) => sweepSession(folders, nowIso, log)));
    const earlier = swept
      .filter((record) => record !== undefined)
      .sort((a, b) => a.createdAt.localeCompare(b.createdAt));
    return { sessionsDir, earlier, release };
  } catch (error) {
    release();
    throw error;
  }
};
