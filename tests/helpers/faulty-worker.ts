/** The worker's process with faults (`faults.ts`); FAULT_DIR names the folder that it shares with the tests. */
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import {
  composeWorker,
  parseWorkerEnv,
  runAsProcess,
  type Checkpoint,
  type CreateGate,
} from '@cfdi-live/worker';
import { createGate } from '../../worker/src/run/gate.ts';
import { faultFolder, toldBy, type Fault } from './faults.ts';

const env = parseWorkerEnv(process.env);
const log = pino({ level: env.LOG_LEVEL, base: { app: 'worker' } });
const folder = faultFolder(process.env['FAULT_DIR'] ?? '');
/** Tasks that are worked without the mark. */
const unmarked = new Set<string>();

/** Lets everything through and remembers nothing: what the product would be without the ticket's row. */
const unguarded: CreateGate = (context) => ({
  async mark() {
    await context.reach('before_mark');
    await context.reach('after_mark');
    return { ok: true, sendWithinMs: 2_000 };
  },
  submitted: () => Promise.resolve(),
  settle: () => Promise.resolve(),
  answered: () => Promise.resolve(),
  isHarmless: () => true,
});

const compose = () =>
  composeWorker(env, log, {
    // Shorter than the product's, so that a test sees both looks of the double no. The lease is the product's.
    timings: { doubtMinAgeMs: 3_000, secondLookMs: 2_000, queuedForMs: 2_000 },
    watch: ({ id, metadata }) => {
      const { fault: first, afterwards, mark } = toldBy(metadata);
      const isOver = first !== undefined && countOf(id, first.at) >= first.nth;
      const fault = isOver && afterwards !== undefined ? afterwards : first;
      if (mark === 'off') unmarked.add(id);
      let inThisRun = 0;
      return async (point) => {
        folder.passed(id, point);
        if (fault?.at !== point) return;
        inThisRun += 1;
        const count = fault.everyRun === true ? inThisRun : countOf(id, point);
        if (count === fault.nth) await happen(fault, id);
      };
    },
    clock: { now: () => new Date(Date.now() + folder.clockMs()) },
    createGate: (context) => (unmarked.has(context.run.taskId) ? unguarded : createGate)(context),
  });
await runAsProcess(compose, log);

function countOf(taskId: string, point: Checkpoint): number {
  return folder.passages(taskId).filter((passage) => passage.point === point).length;
}

async function happen({ effect, ms = 0 }: Fault, taskId: string): Promise<void> {
  switch (effect) {
    case 'kill': {
      const die = () => process.kill(process.pid, 'SIGKILL');
      if (ms === 0) die();
      else setTimeout(die, ms);
      return;
    }
    case 'block':
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
      return;
    case 'hold':
      while (!folder.isLetGo(taskId)) await delay(20);
  }
}
