/**
 * What goes wrong with a task, told in the task's own metadata, so that many tasks with faults of their own run side by side on
 * one stack. What a worker passes is noted in a file for each task, which outlives the worker: so a fault that is to happen once
 * happens once, whoever works on.
 */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Checkpoint } from '@cfdi-live/worker';

/** One fault of one task. */
export interface Fault {
  at: Checkpoint;
  /** The how-manieth passage of the checkpoint in the task's life; with `everyRun`, in each of its runs. */
  nth: number;
  /**
   * `kill`: the process ends by SIGKILL, `ms` after the passage. `block`: its event loop stands still for `ms`. `hold`: the run
   * waits there until it is let go, and the worker lives on.
   */
  effect: 'kill' | 'block' | 'hold';
  ms?: number;
  everyRun?: true;
}

/** What is told in a task's metadata. */
export interface Told {
  fault?: Fault;
  /** What goes wrong once the first one has happened. */
  afterwards?: Fault;
  /** Works without the mark, to prove that a test of exactly-once issuance can fail. */
  mark?: 'off';
}

/** A checkpoint that was passed. */
export interface Passage {
  point: Checkpoint;
  pid: number;
  /** Milliseconds since the epoch. */
  at: number;
}

const KEY = 'fault';

export function faultMetadata(told: Told): Record<string, string> {
  return { [KEY]: JSON.stringify(told) };
}

export function toldBy(metadata: Record<string, string>): Told {
  const text = metadata[KEY];
  return text === undefined ? {} : (JSON.parse(text) as Told);
}

/** The folder that tests and faulty workers share. Task ids are bare. */
export interface FaultFolder {
  passed(taskId: string, point: Checkpoint): void;
  passages(taskId: string): Passage[];
  letGo(taskId: string): void;
  isLetGo(taskId: string): boolean;
  /** How far the workers' clocks are from the real one. */
  clockMs(): number;
  setClock(ms: number): void;
}

export function faultFolder(dir: string): FaultFolder {
  const file = (name: string) => path.join(dir, name);
  const textOf = (name: string) => (existsSync(file(name)) ? readFileSync(file(name), 'utf8') : '');
  return {
    passed(taskId, point) {
      appendFileSync(file(`${taskId}.passed`), `${point} ${process.pid} ${Date.now()}\n`);
    },
    passages: (taskId) =>
      textOf(`${taskId}.passed`)
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => {
          const [point, pid, at] = line.split(' ');
          return { point: point as Checkpoint, pid: Number(pid), at: Number(at) };
        }),
    letGo: (taskId) => writeFileSync(file(`${taskId}.go`), ''),
    isLetGo: (taskId) => existsSync(file(`${taskId}.go`)),
    clockMs: () => Number(textOf('clock')),
    setClock: (ms) => writeFileSync(file('clock'), String(ms)),
  };
}
