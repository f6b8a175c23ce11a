import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { SessionFolders } from './folders.ts';

/** How a session stands. The last three are ends: nothing follows them. */
export type SessionStatus = 'PENDING' | 'RUNNING' | EndStatus;
export type EndStatus = 'ERROR' | 'TIMED_OUT' | 'COMPLETED';

export const SESSION_STATUSES: readonly SessionStatus[] = [
  'PENDING',
  'RUNNING',
  'ERROR',
  'TIMED_OUT',
  'COMPLETED',
];
export const REGIONS = ['us-west-2', 'us-east-1', 'eu-central-1', 'ap-southeast-1'] as const;
export type Region = (typeof REGIONS)[number];

/** A session as Browserbase's API shows it; times are ISO 8601. */
export type SessionRecord = {
  readonly id: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly startedAt: string;
  readonly expiresAt: string;
  readonly endedAt?: string;
  readonly status: SessionStatus;
  readonly projectId: string;
  readonly keepAlive: boolean;
  readonly region: Region;
  readonly proxyBytes: 0;
  readonly userMetadata: Readonly<Record<string, unknown>>;
};

/** Whether a session counts against the limit and can be connected to, now or in a moment. */
export const isOpen = ({ status }: SessionRecord): boolean => status === 'PENDING' || status === 'RUNNING';

/** Keeps the record for the server's next life; a crash in the midst leaves the one before. */
export const saveRecord = (file: string, record: SessionRecord): void => {
  writeFileSync(`${file}.new`, JSON.stringify(record));
  renameSync(`${file}.new`, file);
};

/** A record that `saveRecord` wrote, or undefined where there is none that can be read. */
export const loadRecord = (file: string): SessionRecord | undefined => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as SessionRecord;
  } catch {
    return undefined;
  }
};

/** The record of a session, on disk as in memory. */
export const createStoredRecord = (
  initial: SessionRecord,
  { clock, log, folders }: { readonly clock: Clock; readonly log: Log; readonly folders: SessionFolders },
) => {
  let record = initial;
  return {
    current: (): SessionRecord => record,
    change: (fields: Partial<SessionRecord>): void => {
      record = { ...record, ...fields, updatedAt: new Date(clock.now()).toISOString() };
      try {
        saveRecord(folders.record, record);
      } catch (error) {
        // A full disk must not keep a browser alive; only the server's next life would miss this.
        log('session.not_saved', { sessionId: record.id, reason: String(error) });
      }
      log('session.status', { sessionId: record.id, status: record.status });
    },
  };
};
