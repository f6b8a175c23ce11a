/**
 * SAT's own schemas and stylesheets, as the package `validadorcfdi` carries them. They are read as data, in tests alone; its
 * code is never loaded (see README.md).
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const PACKAGE = path.dirname(createRequire(import.meta.url).resolve('validadorcfdi/package.json'));

/** Where a file of SAT's `sitio_internet/cfd/` lies, such as `4/cfdv40.xsd`. */
export function satFile(name: string): string {
  return path.join(PACKAGE, 'dist/xslt/cfd', name);
}

export function readSatFile(name: string): string {
  return readFileSync(satFile(name), 'utf8');
}

/** Whether this machine has xsltproc; where `REQUIRE_XSLTPROC=1` says it must, its absence is an error. */
export function hasXsltproc(): boolean {
  try {
    execFileSync('xsltproc', ['--version'], { stdio: 'pipe' });
    return true;
  } catch (cause) {
    if (process.env['REQUIRE_XSLTPROC'] !== '1') return false;
    throw new Error('REQUIRE_XSLTPROC=1, but there is no xsltproc in PATH', { cause });
  }
}
