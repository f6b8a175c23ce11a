/**
 * The worker's process with faults: it kills itself (SIGKILL) when it reaches the checkpoint FAULT_AT for the FAULT_NTH time,
 * and with FAULT_MARK=off it works without the mark, to prove that a test of exactly-once issuance can fail. FAULT_TRACE
 * names a file that lists the checkpoints as they are reached; FAULT_CLOCK_MS shifts its clock.
 */
import { appendFileSync } from 'node:fs';
import { pino } from 'pino';
import { composeWorker, parseWorkerEnv, runAsProcess, type CreateGate } from '@cfdi-live/worker';

const env = parseWorkerEnv(process.env);
const log = pino({ level: env.LOG_LEVEL, base: { app: 'worker' } });
const faultAt = process.env['FAULT_AT'];
const trace = process.env['FAULT_TRACE'];
const clockShiftMs = Number(process.env['FAULT_CLOCK_MS'] ?? 0);
let left = Number(process.env['FAULT_NTH'] ?? 1);

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
  isHarmless: () => true,
});

const worker = await composeWorker(env, log, {
  // Shorter than the product's, so that a test sees both looks of the double no.
  timings: { doubtMinAgeMs: 3_000, secondLookMs: 2_000, queuedForMs: 2_000 },
  reach: (point) => {
    if (trace !== undefined) appendFileSync(trace, `${point}\n`);
    if (point === faultAt) left -= 1;
    if (point === faultAt && left === 0) process.kill(process.pid, 'SIGKILL');
    return Promise.resolve();
  },
  clock: { now: () => new Date(Date.now() + clockShiftMs) },
  ...(process.env['FAULT_MARK'] === 'off' ? { createGate: unguarded } : {}),
});
runAsProcess(worker, log);
