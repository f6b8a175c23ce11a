import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { chmod, chown, lstat, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PostgresError } from './errors.ts';
import { sharedFolders } from './native.ts';
import { run, type RunAs } from './process.ts';
import { canEnter } from './run-as.ts';

/**
 * The real folder behind `dataDir`, made if need be. Usually the same one; where another user must run the
 * server and cannot reach `dataDir` (a clone under root's home), `dataDir` becomes a link to a folder it can.
 */
export async function placeDataDir(dataDir: string, runAs: RunAs): Promise<string> {
  const link = await lstat(dataDir).catch(() => null);
  if (link?.isSymbolicLink() === true) {
    if (existsSync(dataDir)) return realpathSync(dataDir);
    await rm(dataDir); // what it led to was swept away: begin anew
  }
  if (link === null || !link.isDirectory()) await mkdir(dataDir, { recursive: true });
  if (await canEnter(runAs, path.dirname(dataDir))) return realpathSync(dataDir);

  if (readdirSync(dataDir).length > 0) throw foreign(dataDir);
  for (const parent of sharedFolders()) {
    if (!(await canEnter(runAs, parent))) continue;
    const elsewhere = await mkdtemp(path.join(parent, 'cfdi-live-data-'));
    await rm(dataDir, { recursive: true });
    await symlink(elsewhere, dataDir);
    return realpathSync(elsewhere);
  }
  throw new PostgresError('init_failed', `Neither ${dataDir} nor a temp folder is open to uid ${runAs.uid}.`);
}

/**
 * Makes a new cluster in an empty folder; leaves an existing one of the right version as it is.
 *
 * @throws PostgresError `data_dir_foreign` (files of someone else), `data_dir_version`, `init_failed`.
 */
export async function initialise(
  native: string,
  dataDir: string,
  options: { runAs: RunAs; password: string; durable: boolean },
): Promise<void> {
  const versionFile = path.join(dataDir, 'PG_VERSION');
  if (existsSync(versionFile)) return checkVersion(native, dataDir, readFileSync(versionFile, 'utf8').trim());
  if (readdirSync(dataDir).length > 0) throw foreign(dataDir);

  // A kill in the middle leaves a cluster that looks whole, so it is made beside and renamed when done.
  const draft = `${dataDir}.draft`;
  const passwordFile = `${dataDir}.password`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  try {
    await writeFile(passwordFile, `${options.password}\n`, { mode: 0o600 });
    if (options.runAs.uid !== undefined && options.runAs.gid !== undefined) {
      await chown(draft, options.runAs.uid, options.runAs.gid);
      await chown(passwordFile, options.runAs.uid, options.runAs.gid);
    }
    const args = ['-D', draft, '-U', 'postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
    // The builtin provider sorts the same on every machine and needs no locale installed.
    args.push('--encoding=UTF8', '--locale-provider=builtin', '--locale=C.UTF-8', '--lc-messages=C');
    if (!options.durable) args.push('--no-sync');
    const { code, output } = await run(path.join(native, 'bin', 'initdb'), args, options.runAs);
    if (code !== 0)
      throw new PostgresError('init_failed', `initdb could not make ${dataDir}: ${output.trim()}`);
    await chmod(draft, 0o700);
    await rename(draft, dataDir); // replaces an empty folder
  } finally {
    await rm(passwordFile, { force: true });
    await rm(draft, { recursive: true, force: true });
  }
}

async function checkVersion(native: string, dataDir: string, found: string): Promise<void> {
  const { output } = await run(path.join(native, 'bin', 'postgres'), ['--version']);
  const ours = /(\d+)/.exec(output)?.[1];
  if (found !== ours) {
    throw new PostgresError(
      'data_dir_version',
      `${dataDir} was made by Postgres ${found}; the embedded one is ${ours}. Remove the folder to begin anew, or upgrade it with pg_upgrade.`,
    );
  }
}

function foreign(dataDir: string): PostgresError {
  return new PostgresError(
    'data_dir_foreign',
    `${dataDir} holds files but no Postgres cluster. Name an empty folder, or one made by an earlier start.`,
  );
}
