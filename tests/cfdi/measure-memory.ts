/**
 * Verifies the files that it is given, one after the other, and prints for each the megabytes by which the process grew above
 * what it was before the first: what is not given back counts against the next. `node --expose-gc`; Linux.
 *
 *   measure-memory.ts HONEST.xml FILE...
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { NO_TRUST, verifyCfdi } from '@cfdi-live/cfdi';

const MEGABYTE = 1024;
const EXPECTED = { now: new Date('2026-11-20T18:00:00Z') };
/** Held on to, so that the control sees what it costs. */
const hoard: Buffer[] = [];

function kilobytes(field: 'VmRSS' | 'VmHWM'): number {
  const [, value] =
    new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(value);
}

function work(file: string): number {
  const hoarded = /^hoard:(\d+)$/.exec(file)?.[1];
  const bytes = hoarded === undefined ? readFileSync(file) : undefined;
  globalThis.gc?.();
  const before = kilobytes('VmRSS');
  // From here on the highest mark is that of this document.
  writeFileSync('/proc/self/clear_refs', '5');
  if (bytes === undefined) hoard.push(Buffer.alloc(Number(hoarded) * 1024 * MEGABYTE, 1));
  else verifyCfdi(bytes, EXPECTED, NO_TRUST);
  return kilobytes('VmHWM') - Math.min(before, baseline);
}

const [honest = '', ...files] = process.argv.slice(2);
let baseline = Number.POSITIVE_INFINITY;
// Schemas are compiled and code is warm after this.
for (let round = 0; round < 3; round += 1) work(honest);
globalThis.gc?.();
baseline = kilobytes('VmRSS');
const grown = files.map((file) => Math.round(work(file) / MEGABYTE));
process.stdout.write(JSON.stringify(grown));
