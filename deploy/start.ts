/**
 * `npm start`: API and worker as two processes on what the environment (or a `.env` file) says. SIGTERM and SIGINT go to
 * both and are waited for; when one ends by itself, the other is drained too and the exit code tells. A worker that asks to
 * be recycled is started anew.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { RECYCLE_EXIT_CODE } from '../worker/src/exit-codes.ts';

const MAINS = { API: '../api/src/main.ts', WORKER: '../worker/src/main.ts' } as const;
type App = keyof typeof MAINS;

if (existsSync('.env')) process.loadEnvFile('.env');

/** Each process has its own database role, so the environment holds a URL for each. */
function environmentOf(app: App): NodeJS.ProcessEnv {
  const env = { ...process.env };
  for (const name of ['DATABASE_URL', 'DATABASE_DIRECT_URL', 'QUEUE_DATABASE_URL'] as const) {
    const own = process.env[`${app}_${name}`];
    if (own !== undefined && own !== '') env[name] = own;
  }
  return env;
}

const running = new Map<App, ChildProcess>();
let stopping = false;
let exitCode = 0;

function startApp(app: App): void {
  const file = fileURLToPath(new URL(MAINS[app], import.meta.url));
  const child = spawn(process.execPath, ['-C', 'cfdi-live-source', '--import', 'tsx', file], {
    env: environmentOf(app),
    stdio: 'inherit',
  });
  running.set(app, child);
  child.on('exit', (code) => {
    running.delete(app);
    const recycled = code === RECYCLE_EXIT_CODE;
    if (recycled && !stopping) {
      startApp(app);
      return;
    }
    if (!recycled && (!stopping || code !== 0)) exitCode = code === 0 || code === null ? 1 : code;
    stopAll();
    if (running.size === 0) process.exit(exitCode);
  });
}

function stopAll(): void {
  stopping = true;
  for (const child of running.values()) child.kill('SIGTERM');
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stopAll);
startApp('API');
startApp('WORKER');
