import type { Processor } from 'bullmq';
import type { JobKind } from './kinds.ts';

/** What we use of a BullMQ queue. */
export interface Producer {
  add(name: string, data: unknown, options: ProducerOptions): Promise<unknown>;
  getJobCounts(...states: ('waiting' | 'active' | 'delayed')[]): Promise<Record<string, number>>;
  upsertJobScheduler(
    id: string,
    repeat: { pattern: string; tz: string },
    template: { name: string; data: unknown; opts: typeof SCHEDULED_JOB_OPTIONS },
  ): Promise<unknown>;
  getJobSchedulers(): Promise<{ key: string }[]>;
  removeJobScheduler(id: string): Promise<unknown>;
  close(): Promise<void>;
}

export interface ProducerOptions {
  jobId: string;
  delay?: number;
  deduplication?: { id: string; keepLastIfActive: true };
}

/** What we use of a BullMQ worker that was made with `autorun: false`. */
export interface BullWorker {
  waitUntilReady(): Promise<unknown>;
  run(): Promise<void>;
  cancelAllJobs(reason?: string): void;
  close(force?: boolean): Promise<void>;
  getBackend(): { disconnectBlocking(wait?: boolean): Promise<void> };
}

export interface WorkerSettings {
  concurrency: number;
  /** How long a job may be silent before another worker gets it. */
  lockMs: number;
  onError: (error: Error) => void;
}

/** One of the two datastores BullMQ runs on. Every method may fail while it is down, and works again after. */
export interface QueueBackend {
  /** Makes sure the datastore is there and fit for use. */
  ping(): Promise<void>;
  openProducer(kind: JobKind, onError: (error: Error) => void): Promise<Producer>;
  openWorker(kind: JobKind, process: Processor<unknown, void>, settings: WorkerSettings): BullWorker;
  close(): Promise<void>;
}

/** Options of every job: our retries are rows in the database, and a finished job must free its id at once. */
export const JOB_OPTIONS = { attempts: 1, removeOnComplete: true, removeOnFail: true } as const;

/** A scheduled piece of maintenance has no row to be found by: only here is a job tried again by the queue. */
export const SCHEDULED_JOB_OPTIONS = {
  ...JOB_OPTIONS,
  attempts: 6,
  backoff: { type: 'exponential', delay: 30_000 },
} as const;

/** Nobody reads BullMQ's own events. */
export const STREAMS = { events: { maxLen: 100 } };

/** Options of every worker; on both datastores they mean the same. */
export function workerOptions({ concurrency, lockMs }: WorkerSettings) {
  return {
    autorun: false,
    concurrency,
    lockDuration: lockMs,
    stalledInterval: lockMs,
    // By default a job whose workers died twice is thrown away.
    maxStalledCount: 10,
    // By default a worker pauses for 15 s after the datastore is back.
    runRetryDelay: 1000,
  };
}
