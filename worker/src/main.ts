/** The worker's process: reads the environment, builds the real parts, runs until it is told to stop. */
import { pino } from 'pino';
import { composeWorker } from './compose.ts';
import { parseWorkerEnv } from './env.ts';
import { runAsProcess } from './run-process.ts';

const env = parseWorkerEnv(process.env);
const log = pino({ level: env.LOG_LEVEL, base: { app: 'worker' } });
await runAsProcess(() => composeWorker(env, log), log);
