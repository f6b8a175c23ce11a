import { execFileSync } from 'node:child_process';
import { chmod, chown, cp, lstat, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  findNativePackage,
  linkLibraries,
  prepareNative,
  type NativePackage,
} from '../../packages/local-stack/src/postgres/native.ts';
import { chooseUser } from '../../packages/local-stack/src/postgres/run-as.ts';

const asRoot = process.getuid?.() === 0;
let folder: string;
let installed: NativePackage;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cfdi-live-native-'));
  await chmod(folder, 0o755);
  const real = findNativePackage();
  installed = { ...real, native: path.join(folder, 'package', 'native') };
  await cp(real.native, installed.native, { recursive: true, verbatimSymlinks: true });
  await removeLinks();
});
afterEach(() => rm(folder, { recursive: true }));

/** The package as npm unpacks it when install scripts are off. */
async function removeLinks(): Promise<void> {
  const links = JSON.parse(await readFile(path.join(installed.native, 'pg-symlinks.json'), 'utf8')) as {
    target: string;
  }[];
  for (const { target } of links) await rm(path.join(folder, 'package', target), { force: true });
}

const version = (native: string): string =>
  execFileSync(path.join(native, 'bin', 'postgres'), ['--version'], { encoding: 'utf8', stdio: 'pipe' });

test('the binaries run without their postinstall', async () => {
  expect(() => version(installed.native)).toThrow();
  expect(linkLibraries(installed.native)).toBe(true);
  expect(linkLibraries(installed.native)).toBe(true); // again is harmless
  expect(version(installed.native)).toContain('PostgreSQL');
});

test.runIf(asRoot)(
  'as root, binaries that the other user cannot reach are copied, once, even by two at once',
  async () => {
    await chmod(path.join(folder, 'package'), 0o700);
    const shelf = path.join(folder, 'shared');
    await mkdir(shelf);
    const runAs = chooseUser(folder);
    const [a, b] = await Promise.all([
      prepareNative(installed, runAs, [shelf]),
      prepareNative(installed, runAs, [shelf]),
    ]);
    expect(a).toBe(b);
    expect(version(a)).toContain('PostgreSQL');
    expect(await readdir(path.dirname(a))).toEqual([installed.label]);
    const { ino } = await lstat(a);

    expect(await prepareNative(installed, runAs, [shelf])).toBe(a);
    expect((await lstat(a)).ino).toBe(ino); // nothing was copied a second time

    await rm(path.join(a, 'share'), { recursive: true }); // as a sweep of temp folders does
    expect(await prepareNative(installed, runAs, [shelf])).toBe(a);
    expect(await readdir(path.join(a, 'share'))).not.toEqual([]);
  },
);

test.runIf(asRoot)('a copy is never taken from a folder that someone else made', async () => {
  await chmod(path.join(folder, 'package'), 0o700);
  const runAs = chooseUser(folder);
  const planted = path.join(folder, 'shared', 'cfdi-live-postgres-0');
  await mkdir(planted, { recursive: true });
  await chown(planted, runAs.uid!, runAs.gid!);
  await expect(prepareNative(installed, runAs, [path.join(folder, 'shared')])).rejects.toMatchObject({
    code: 'binaries_broken',
    message: expect.stringContaining('not a folder that only we can write'),
  });
});
