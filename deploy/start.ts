/**
 * `npm start`: API and worker as two processes on what the environment (or a `.env` file) says. SIGTERM and SIGINT go to
 * both and are waited for; when one ends by itself, the other is drained too and the exit code tells.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

if (existsSync('.env')) process.loadEnvFile('.env');

/** Each process has its own database role, so the environment holds a URL for each. */
function environmentOf(app: 'API' | 'WORKER'): NodeJS.ProcessEnv {
  const env = { ...process.env };
  for (const name of ['DATABASE_URL', 'DATABASE_DIRECT_URL', 'QUEUE_DATABASE_URL'] as const) {
    const own = process.env[`${app}_${name}`];
    if (own !== undefined && own !== '') env[name] = own;
  }
  return env;
}

function startApp(app: 'API' | 'WORKER', main: string): ChildProcess {
  const file = fileURLToPath(new URL(main, import.meta.url));
  return spawn(process.execPath, ['-C', 'cfdi-live-source', '--import', 'tsx', file], {
    env: environmentOf(app),
    stdio: 'inherit',
  });
}

const apps = [startApp('API', '../api/src/main.ts'), startApp('WORKER', '../worker/src/main.ts')];
let asked = false;
let exitCode = 0;

function stopAll(): void {
  for (const app of apps) if (app.exitCode === null && app.signalCode === null) app.kill('SIGTERM');
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    asked = true;
    stopAll();
  });
}
for (const app of apps) {
  app.on('exit', (code) => {
    if (!asked || code !== 0) exitCode = code === 0 || code === null ? 1 : code;
    stopAll();
    if (apps.every((each) => each.exitCode !== null || each.signalCode !== null)) process.exit(exitCode);
  });
}
