import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** A process that cannot be mistaken for a later one with the same number. */
export type ProcessMark = { readonly pid: number; readonly startedAt: string };

const GROUP_GONE_TIMEOUT_MS = 2_000;
const POLL_MS = 5;

/** What Linux tells of a living process; undefined when it is gone, or dead and only not yet collected. */
const linuxProcess = (pid: string): { readonly group: string; readonly startedAt: string } | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the name in brackets, which may hold spaces; then come 3 state, 5 group, 22 start.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const { 0: state, 2: group, 19: startedAt } = fields;
    return state === 'Z' || group === undefined || startedAt === undefined ? undefined : { group, startedAt };
  } catch {
    return undefined;
  }
};

/** When a process started, in the system's own terms; undefined when there is none with that number. */
const startOf = (pid: number): string | undefined => {
  if (process.platform === 'linux') return linuxProcess(String(pid))?.startedAt;
  try {
    const said = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return said === '' ? undefined : said;
  } catch {
    return undefined;
  }
};

/** Writes down a living process, synchronously: nothing may happen between its start and this line. */
export const writeProcessMark = (file: string, pid: number): void => {
  const startedAt = startOf(pid);
  if (startedAt === undefined) return;
  writeFileSync(file, JSON.stringify({ pid, startedAt } satisfies ProcessMark));
};

/** The process that a mark names, if it is still that one and alive. */
export const readLivingMark = (file: string): ProcessMark | undefined => {
  try {
    const mark: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof mark !== 'object' || mark === null || !('pid' in mark) || !('startedAt' in mark))
      return undefined;
    const { pid, startedAt } = mark;
    if (typeof pid !== 'number' || typeof startedAt !== 'string') return undefined;
    return startOf(pid) === startedAt ? { pid, startedAt } : undefined;
  } catch {
    return undefined;
  }
};

const signalGroup = (pid: number, signal: NodeJS.Signals | 0): boolean => {
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
};

/** Dead members that nobody collects (a container without an init) keep a group's number, but are no life in it. */
const groupLives = (pid: number): boolean => {
  if (!signalGroup(pid, 0)) return false;
  if (process.platform !== 'linux') return true;
  return readdirSync('/proc').some((name) => /^\d+$/.test(name) && linuxProcess(name)?.group === String(pid));
};

/** Kills a process and all that it started, by the group which it leads; resolves when the group is gone. */
export const killGroup = async (pid: number): Promise<void> => {
  if (!signalGroup(pid, 'SIGKILL')) return;
  const attempts = GROUP_GONE_TIMEOUT_MS / POLL_MS;
  for (let attempt = 0; attempt < attempts && groupLives(pid); attempt += 1) await delay(POLL_MS);
};
