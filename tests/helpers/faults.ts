/**
 * What a faulty worker is told while it runs, in a file that both sides read: so a fault needs no new process, and the worker
 * that takes over after a crash begins without it.
 */
import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Checkpoint } from '@cfdi-live/worker';

export interface Faults {
  /** The worker kills itself (SIGKILL) when it reaches this checkpoint for the how-manieth time from now. */
  crash?: { at: Checkpoint; nth: number };
  /** Works without the mark, to prove that a test of exactly-once issuance can fail. */
  mark?: 'off';
  /** Shifts its clock. */
  clockMs?: number;
}

export interface FaultFile {
  read(): Faults;
  write(faults: Faults): void;
  /** Notes a checkpoint that was reached. */
  trace(point: Checkpoint): void;
  /** The checkpoints since the file was made. */
  traced(): Checkpoint[];
}

/** `path` need not exist: then there are no faults. */
export function faultFile(path: string): FaultFile {
  const textOf = (file: string): string => {
    try {
      return readFileSync(file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
      throw error;
    }
  };
  return {
    read() {
      const text = textOf(path);
      return text === '' ? {} : (JSON.parse(text) as Faults);
    },
    write(faults) {
      // In one step, for the other side may be reading.
      writeFileSync(`${path}.next`, JSON.stringify(faults));
      renameSync(`${path}.next`, path);
    },
    trace: (point) => appendFileSync(`${path}.trace`, `${point}\n`),
    traced: () => textOf(`${path}.trace`).trim().split('\n') as Checkpoint[],
  };
}
