/**
 * A process of the product under the stack: started as in production (its `main.ts` on an environment), it tells by IPC when it
 * is ready, and ends by itself when the stack's process is gone.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';

/** What a process sends once it serves: where it listens, for requests and for mail. */
interface ReadyMessage {
  type: 'ready';
  url?: string;
  smtpPort?: number | null;
}

export interface Service {
  readonly pid: number;
  /** Where it listens; null for a process that does not. */
  readonly url: string | null;
  /** Where it takes mail; null for a process that does not. */
  readonly smtpPort: number | null;
  /** SIGTERM, then waits for the end. Resolves with the exit code (null: ended by a signal). */
  stop(): Promise<number | null>;
  /** kill -9, as a crash would. */
  kill(): Promise<void>;
  /** Resolves when the process has ended, however. */
  readonly ended: Promise<number | null>;
}

export interface ServiceOptions {
  name: string;
  /** The file to run, TypeScript as it is. */
  main: string;
  env: Record<string, string>;
  /** Where its output goes; it holds structured log lines. */
  logFile: string;
}

const START_TIMEOUT_MS = 60_000;

/** Starts the process and waits until it is ready. Throws with the log's place when it ends before that. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const log = createWriteStream(options.logFile, { flags: 'a' });
  const child = fork(options.main, [], {
    execArgv: ['-C', 'cfdi-live-source', '--import', import.meta.resolve('tsx')],
    // Nothing of this process's environment but what every program needs: secrets are handed over by name.
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', TZ: 'UTC', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => {
      log.end();
      resolve(code);
    });
  });
  const ready = await waitUntilReady(child, options);
  const pid = child.pid ?? 0;
  return {
    pid,
    url: ready.url ?? null,
    smtpPort: ready.smtpPort ?? null,
    ended,
    stop() {
      child.kill('SIGTERM');
      return ended;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function waitUntilReady(child: ChildProcess, { name, logFile }: ServiceOptions): Promise<ReadyMessage> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`${name} ${why}; see ${logFile}`));
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      fail('did not start in time');
    }, START_TIMEOUT_MS);
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(`ended before it was ready (exit code ${String(code)})`);
    });
    child.on('message', (message) => {
      if (!isReady(message)) return;
      clearTimeout(timer);
      resolve(message);
    });
  });
}

function isReady(message: unknown): message is ReadyMessage {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready';
}
