/**
 * A stack whose workers fail as they are told (`faults.ts`), a crew that takes the place of the dead, and one checker of what
 * must hold whatever dies.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Pool } from 'pg';
import { decodeId, type TaskStatus } from '@cfdi-live/contract';
import { shiftDatabaseClock } from '@cfdi-live/db';
import { isTerminal } from '@cfdi-live/domain';
import type { LocalStackOptions, Service } from '@cfdi-live/local-stack';
import { makeTicket } from '@cfdi-live/portal-gallery';
import type { Checkpoint } from '@cfdi-live/worker';
import { faultFolder, faultMetadata, type FaultFolder, type Passage, type Told } from './faults.ts';
import { startRedis } from './redis.ts';
import { startTestStack, until, type SubmitOptions, type Submitted, type TestStack } from './stack.ts';

export type PortalId = Parameters<typeof makeTicket>[0];
export type QueueBackend = 'postgres' | 'redis';

/** A task with its faults, and its ticket's pages in the gallery's ledger. */
export interface Case extends Submitted {
  /** Bare. */
  taskId: string;
  portal: PortalId;
  ticketKey: string;
}

export interface FaultWorld {
  stack: TestStack;
  faults: FaultFolder;
  /** The workers that live now. */
  workers(): readonly Service[];
  submit(portal: PortalId, n: number, told?: Told, options?: SubmitOptions): Promise<Case>;
  look(of: Case): Promise<Seen>;
  /** Resolves when the task has passed a checkpoint so many times. */
  reaches(of: Case, point: Checkpoint, nth?: number): Promise<Passage>;
  /** Resolves once the task has ended, or waits for its next look at the portal or a person. */
  settled(of: Case, waitMs?: number): Promise<Seen>;
  /** The process of the Chromium that a task has open, by the mark that the browser server keeps beside each session. */
  browserOf(of: Case): Promise<number>;
  /** What an owner of the database may ask. */
  query<T extends object>(text: string, values?: readonly unknown[]): Promise<T[]>;
  /** Moves the clocks of database and workers. */
  setClock(ms: number): Promise<void>;
  /** Empties the queue as a lost Redis or a truncated table would. */
  emptyQueue(): Promise<void>;
  dispose(): Promise<void>;
}

/** A task, its ticket and its traces, as they are now. */
export interface Seen {
  status: TaskStatus;
  failure: string | null;
  attempt: number;
  lostRuns: number;
  ticket: string;
  /** Milliseconds until it is tried again; null when it does not wait for a time. */
  waitsMs: number | null;
  runs: number;
  terminalEvents: number;
  /** Rows of sessions that are not over, and browsers that run. */
  openSessions: number;
  openBrowsers: number;
  issued: number;
  /** Submits that reached the portal after its first invoice for this ticket. */
  submitsAfterIssue: number;
}

const WAITING = new Set<TaskStatus>(['PAUSED', 'INTERVENTION_NEEDED', 'AWAITING_DELIVERY']);
/** A task that is put off for longer than this waits; a shorter wait belongs to the same story. */
const LONG_MS = 20_000;
/** With several runs of a task on a machine that does other things too. */
const SETTLE_MS = 900_000;
const LOOK_EVERY_MS = 250;

/**
 * What must hold, whatever died: each broken rule as a sentence. A ticket has one invoice at most, and one that was asked
 * for is never asked for again; a task ends once or waits; no browser stays.
 */
export function brokenInvariants(seen: Seen): string[] {
  const ended = isTerminal(seen.status);
  const rules: [boolean, string][] = [
    [seen.issued > 1, `${seen.issued} invoices of one ticket`],
    [seen.submitsAfterIssue > 0, 'submitted again after the invoice was made'],
    [seen.status === 'COMPLETED' && seen.issued !== 1, 'COMPLETED without an invoice in the ledger'],
    [seen.status === 'COMPLETED' && seen.ticket !== 'issued', `COMPLETED, but its ticket is ${seen.ticket}`],
    [!ended && !isWaiting(seen), `neither ended nor waiting: ${seen.status}`],
    [
      seen.terminalEvents !== (ended ? 1 : 0),
      `${seen.terminalEvents} terminal events of a ${seen.status} task`,
    ],
    [seen.openSessions > 0, `${seen.openSessions} sessions not terminated`],
    [seen.openBrowsers > 0, `${seen.openBrowsers} browsers left open`],
  ];
  return rules.flatMap(([broken, sentence]) => (broken ? [sentence] : []));
}

function isWaiting({ status, waitsMs }: Seen): boolean {
  return WAITING.has(status) || (status === 'PENDING' && waitsMs !== null && waitsMs > 0);
}

interface WorldOptions {
  queue?: QueueBackend;
  /** Workers at once, each with one task at a time; default 1. */
  crew?: number;
  stack?: Partial<LocalStackOptions>;
}

export async function startFaultWorld(options: WorldOptions = {}): Promise<FaultWorld> {
  const { queue = 'postgres', crew: size = 1 } = options;
  const dir = await mkdtemp(path.join(tmpdir(), 'cfdi-live-faults-'));
  const redis = queue === 'redis' ? await startRedis() : null;
  const removeRest = async () => {
    await redis?.remove();
    await rm(dir, { recursive: true });
  };
  const { stack, dispose } = await startTestStack({
    workerMain: fileURLToPath(new URL('./faulty-worker.ts', import.meta.url)),
    redisUrl: redis?.url,
    maxSessions: size,
    // A code that a killed run reserved is soon free again.
    gallery: { reservationMs: 20_000 },
    ...options.stack,
    workerEnv: { FAULT_DIR: dir, WORKER_CONCURRENCY: '1', ...options.stack?.workerEnv },
  }).catch(async (error: unknown) => {
    await removeRest();
    throw error;
  });
  const pool = new Pool({ connectionString: stack.databaseUrl, max: 4 });
  // A server that goes down takes idle connections with it; the next question opens others.
  pool.on('error', () => undefined);
  const stop = async () => {
    await pool.end();
    await dispose();
    await removeRest();
  };
  const crew = await keepCrew(stack, size).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  const faults = faultFolder(dir);
  const query = async <T extends object>(text: string, values: readonly unknown[] = []): Promise<T[]> =>
    (await pool.query<T>(text, [...values])).rows;
  const look = (of: Case) => lookAt(stack, query, of);
  return {
    stack,
    faults,
    workers: crew.workers,
    query,
    look,
    submit: (portal, n, told = {}, submitOptions = {}) => submit(stack, portal, n, told, submitOptions),
    reaches: (of, point, nth = 1) =>
      until(
        `task ${of.taskId} at ${of.portal} reaches ${point}`,
        () => faults.passages(of.taskId).filter((passage) => passage.point === point)[nth - 1],
        120_000,
      ),
    async settled(of, waitMs = SETTLE_MS) {
      const what = `task ${of.taskId} at ${of.portal} ends or waits`;
      await until(what, async () => isSettled(await factsOf(query, of)), waitMs, LOOK_EVERY_MS);
      return await until('its browser is gone', async () => {
        const seen = await look(of);
        return seen.openBrowsers === 0 ? seen : null;
      });
    },
    async browserOf(of) {
      const [session] = await sessionsOf(stack, query, of);
      if (session === undefined) throw new Error(`no browser of ${of.taskId}`);
      const mark = path.join(stack.browsersDir, 'sessions', session, 'chromium.pid');
      return (JSON.parse(await readFile(mark, 'utf8')) as { pid: number }).pid;
    },
    async setClock(ms) {
      await shiftDatabaseClock(stack.ownerUrl, ms);
      faults.setClock(ms);
    },
    emptyQueue: () => (redis === null ? truncateQueue(stack) : redis.flush()),
    async dispose() {
      await crew.stop();
      await stop();
    },
  };
}

/** Keeps so many workers alive: who was killed is replaced. */
async function keepCrew(stack: TestStack, size: number) {
  let stopping = false;
  const alive = new Set<Service>();
  const starting = new Set<Promise<void>>();
  const replace = (): void => {
    const started = stack.addWorker().then(enlist);
    starting.add(started);
    void started.finally(() => starting.delete(started));
  };
  const enlist = (worker: Service): void => {
    alive.add(worker);
    void worker.ended.then(() => {
      alive.delete(worker);
      if (!stopping) replace();
    });
  };
  enlist(stack.worker());
  // One after the other: a process that starts takes a core.
  for (let others = size - 1; others > 0; others -= 1) enlist(await stack.addWorker());
  return {
    workers: () => [...alive],
    async stop() {
      stopping = true;
      await Promise.all(starting);
    },
  };
}

async function submit(
  stack: TestStack,
  portal: PortalId,
  n: number,
  told: Told,
  options: SubmitOptions,
): Promise<Case> {
  const { outcome } = options;
  const submitted = await stack.submit(portal, n, {
    ...options,
    task: { ...options.task, metadata: faultMetadata(told) },
  });
  return {
    ...submitted,
    taskId: decodeId('task', submitted.task.id) ?? '',
    portal,
    ticketKey: makeTicket(portal, n, outcome === undefined ? {} : { outcome }).key,
  };
}

type TaskFacts = Omit<Seen, 'openBrowsers' | 'issued' | 'submitsAfterIssue'>;

const FACTS = `
  select t.status, t.failure ->> 'code' as failure, t.attempt, t.lost_runs as "lostRuns", k.state as ticket,
    (extract(epoch from t.not_before - app.now()) * 1000)::float8 as "waitsMs",
    (select count(*)::int from public.task_events e where e.task_id = t.id and e.type = 'task.running') as runs,
    (select count(*)::int from public.task_events e
      where e.task_id = t.id and e.type in ('task.completed', 'task.failed', 'task.cancelled')) as "terminalEvents",
    (select count(*)::int from public.browser_sessions s
      where s.task_id = t.id and s.status <> 'terminated') as "openSessions"
    from public.automation_tasks t join public.ticket_issuances k on k.id = t.ticket_id
    where t.id = $1`;

async function factsOf(query: FaultWorld['query'], { taskId }: Case): Promise<TaskFacts> {
  const [facts] = await query<TaskFacts>(FACTS, [taskId]);
  if (facts === undefined) throw new Error(`no task ${taskId}`);
  return facts;
}

async function lookAt(stack: TestStack, query: FaultWorld['query'], of: Case): Promise<Seen> {
  const submits = stack.gallery.ledger.submits(of.portal, of.ticketKey);
  const first = submits.findIndex(({ outcome }) => outcome === 'issued');
  return {
    ...(await factsOf(query, of)),
    openBrowsers: (await sessionsOf(stack, query, of)).length,
    issued: of.issued(),
    submitsAfterIssue: first === -1 ? 0 : submits.length - first - 1,
  };
}

/** The provider's ids of a task's sessions that run now. */
async function sessionsOf(stack: TestStack, query: FaultWorld['query'], { taskId }: Case): Promise<string[]> {
  const rows = await query<{ id: string }>('select id from public.browser_sessions where task_id = $1', [
    taskId,
  ]);
  const own = new Set(rows.map(({ id }) => id));
  return (await stack.runningSessions()).filter(({ rowId }) => own.has(rowId)).map(({ id }) => id);
}

/** The task ended or waits, and its last run has let go of its browser, which it does after the row that ends it. */
function isSettled({ status, ticket, waitsMs, openSessions }: TaskFacts): boolean {
  const waits =
    WAITING.has(status) || (status === 'PENDING' && ticket === 'in_doubt' && (waitsMs ?? 0) > LONG_MS);
  return (isTerminal(status) || waits) && openSessions === 0;
}

/** Every job of BullMQ's Postgres backend, which has a database of its own on the same server. */
async function truncateQueue(stack: TestStack): Promise<void> {
  const url = new URL(stack.databaseUrl);
  url.pathname = '/cfdi_queue';
  const client = new Client({ connectionString: url.href });
  await client.connect();
  try {
    await client.query('truncate cfdi_queue.job cascade');
  } finally {
    await client.end();
  }
}
