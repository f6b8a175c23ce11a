/** Opening ZIP files of strangers, within limits. */
import { Unzip, UnzipInflate } from 'fflate';

export interface ZipLimits {
  maxEntries: number;
  /** Bytes of one entry, and of all together, uncompressed. */
  maxEntryBytes: number;
  maxTotalBytes: number;
  /** Uncompressed to compressed, of the whole file. */
  maxRatio: number;
}

export const ZIP_LIMITS: ZipLimits = {
  maxEntries: 50,
  maxEntryBytes: 20 * 1024 * 1024,
  maxTotalBytes: 50 * 1024 * 1024,
  maxRatio: 200,
};

export interface ZipEntry {
  fileName: string;
  bytes: Uint8Array;
}

class LimitReached extends Error {}

/** The files of a ZIP, names without folders. What is beyond a limit, encrypted or broken is left out. */
export function unzip(archive: Uint8Array, limits: ZipLimits = ZIP_LIMITS): ZipEntry[] {
  const entries: ZipEntry[] = [];
  let total = 0;
  let count = 0;
  const most = Math.min(limits.maxTotalBytes, Math.max(archive.length * limits.maxRatio, 64 * 1024));
  const reader = new Unzip((file) => {
    count += 1;
    if (count > limits.maxEntries) throw new LimitReached('too many entries');
    if (file.name.endsWith('/')) return;
    const chunks: Uint8Array[] = [];
    let size = 0;
    file.ondata = (error, chunk, final) => {
      if (error !== null) return;
      size += chunk.length;
      total += chunk.length;
      if (total > most) throw new LimitReached('too large');
      if (size > limits.maxEntryBytes) chunks.length = 0;
      else chunks.push(chunk);
      if (final && size <= limits.maxEntryBytes)
        entries.push({ fileName: baseName(file.name), bytes: Buffer.concat(chunks) });
    };
    file.start();
  });
  reader.register(UnzipInflate);
  try {
    // In pieces, so that a bomb is stopped at its limit and not after it went off.
    for (let at = 0; at < archive.length; at += PIECE) {
      reader.push(archive.subarray(at, at + PIECE), at + PIECE >= archive.length);
    }
  } catch {
    // What was whole until here is kept: the proof of each document decides, not its wrapping.
  }
  return entries;
}

const PIECE = 16 * 1024;

function baseName(name: string): string {
  return name.split(/[\\/]/).at(-1) ?? name;
}
