/**
 * A worker process: consumes run jobs, sweeps, reaps, dispatches webhooks and does its share of upkeep. Stateless; any number of them share
 * one database, queue and browser provider.
 */
import { UPKEEP_WORKS, type ArtifactVault, type Clock, type Database } from '@cfdi-live/domain';
import { createJobQueue, createUpkeepScheduler, type Queue } from '@cfdi-live/queue';
import type { DispatchOptions } from '@cfdi-live/webhooks';
import type { Logger } from 'pino';
import { startAskingSat, type SatRegisters } from './jobs/ask-sat.ts';
import { startInbox } from './jobs/inbox.ts';
import { startDispatcher } from './jobs/dispatch-webhooks.ts';
import { reapSessions } from './jobs/reap.ts';
import { sweepParking } from './jobs/parking.ts';
import { repeat, type Repeated } from './jobs/repeat.ts';
import { sweep } from './jobs/sweep.ts';
import { startUpkeep } from './jobs/upkeep.ts';
import { DEFAULT_TIMINGS, type BrowserProvider, type WatchCheckpoints, type Timings } from './ports.ts';
import { createGate, type CreateGate } from './run/gate.ts';
import type { Prover } from './run/proof.ts';
import type { RunDeps } from './run/deps.ts';
import { errorName, runTask } from './run/run-task.ts';
import { createWear, type WearLimits, type WornOut } from './wear.ts';

export interface WorkerDeps {
  id: string;
  database: Database;
  vault: ArtifactVault;
  queue: Queue;
  provider: BrowserProvider;
  prover: Prover;
  satRegisters: SatRegisters;
  clock: Clock;
  log: Logger;
  maxSessions: number;
  /** A limit of the provider; null: none. */
  creationsPerMinute: number | null;
  concurrency: number;
  allowedPrivateHosts: string[];
  /** `host` or `host:port`: all that a test task may reach. */
  sandboxHosts: string[];
  /** Of the tasks' mail addresses; null: no mail comes in here. */
  mailDomain: string | null;
  dispatch: DispatchOptions;
  wear: WearLimits;
  timings?: Partial<Timings>;
  /** Only fault suites give these two. */
  watch?: WatchCheckpoints;
  createGate?: CreateGate;
}

export interface RunningWorker {
  /**
   * Stops claiming; running runs are asked to stop at the next safe point and are released to other workers. Returns
   * when they have ended, at most after their critical section.
   */
  stop(): Promise<void>;
  /** Stops claiming, and lets running runs come to their own end. `stop` may still cut it short. */
  retire(): Promise<void>;
  /** Resolves when the worker has done its share and should be replaced by a fresh one. */
  readonly wornOut: Promise<WornOut>;
}

/** Starts all of it; the parts connect on first use and outlive outages. */
export function startWorker(deps: WorkerDeps): RunningWorker {
  const timings: Timings = { ...DEFAULT_TIMINGS, ...deps.timings };
  const shutdown = new AbortController();
  const wear = createWear(deps.wear);
  let leaving: Promise<void> | null = null;
  const runDeps: RunDeps = {
    ...deps,
    createGate: deps.createGate ?? createGate,
    reach: () => Promise.resolve(),
    timings,
    asksSat: (mode) => deps.satRegisters[mode] !== null,
  };
  const onError = (action: string) => (error: unknown) =>
    deps.log.error({ action, err: errorName(error) }, 'failed; tried again later');
  const { sweeper, reaper } = startSweeping(deps, timings, onError);
  const dispatcher = startDispatcher(deps, { everyMs: timings.sweepEveryMs, onError: onError('webhooks') });
  const askingSat = startAskingSat(deps, { everyMs: timings.sweepEveryMs, onError: onError('ask_sat') });
  const inbox = startInbox(
    { ...runDeps, ...deps, outbound: deps.dispatch },
    { everyMs: timings.sweepEveryMs, onError: onError('inbox') },
  );
  const upkeep = startUpkeep({ ...deps, scheduler: createUpkeepScheduler(deps.queue) }, onError);
  const unsubscribe = deps.database.onEvents(() => dispatcher.now());

  const takeRun = async ({ taskId }: { taskId: string }) => {
    if (leaving !== null) return;
    const claimed = await deps.database.system.claim({ taskId, workerId: deps.id, leaseMs: timings.leaseMs });
    // Null: another worker has it, or it is not waiting any more. A job is only a hint.
    if (claimed === null) return;
    const reach = deps.watch?.(claimed.task) ?? runDeps.reach;
    await runTask({ ...runDeps, reach }, claimed, shutdown.signal);
    wear.runEnded();
    sweeper.now();
  };
  const runs = deps.queue.consume('run', takeRun, { concurrency: deps.concurrency });
  const takeMaintenance = async ({ work }: { work: string }) => {
    const upkept = UPKEEP_WORKS.find((name) => name === work);
    if (upkept === undefined) sweeper.now();
    else await upkeep.take(upkept);
  };
  // A long piece of upkeep must not hold up the hints.
  const maintenance = deps.queue.consume('maintenance', takeMaintenance, { concurrency: 3 });

  const leave = async (): Promise<void> => {
    unsubscribe();
    const upkeepEnded = upkeep.stop();
    await Promise.all([runs.close({ graceful: true }), maintenance.close({ graceful: true }), inbox.stop()]);
    await Promise.all([sweeper.stop(), reaper.stop(), dispatcher.stop(), askingSat.stop(), upkeepEnded]);
  };
  return {
    wornOut: wear.wornOut,
    retire: () => (leaving ??= leave()),
    stop() {
      shutdown.abort();
      return (leaving ??= leave());
    },
  };
}

/** What picks up from the rows whatever was left behind: tasks every second, browsers every half minute. */
function startSweeping(
  deps: WorkerDeps,
  timings: Timings,
  onError: (action: string) => (error: unknown) => void,
): { sweeper: Repeated; reaper: Repeated } {
  const sweepDeps = {
    database: deps.database,
    queue: createJobQueue(deps.queue),
    maxSessions: deps.maxSessions,
    creationsPerMinute: deps.creationsPerMinute,
    timings,
    log: deps.log,
  };
  const reapDeps = { ...deps, graceMs: timings.reapGraceMs };
  const reap = () => reapSessions(reapDeps).then(() => undefined);
  const tasks = repeat(() => sweep(sweepDeps), timings.sweepEveryMs, onError('sweep'));
  // By itself: it calls the provider, and admission waits for nobody.
  const parkingDeps = { ...sweepDeps, provider: deps.provider };
  const parked = repeat(() => sweepParking(parkingDeps), timings.sweepEveryMs, onError('sweep_parking'));
  return {
    sweeper: {
      now() {
        tasks.now();
        parked.now();
      },
      stop: async () => void (await Promise.all([tasks.stop(), parked.stop()])),
    },
    reaper: repeat(reap, timings.reapEveryMs, onError('reaper')),
  };
}
