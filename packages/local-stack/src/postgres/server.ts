import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { initialise, placeDataDir } from './data-dir.ts';
import { PostgresError } from './errors.ts';
import { lockFolder } from './folder-lock.ts';
import { launch, terminate, type LaunchPlan, type ServerProcess } from './launch.ts';
import { findNativePackage, prepareNative } from './native.ts';
import { CLEAN_ENV, isServerOf } from './process.ts';
import { chooseUser } from './run-as.ts';

export interface PostgresOptions {
  /** Folder of the cluster, made on the first start. Beside it lies `<dataDir>.lock` while it is served. */
  dataDir: string;
  /** 0, the default, takes any free port on 127.0.0.1. */
  port?: number;
  /** Password of the superuser `postgres`, in ASCII. It is set on the first start and must be the same later. */
  password: string;
  /** Server settings, as in postgresql.conf. */
  settings?: Readonly<Record<string, string>>;
  /** Stops the server when this process dies in whatever way, instead of leaving it to the next start. */
  stopWithParent?: boolean;
  /** Receives each line of the server's log. */
  log?: (line: string) => void;
}

/** The embedded server while it runs. A server that dies is started again on the same port until `stop`. */
export interface RunningPostgres {
  /** Superuser's URL of the database `postgres`. */
  url: string;
  port: number;
  /** True when a server was found that an earlier, killed process had left running on this folder. */
  adopted: boolean;
  /** Takes the server away as a crash would, for so long. Resolves when it has been started again. */
  crash(downMs: number): Promise<void>;
  /** Ends clients, writes data, resolves when the process is gone. Calling it twice is harmless. */
  stop(): Promise<void>;
}

/**
 * Starts Postgres from the binaries that npm installed: first about 1 s, later some 50 ms.
 *
 * @throws PostgresError with a code for each thing that can be in the way.
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const wanted = path.resolve(options.dataDir);
  await mkdir(path.dirname(wanted), { recursive: true });
  const lock = lockFolder(wanted);
  try {
    const runAs = chooseUser(wanted);
    const dataDir = await placeDataDir(wanted, runAs);
    const native = await prepareNative(findNativePackage(), runAs);
    const durable = options.settings?.['fsync'] !== 'off';
    await initialise(native, dataDir, { runAs, password: options.password, durable });
    const plan: LaunchPlan = {
      native,
      dataDir,
      runAs,
      port: options.port === undefined || options.port === 0 ? null : options.port,
      settings: options.settings ?? {},
      log: options.log ?? (() => undefined),
    };
    const first = await launch(plan);
    const url = `postgres://postgres:${encodeURIComponent(options.password)}@127.0.0.1:${first.port}/postgres`;
    await checkAccess(url, first);
    const server = supervise(first, { ...plan, port: first.port }, options.stopWithParent === true);
    let stopped: Promise<void> | undefined;
    const stop = (): Promise<void> => (stopped ??= server.stop().finally(() => lock.release()));
    return { url, port: first.port, adopted: first.adopted, crash: server.crash, stop };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Proves that the server answers and that the password opens it; a server of ours that fails is ended. */
async function checkAccess(url: string, server: ServerProcess): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  try {
    await client.connect();
    await client.query('select 1');
  } catch (cause) {
    if (!server.adopted) await terminate(server);
    if ((cause as { code?: string }).code === '28P01') {
      throw new PostgresError('wrong_password', 'The data folder was made with another password.', { cause });
    }
    throw new PostgresError('start_failed', 'Postgres started but does not answer.', { cause });
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Keeps one server alive until it is stopped. */
function supervise(
  first: ServerProcess,
  plan: LaunchPlan,
  stopWithParent: boolean,
): Pick<RunningPostgres, 'crash' | 'stop'> {
  let server = first;
  let bornAt = Date.now();
  let stopping = false;
  let watchdog = stopWithParent ? watch(server.pid) : null;
  let starting: Promise<void> = Promise.resolve();
  let downMs = 0;

  const revive = async (): Promise<void> => {
    plan.log('the server has died; starting it again');
    // One that dies young would die again at once: no busy loop.
    await delay(Math.max(downMs, Date.now() - bornAt < 5000 ? 250 : 0));
    downMs = 0;
    if (stopping) return;
    try {
      server = await launch(plan);
      watchdog?.kill('SIGKILL');
      watchdog = stopWithParent ? watch(server.pid) : null;
      bornAt = Date.now();
      void follow();
    } catch (error) {
      plan.log(`the server could not be started again: ${String(error)}`);
    }
  };
  const follow = async (): Promise<void> => {
    await server.exited;
    if (!stopping) starting = revive();
  };
  void follow();

  return {
    async crash(ms) {
      downMs = ms;
      const { exited } = server;
      // Its immediate shutdown: clients are cut off, nothing is written, the next start recovers.
      process.kill(server.pid, 'SIGQUIT');
      await exited;
      await starting;
    },
    async stop() {
      stopping = true;
      await starting;
      // First the watchdog: it would later signal whatever process was given the same pid.
      watchdog?.kill('SIGKILL');
      // The real owner of the pid is checked, for a server that could not be revived is gone long since.
      if (isServerOf(server.pid, plan.dataDir)) await terminate(server);
    },
  };
}

/** A shell that waits for our end of its pipe to close, which the kernel does however we die. */
function watch(serverPid: number): ChildProcess {
  const watchdog = spawn('/bin/sh', ['-c', 'read -r _; kill -INT "$1"', 'sh', String(serverPid)], {
    env: CLEAN_ENV,
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watchdog.unref();
  return watchdog;
}
