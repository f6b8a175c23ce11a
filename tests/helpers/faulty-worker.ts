/**
 * The worker's process with faults: it kills itself (SIGKILL) when it reaches the checkpoint named by FAULT_AT, and with
 * FAULT_MARK=off it works without the mark, to prove that a test of exactly-once issuance can fail.
 */
import { pino } from 'pino';
import { composeWorker, parseWorkerEnv, runAsProcess, type CreateGate } from '@cfdi-live/worker';

const env = parseWorkerEnv(process.env);
const log = pino({ level: env.LOG_LEVEL, base: { app: 'worker' } });
const faultAt = process.env['FAULT_AT'];

/** Lets everything through and remembers nothing: what the product would be without the ticket's row. */
const unguarded: CreateGate = (context) => ({
  async mark() {
    await context.reach('before_mark');
    await context.reach('after_mark');
    return { ok: true, sendWithinMs: 2_000 };
  },
  async submitted() {
    await context.reach('after_act');
    await context.reach('after_response');
  },
  settle: () => Promise.resolve(),
  isHarmless: () => true,
});

const worker = await composeWorker(env, log, {
  // Shorter than the product's, so that a test sees both looks of the double no.
  timings: { doubtMinAgeMs: 3_000, secondLookMs: 2_000, queuedForMs: 2_000 },
  reach: (point) => {
    if (point === faultAt) process.kill(process.pid, 'SIGKILL');
    return Promise.resolve();
  },
  ...(process.env['FAULT_MARK'] === 'off' ? { createGate: unguarded } : {}),
});
runAsProcess(worker, log);
