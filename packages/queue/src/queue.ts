import type { Processor } from 'bullmq';
import type { Producer, QueueBackend } from './backend.ts';
import { startConsumer, type Consumer } from './consumer.ts';
import { parsePayload, type JobKind, type JobPayload } from './kinds.ts';
import { postgresBackend } from './postgres.ts';
import { asError, quieten, type QueueProblem, type Report } from './problem.ts';
import { redisBackend } from './redis.ts';
import { replaceSchedules } from './schedule.ts';

export interface QueueOptions {
  /** Redis of production. When given, `databaseUrl` is not used. */
  redisUrl?: string | undefined;
  /** Postgres, by a direct or session connection. */
  databaseUrl?: string | undefined;
  /** Separates products on one server: lower-case letters, digits and _. */
  prefix: string;
  /** How long a job's worker may be silent before another gets the job. */
  lockMs?: number;
  /** Learns what went wrong in the background; the process never ends for it. */
  report?: Report;
}

export interface AddOptions {
  /** Letters, digits, `_`, `.`, `-`; an id that is still known is not added again. */
  jobId: string;
  delayMs?: number;
}

/** Takes one job. Throwing ends the job too: to try again is the database's decision, not the queue's. */
export type Handler<Kind extends JobKind> = (payload: JobPayload<Kind>, signal: AbortSignal) => Promise<void>;

export interface JobCounts {
  waiting: number;
  active: number;
  delayed: number;
}

/** Jobs by kind, on Redis or Postgres. It accelerates; what must not be lost is in the database. */
export interface Queue {
  /** Rejects at once on a bad payload or id, and within seconds while the backend is down. */
  add<Kind extends JobKind>(kind: Kind, payload: JobPayload<Kind>, options: AddOptions): Promise<void>;
  /**
   * Asks for a piece of maintenance. Asked again while it waits, it runs once; asked again while it runs, it runs
   * once more after.
   */
  addMaintenance(work: string): Promise<void>;
  /**
   * From now on asks for these pieces of maintenance at these times (cron's words, UTC), one job over all processes, and
   * for no other; what was asked before is changed or forgotten. A piece that fails is tried again for half an hour.
   */
  scheduleMaintenance(times: Readonly<Record<string, string>>): Promise<void>;
  consume<Kind extends JobKind>(
    kind: Kind,
    handler: Handler<Kind>,
    options: { concurrency: number },
  ): Consumer;
  counts(kind: JobKind): Promise<JobCounts>;
  /** Rejects while the backend is down. */
  ping(): Promise<void>;
  /** Closes what remains open, consumers without grace. */
  close(): Promise<void>;
}

/** Opens the queue on Redis when there is a `redisUrl`, else on Postgres. Connects on first use. */
export function createQueue(options: QueueOptions): Queue {
  if (!/^[a-z][a-z0-9_]{0,40}$/.test(options.prefix))
    throw new TypeError(`Bad queue prefix: ${options.prefix}`);
  const report = quieten(options.report ?? (() => undefined));
  const backendError =
    (kind: JobKind | null) =>
    (error: Error): void =>
      report({ kind, stage: 'backend', error });
  const backend = openBackend(options, backendError(null));
  const producers = producerPool(backend, backendError);
  const consumers = new Set<Consumer>();

  return {
    add: async (kind, payload, { jobId, delayMs }) => {
      const producer = await producers.get(kind);
      const delay = delayMs === undefined ? {} : { delay: delayMs };
      await producer.add(kind, parsePayload(kind, payload), { jobId: checkId(jobId), ...delay });
    },
    addMaintenance: async (work) => {
      const producer = await producers.get('maintenance');
      await producer.add('maintenance', parsePayload('maintenance', { work }), {
        // An id of ours, for on Postgres the generated ones need the right to create a sequence.
        jobId: crypto.randomUUID(),
        deduplication: { id: work, keepLastIfActive: true },
      });
    },
    scheduleMaintenance: async (times) => replaceSchedules(await producers.get('maintenance'), times),
    consume: (kind, handler, { concurrency }) => {
      const consumer = startConsumer(backend, kind, processor(kind, handler, report), {
        concurrency,
        lockMs: options.lockMs ?? 10_000,
        onError: backendError(kind),
      });
      consumers.add(consumer);
      return {
        close: async (how) => {
          await consumer.close(how);
          consumers.delete(consumer);
        },
      };
    },
    counts: async (kind) => {
      const producer = await producers.get(kind);
      const {
        waiting = 0,
        active = 0,
        delayed = 0,
      } = await producer.getJobCounts('waiting', 'active', 'delayed');
      return { waiting, active, delayed };
    },
    ping: () => backend.ping(),
    close: async () => {
      await Promise.all([...consumers].map((consumer) => consumer.close({ graceful: false })));
      await producers.close();
      await backend.close();
    },
  };
}

function openBackend(
  { redisUrl, databaseUrl, prefix }: QueueOptions,
  onError: (error: Error) => void,
): QueueBackend {
  if (redisUrl !== undefined) return redisBackend(redisUrl, prefix, onError);
  if (databaseUrl !== undefined) return postgresBackend(databaseUrl, prefix, onError);
  throw new TypeError('The queue needs a redisUrl or a databaseUrl.');
}

/** One producer per kind, opened when first needed; a failure to open is not remembered. */
function producerPool(backend: QueueBackend, onError: (kind: JobKind) => (error: Error) => void) {
  const opened = new Map<JobKind, Promise<Producer>>();
  return {
    get: (kind: JobKind): Promise<Producer> => {
      const known = opened.get(kind);
      if (known !== undefined) return known;
      const opening = backend.openProducer(kind, onError(kind)).catch((error: unknown) => {
        opened.delete(kind);
        throw error;
      });
      opened.set(kind, opening);
      return opening;
    },
    close: async (): Promise<void> => {
      const attempts = await Promise.allSettled(opened.values());
      const producers = attempts.flatMap((it) => (it.status === 'fulfilled' ? [it.value] : []));
      await Promise.all(producers.map((producer) => producer.close()));
    },
  };
}

/** Checks the payload and keeps the handler's words out of the queue, whose own records nobody redacts. */
function processor<Kind extends JobKind>(
  kind: Kind,
  handler: Handler<Kind>,
  report: Report,
): Processor<unknown, void> {
  const take = async (data: unknown, signal: AbortSignal): Promise<Omit<QueueProblem, 'kind'> | null> => {
    let payload: JobPayload<Kind>;
    try {
      payload = parsePayload(kind, data);
    } catch (error) {
      return { stage: 'payload', error: asError(error) };
    }
    try {
      await handler(payload, signal);
      return null;
    } catch (error) {
      return { stage: 'handler', error: asError(error) };
    }
  };
  return async (job, _token, signal) => {
    const failure = await take(job.data, signal ?? new AbortController().signal);
    if (failure === null) return;
    report({ kind, ...failure });
    throw new Error(`failed: ${failure.stage}`);
  };
}

/** BullMQ builds its keys with `:` and takes bare numbers for its own ids. */
function checkId(jobId: string): string {
  if (/^[\w.-]{1,200}$/.test(jobId) && !/^\d+$/.test(jobId)) return jobId;
  throw new TypeError(`Bad job id: ${jobId}`);
}
