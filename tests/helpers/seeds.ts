/** Seeds of the fault bench: the same seed makes the same cases, by whatever it is run with. */
import type { Checkpoint } from '@cfdi-live/worker';

/** Where a worker is killed: the points of the bench, in the order of a run. */
export const KILL_POINTS = [
  'before_mark',
  'after_mark',
  'after_act',
  'after_response',
  'after_download',
  'after_artifacts',
  'before_terminal_event',
] as const satisfies readonly Checkpoint[];
export type KillPoint = (typeof KILL_POINTS)[number];

const DEFAULT_SEEDS = 20;

/** `FAULT_SEED` names one; else `FAULT_SEEDS` says how many. */
export function chosenSeeds(env: NodeJS.ProcessEnv): number[] {
  const one = env['FAULT_SEED'];
  if (one !== undefined) return [wholeNumber('FAULT_SEED', one)];
  const many = env['FAULT_SEEDS'];
  const count = many === undefined ? DEFAULT_SEEDS : wholeNumber('FAULT_SEEDS', many);
  return Array.from({ length: count }, (_, index) => index + 1);
}

/** `FAULT_POINT` names one; else all. */
export function chosenPoints(env: NodeJS.ProcessEnv): readonly KillPoint[] {
  const one = env['FAULT_POINT'];
  if (one === undefined) return KILL_POINTS;
  const point = KILL_POINTS.find((name) => name === one);
  if (point === undefined) throw new Error(`FAULT_POINT is none of ${KILL_POINTS.join(', ')}`);
  return [point];
}

/** Numbers in [0, 1) that follow from the seed alone (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function wholeNumber(name: string, text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new Error(`${name} is not a whole number from 1`);
  return Number(text);
}
