import { strFromU8, strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { unzip, ZIP_LIMITS } from './unzip.ts';

const contents = (archive: Uint8Array, limits = ZIP_LIMITS) =>
  Object.fromEntries(unzip(archive, limits).map(({ fileName, bytes }) => [fileName, strFromU8(bytes)]));

describe('unzip', () => {
  it('gives files without their folders, stored ones and packed ones', () => {
    const archive = zipSync({
      'a/b/x.xml': strToU8('<x/>'),
      'y.txt': [strToU8('hola'), { level: 0 }],
      'empty/': new Uint8Array(),
    });
    expect(contents(archive)).toEqual({ 'x.xml': '<x/>', 'y.txt': 'hola' });
  });

  it('leaves out an entry that is too large and keeps the rest', () => {
    const archive = zipSync({ 'big.xml': new Uint8Array(5_000), 'ok.xml': strToU8('<x/>') });
    expect(contents(archive, { ...ZIP_LIMITS, maxEntryBytes: 4_000 })).toEqual({ 'ok.xml': '<x/>' });
  });

  it('stops at a bomb by its ratio, whatever the other limits', () => {
    const archive = zipSync({ 'bomb.xml': new Uint8Array(30_000_000) }, { level: 9 });
    const loose = { ...ZIP_LIMITS, maxEntryBytes: 1e9, maxTotalBytes: 1e9 };
    expect(unzip(archive, loose)).toEqual([]);
    expect(unzip(archive, { ...loose, maxRatio: 1e4 })).toHaveLength(1);
  });

  it('opens no more entries than its limit', () => {
    const files = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`${index}.txt`, strToU8('x')]),
    );
    expect(unzip(zipSync(files), { ...ZIP_LIMITS, maxEntries: 5 })).toHaveLength(5);
  });

  it('gives what it can of a file cut off, and nothing of one that is no ZIP', () => {
    const archive = zipSync({
      'one.txt': [strToU8('uno'), { level: 0 }],
      'two.txt': [new Uint8Array(50_000), { level: 0 }],
    });
    expect(contents(archive.subarray(0, 2_000))).toEqual({ 'one.txt': 'uno' });
    expect(unzip(strToU8('not a zip at all'))).toEqual([]);
  });
});
