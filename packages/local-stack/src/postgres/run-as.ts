import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { PostgresError } from './errors.ts';
import { run, type RunAs } from './process.ts';

function idOf(flag: '-u' | '-g', user: string): number | null {
  try {
    return Number(execFileSync('id', [flag, user], { encoding: 'utf8', stdio: 'pipe' }));
  } catch {
    return null;
  }
}

/**
 * Postgres refuses to run as root, so root lends it to another user: the owner of an existing data folder (it
 * must not change between starts), else `postgres`, else `nobody`.
 */
export function chooseUser(dataDir: string): RunAs {
  if (process.getuid?.() !== 0) return {};
  const existing = statSync(dataDir, { throwIfNoEntry: false });
  if (existing !== undefined && existing.uid !== 0) return { uid: existing.uid, gid: existing.gid };
  for (const user of ['postgres', 'nobody']) {
    const uid = idOf('-u', user);
    const gid = idOf('-g', user);
    if (uid !== null && gid !== null) return { uid, gid };
  }
  throw new PostgresError(
    'no_unprivileged_user',
    'Postgres does not run as root and this machine has neither a "postgres" nor a "nobody" user. Create one, or start as an ordinary user.',
  );
}

/** Whether that user may work in a folder: its own mode bits and those of every parent are in the way. */
export async function canEnter(runAs: RunAs, folder: string): Promise<boolean> {
  if (runAs.uid === undefined) return true;
  const { code } = await run('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], runAs);
  return code === 0;
}
