import { spawn } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { execFileSync } from 'node:child_process';

/** The user a child process runs as; empty means ours. */
export interface RunAs {
  uid?: number;
  gid?: number;
}

/** How a short-lived program ended; `code` is null when it was killed or could not be started. */
export interface RunResult {
  code: number | null;
  output: string;
}

/**
 * The whole environment of every Postgres program: none of ours, so no secret of the parent reaches another
 * user's process, and no PGDATA or locale of the developer changes the outcome.
 */
export const CLEAN_ENV = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/** Runs a program to its end without blocking the event loop; never throws. */
export function run(command: string, args: readonly string[], runAs: RunAs = {}): Promise<RunResult> {
  return new Promise((resolve) => {
    // The caller's working directory may be closed to the other user, and some programs give up without one.
    const child = spawn(command, args, {
      ...runAs,
      env: CLEAN_ENV,
      cwd: '/',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const collect = (chunk: Buffer): void => {
      output += chunk.toString('utf8');
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => resolve({ code: null, output: error.message }));
    child.on('close', (code) => resolve({ code, output }));
  });
}

/** Fields of /proc/<pid>/stat from the third on; null where there is no such process or no /proc. */
function procStat(pid: number): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses and may itself hold spaces and parentheses.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

function ps(pid: number, column: string): string | null {
  try {
    return execFileSync('ps', ['-p', String(pid), '-o', `${column}=`], {
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
  } catch {
    return null;
  }
}

/** Whether a process still runs. A zombie does not: in a container whose pid 1 reaps nothing it stays for ever. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return procStat(pid)?.[0] !== 'Z';
}

/** A text that tells this process from a later one that was given the same pid; null when it is gone. */
export function processIdentity(pid: number): string | null {
  if (!isRunning(pid)) return null;
  const startedAt = process.platform === 'linux' ? procStat(pid)?.[19] : ps(pid, 'lstart');
  return startedAt === undefined || startedAt === null ? null : `${pid}@${startedAt}`;
}

/** Whether `pid` is a Postgres server working in `dataDir`, not a stranger that was given an old pid. */
export function isServerOf(pid: number, dataDir: string): boolean {
  if (!isRunning(pid)) return false;
  if (process.platform !== 'linux') return ps(pid, 'command')?.includes(dataDir) === true;
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === dataDir;
  } catch {
    return false;
  }
}
