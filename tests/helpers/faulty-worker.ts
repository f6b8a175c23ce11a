/** The worker's process with faults (`faults.ts`), told by the file that FAULT_FILE names. */
import { pino } from 'pino';
import { composeWorker, parseWorkerEnv, runAsProcess, type CreateGate } from '@cfdi-live/worker';
import { createGate } from '../../worker/src/run/gate.ts';
import { faultFile } from './faults.ts';

const env = parseWorkerEnv(process.env);
const log = pino({ level: env.LOG_LEVEL, base: { app: 'worker' } });
const faults = faultFile(process.env['FAULT_FILE'] ?? '');

/** Lets everything through and remembers nothing: what the product would be without the ticket's row. */
const unguarded: CreateGate = (context) => ({
  async mark() {
    await context.reach('before_mark');
    await context.reach('after_mark');
    return { ok: true, sendWithinMs: 2_000 };
  },
  async submitted() {
    await context.reach('after_act');
  },
  settle: () => Promise.resolve(),
  answered: () => Promise.resolve(),
  isHarmless: () => true,
});

const worker = await composeWorker(env, log, {
  // Shorter than the product's, so that a test sees both looks of the double no.
  timings: { doubtMinAgeMs: 3_000, secondLookMs: 2_000, queuedForMs: 2_000 },
  reach: (point) => {
    faults.trace(point);
    const { crash, ...rest } = faults.read();
    if (crash?.at !== point) return Promise.resolve();
    const left = crash.nth - 1;
    faults.write(left === 0 ? rest : { ...rest, crash: { at: point, nth: left } });
    if (left === 0) process.kill(process.pid, 'SIGKILL');
    return Promise.resolve();
  },
  clock: { now: () => new Date(Date.now() + (faults.read().clockMs ?? 0)) },
  createGate: (context) => (faults.read().mark === 'off' ? unguarded : createGate)(context),
});
runAsProcess(worker, log);
