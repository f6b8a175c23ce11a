/**
 * A package as npm would publish it: built, packed, laid into a project of somebody else's without network. What it imports must be among its
 * own dependencies, for nothing else is there.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { publint } from 'publint';

const ROOT = path.join(import.meta.dirname, '../..');
const BIN = path.join(ROOT, 'node_modules/.bin');

export const run = promisify(execFile);

export interface PackedPackage {
  /** A folder to work in; removed with the rest. */
  dir: string;
  tarball: string;
  /** The project of somebody who installed it. */
  project: string;
  /** Where it lies in the project. */
  installed: string;
  remove(): Promise<void>;
}

/** Builds and packs `packages/<folder>`, with `more` beside package.json, README and LICENSE, and installs it. */
export async function packPackage(folder: string, more: readonly string[] = []): Promise<PackedPackage> {
  const source = path.join(ROOT, 'packages', folder);
  const dir = await mkdtemp(path.join(tmpdir(), `cfdi-live-packed-${folder}-`));
  const tarball = await pack(source, dir, more);
  const project = path.join(dir, 'project');
  const manifest = JSON.parse(await readFile(path.join(source, 'package.json'), 'utf8')) as {
    name: string;
    dependencies?: Record<string, string>;
  };
  const modules = path.join(project, 'node_modules');
  const installed = path.join(modules, manifest.name);
  await mkdir(installed, { recursive: true });
  await run('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']);
  await mkdir(path.join(modules, '@types'));
  for (const name of [...Object.keys(manifest.dependencies ?? {}), '@types/node']) {
    await symlink(path.join(ROOT, 'node_modules', name), path.join(modules, name));
  }
  await writeFile(path.join(project, 'package.json'), JSON.stringify({ type: 'module' }));
  return { dir, tarball, project, installed, remove: () => rm(dir, { recursive: true }) };
}

/** Beside the sources, not among them: in a checkout nothing is built, and the tests run on the sources. */
async function pack(source: string, dir: string, more: readonly string[]): Promise<string> {
  const built = path.join(dir, 'built');
  await mkdir(built);
  for (const name of ['package.json', 'README.md', 'LICENSE', ...more]) {
    await cp(path.join(source, name), path.join(built, name), { recursive: true });
  }
  await run(path.join(BIN, 'tsup'), ['--out-dir', path.join(built, 'dist')], { cwd: source });
  await run('npm', ['pack', '--ignore-scripts', '--offline', '--pack-destination', dir], { cwd: built });
  const packed = (await readdir(dir)).find((name) => name.endsWith('.tgz'));
  if (packed === undefined) throw new Error('npm packed nothing');
  return path.join(dir, packed);
}

/** Kinds of files in the tarball: what is built counts by its kind. */
export async function packedFiles({ tarball }: PackedPackage): Promise<string[]> {
  const { stdout } = await run('tar', ['-tzf', tarball]);
  const kinds = stdout
    .trim()
    .split('\n')
    .map((file) => file.replace(/^package\//, '').replace(/^dist\/.*\.(d\.c?ts|c?js|c?js\.map)$/, 'dist/*'));
  return [...new Set(kinds)].toSorted();
}

/** What publint would change. */
export async function lintPackage({ installed }: PackedPackage): Promise<unknown[]> {
  return (await publint({ pkgDir: installed, pack: false, strict: true })).messages;
}

/** Throws what "are the types wrong" says, if it says anything. `profile`: who may import the package. */
export async function checkTypes({ tarball }: PackedPackage, profile: 'esm-only' | 'node16'): Promise<void> {
  const flags = ['--profile', profile, '--no-definitely-typed', '--no-color', '--format', 'ascii'];
  await run(path.join(BIN, 'attw'), [tarball, ...flags]).catch(({ stdout }: { stdout: string }) => {
    throw new Error(stdout);
  });
}

/** Compiles a program of the project as its user might, libraries checked too. */
export async function compile({ project }: PackedPackage, file: string, lib = 'es2023'): Promise<void> {
  const options = [
    '--strict',
    '--exactOptionalPropertyTypes',
    '--skipLibCheck',
    'false',
    '--module',
    'nodenext',
  ];
  const target = ['--target', 'es2022', '--lib', lib, '--types', 'node'];
  await run(path.join(BIN, 'tsc'), [...options, ...target, file], { cwd: project }).catch(
    ({ stdout }: { stdout: string }) => {
      throw new Error(stdout);
    },
  );
}
