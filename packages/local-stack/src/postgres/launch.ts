import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { PostgresError } from './errors.ts';
import { CLEAN_ENV, isRunning, isServerOf, type RunAs } from './process.ts';

/** A running server, ours by birth or by adoption. */
export interface ServerProcess {
  pid: number;
  port: number;
  adopted: boolean;
  /** Resolves once the process is gone, for whatever reason. */
  exited: Promise<void>;
}

export interface LaunchPlan {
  native: string;
  /** The real path: what the server's own working directory will read. */
  dataDir: string;
  runAs: RunAs;
  /** Null: any free one. */
  port: number | null;
  settings: Readonly<Record<string, string>>;
  log: (line: string) => void;
}

const START_TIMEOUT_MS = 20_000;
const RETRY_MS = 50;

/**
 * Starts the server, or adopts the one that an earlier, killed parent left running on the same folder.
 * Resolves when it accepts connections.
 */
export async function launch(plan: LaunchPlan): Promise<ServerProcess> {
  const giveUpAt = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const orphan = findOrphan(plan.dataDir);
    if (orphan !== null) {
      if (plan.port === null || plan.port === orphan.port) {
        if (orphan.ready) return { ...orphan, adopted: true, exited: whenGone(orphan.pid) };
      } else {
        process.kill(orphan.pid, 'SIGINT'); // it serves the wrong port
      }
    } else {
      const attempt = await spawnServer(plan, plan.port ?? (await freePort()));
      if (attempt.started) return attempt.server;
      const problem = classify(attempt.output);
      if (problem === 'fatal' || (problem === 'port_in_use' && plan.port !== null)) {
        const code = problem === 'fatal' ? 'start_failed' : problem;
        throw new PostgresError(code, `Postgres did not start on ${plan.dataDir}:\n${attempt.output.trim()}`);
      }
    }
    if (Date.now() > giveUpAt) {
      throw new PostgresError('start_failed', `Postgres on ${plan.dataDir} is not ready after 20 s.`);
    }
    await delay(RETRY_MS);
  }
}

/** Ends a server: at once for its clients, but with its data written. Resolves when it is gone. */
export async function terminate(server: ServerProcess): Promise<void> {
  signal(server.pid, 'SIGINT');
  const hurry = setTimeout(() => signal(server.pid, 'SIGQUIT'), 15_000);
  await server.exited;
  clearTimeout(hurry);
}

function signal(pid: number, name: 'SIGINT' | 'SIGQUIT'): void {
  if (isRunning(pid)) process.kill(pid, name);
}

type Attempt = { started: true; server: ServerProcess } | { started: false; output: string };

function spawnServer(plan: LaunchPlan, port: number): Promise<Attempt> {
  const settings: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '', // a socket's path is limited to 107 bytes; folders of projects are not
    lc_messages: 'C', // readiness is read from the messages
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...plan.settings,
  };
  const args = ['-D', plan.dataDir, '-p', String(port)];
  for (const [name, value] of Object.entries(settings)) args.push('-c', `${name}=${value}`);
  const child = spawn(path.join(plan.native, 'bin', 'postgres'), args, {
    ...plan.runAs,
    env: CLEAN_ENV,
    cwd: '/',
    // Its own process group: Ctrl-C is for us, who then stop it in order.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return new Promise((resolve) => {
    let output = '';
    const exited = new Promise<void>((gone) => {
      child.once('close', () => gone());
    });
    readLines(child, (line) => {
      plan.log(line);
      if (output.length < 20_000) output += `${line}\n`;
      if (!line.includes('database system is ready to accept connections')) return;
      resolve({ started: true, server: { pid: child.pid ?? -1, port, adopted: false, exited } });
    });
    child.once('error', (error) => resolve({ started: false, output: `FATAL: ${error.message}` }));
    child.once('close', () => resolve({ started: false, output }));
  });
}

function readLines(child: ChildProcess, onLine: (line: string) => void): void {
  let rest = '';
  child.stderr?.setEncoding('utf8');
  child.stderr?.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
}

/** Of a failed start: what passes by itself (`busy`), what another port heals, what nothing here heals. */
function classify(output: string): 'busy' | 'port_in_use' | 'fatal' {
  if (/could not bind|could not create any TCP\/IP sockets/.test(output)) return 'port_in_use';
  // After a kill -9 of the server its children live on for some milliseconds and hold the shared memory.
  if (/pre-existing shared memory block|lock file "postmaster.pid" already exists/.test(output))
    return 'busy';
  return 'fatal';
}

/** The living server that already works on this folder; a dead one's pid file is removed. */
function findOrphan(dataDir: string): { pid: number; port: number; ready: boolean } | null {
  const pidFile = path.join(dataDir, 'postmaster.pid');
  if (!existsSync(pidFile)) return null;
  const lines = readFileSync(pidFile, 'utf8').split('\n');
  const pid = Number.parseInt(lines[0] ?? '', 10);
  if (Number.isNaN(pid)) return null;
  if (!isServerOf(pid, dataDir)) {
    // Postgres itself would refuse to start when that pid lives on as a zombie or belongs to a stranger.
    rmSync(pidFile, { force: true });
    return null;
  }
  return { pid, port: Number.parseInt(lines[3] ?? '', 10), ready: lines[7]?.trim() === 'ready' };
}

/** A process that is not our child tells us nothing when it ends, so it is looked at. */
function whenGone(pid: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (isRunning(pid)) return;
      clearInterval(timer);
      resolve();
    }, 100);
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('no port was given'));
        else resolve(address.port);
      });
    });
  });
}
