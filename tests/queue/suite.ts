import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createQueue, JOB_KINDS, type Handler, type Queue, type QueueProblem } from '@cfdi-live/queue';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { RestartableServer } from '../helpers/redis.ts';

/** What the queue promises, whatever it runs on. */
export function queueSuite(
  backend: 'postgres' | 'redis',
  startServer: () => Promise<RestartableServer>,
): void {
  let server: RestartableServer;
  let queue: Queue;
  let prefix: string;
  let problems: QueueProblem[];
  let serial = 0;

  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.remove());
  beforeEach(() => {
    prefix = `test_${++serial}`;
    problems = [];
    queue = open();
  });
  afterEach(() => queue.close());

  function open(): Queue {
    const where = backend === 'redis' ? { redisUrl: server.url } : { databaseUrl: server.url };
    return createQueue({ ...where, prefix, lockMs: 1000, report: (problem) => problems.push(problem) });
  }
  const someRun = () => ({ taskId: randomUUID(), nextFence: 1 });
  const drained = () =>
    vi.waitFor(async () => expect(await queue.counts('run')).toEqual({ waiting: 0, active: 0, delayed: 0 }), {
      timeout: 10_000,
    });

  test('a job of every kind arrives with its payload', async () => {
    const sent = {
      run: someRun(),
      resume: someRun(),
      reconcile: someRun(),
      mail: { mailId: randomUUID() },
      webhook: { deliveryId: randomUUID() },
      maintenance: { work: 'admit' },
    };
    const received: Record<string, unknown> = {};
    for (const kind of JOB_KINDS) {
      queue.consume(kind, async (payload) => void (received[kind] = payload), { concurrency: 1 });
      await queue.add(kind, sent[kind], { jobId: `job-${kind}` });
    }
    await vi.waitFor(() => expect(received).toEqual(sent), { timeout: 10_000 });
    expect(problems).toEqual([]);
  });

  test('an id that is known is not added again, and is free once its job is done', async () => {
    const handler = vi.fn<Handler<'run'>>(async () => undefined);
    const payload = someRun();
    const add = () => queue.add('run', payload, { jobId: `${payload.taskId}-1` });
    await Promise.all([add(), add(), add()]);
    expect(await queue.counts('run')).toEqual({ waiting: 1, active: 0, delayed: 0 });
    queue.consume('run', handler, { concurrency: 1 });
    await drained();
    expect(handler).toHaveBeenCalledTimes(1);
    await add();
    await vi.waitFor(() => expect(handler).toHaveBeenCalledTimes(2));
  });

  test('a job whose handler throws is gone, its id free, and nothing of the error is left in the queue', async () => {
    const payload = someRun();
    const jobId = `${payload.taskId}-1`;
    const handler = vi.fn<Handler<'run'>>(async () => {
      throw new Error('XAXX010101000 is secret');
    });
    await queue.add('run', payload, { jobId });
    queue.consume('run', handler, { concurrency: 1 });
    await vi.waitFor(() => expect(problems).toHaveLength(1));
    expect(problems[0]).toMatchObject({
      kind: 'run',
      stage: 'handler',
      error: { message: 'XAXX010101000 is secret' },
    });
    await drained();
    await queue.add('run', payload, { jobId });
    await vi.waitFor(() => expect(handler).toHaveBeenCalledTimes(2));
  });

  test('a delayed job waits', async () => {
    let arrivedAt = 0;
    queue.consume('run', async () => void (arrivedAt = Date.now()), { concurrency: 1 });
    const sentAt = Date.now();
    await queue.add('run', someRun(), { jobId: 'later', delayMs: 600 });
    expect(await queue.counts('run')).toEqual({ waiting: 0, active: 0, delayed: 1 });
    await vi.waitFor(() => expect(arrivedAt).toBeGreaterThan(0), { timeout: 10_000 });
    expect(arrivedAt - sentAt).toBeGreaterThanOrEqual(590);
  });

  test('no more jobs run at once than asked for', async () => {
    let running = 0;
    let most = 0;
    let done = 0;
    queue.consume(
      'run',
      async () => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 30));
        running--;
        done++;
      },
      { concurrency: 3 },
    );
    for (let n = 0; n < 12; n++) await queue.add('run', someRun(), { jobId: `many-${n}` });
    await vi.waitFor(() => expect(done).toBe(12), { timeout: 10_000 });
    expect(most).toBe(3);
  });

  test('maintenance asked for many times runs once, and once more when asked while it runs', async () => {
    const finish: (() => void)[] = [];
    await Promise.all(Array.from({ length: 5 }, () => queue.addMaintenance('admit')));
    await queue.addMaintenance('webhooks');
    expect((await queue.counts('maintenance')).waiting).toBe(2);
    const seen: string[] = [];
    queue.consume(
      'maintenance',
      ({ work }) => {
        seen.push(work);
        return work === 'admit' ? new Promise<void>((resolve) => finish.push(resolve)) : Promise.resolve();
      },
      { concurrency: 2 },
    );
    await vi.waitFor(() => expect(seen.sort()).toEqual(['admit', 'webhooks']), { timeout: 10_000 });
    await Promise.all(Array.from({ length: 5 }, () => queue.addMaintenance('admit')));
    finish[0]?.();
    await vi.waitFor(() => expect(finish).toHaveLength(2), { timeout: 10_000 });
    finish[1]?.();
    await vi.waitFor(async () =>
      expect(await queue.counts('maintenance')).toMatchObject({ waiting: 0, active: 0 }),
    );
    expect(seen.filter((work) => work === 'admit')).toHaveLength(2);
  });

  test('maintenance is called for at its times, once over all processes, until the times are replaced', async () => {
    const EVERY_SECOND = '* * * * * *';
    const other = open();
    const seen: string[] = [];
    for (const process of [queue, other]) {
      await process.scheduleMaintenance({ health: EVERY_SECOND, retention: '0 9 * * 0' });
      process.consume(
        'maintenance',
        async ({ work }) => {
          seen.push(`${work} ${Math.round(Date.now() / 1000)}`);
          if (seen.length === 1) throw new Error('tried again later');
        },
        { concurrency: 1 },
      );
    }
    await vi.waitFor(() => expect(seen.length).toBeGreaterThanOrEqual(3), { timeout: 10_000 });
    expect(new Set(seen).size).toBe(seen.length);
    await queue.scheduleMaintenance({ retention: '0 9 * * 0' });
    await vi.waitFor(
      async () =>
        // Sunday's, and the one that failed.
        expect(await queue.counts('maintenance')).toEqual({ waiting: 0, active: 0, delayed: 2 }),
      { timeout: 10_000 },
    );
    await queue.scheduleMaintenance({});
    expect(await queue.counts('maintenance')).toMatchObject({ delayed: 1 });
    await other.close();
  });

  test('closing with grace waits for the handler; the next job stays for another', async () => {
    const { handler, started, finish, wasAborted } = longHandler();
    const consumer = queue.consume('run', handler, { concurrency: 1 });
    await queue.add('run', someRun(), { jobId: 'first' });
    await started;
    await queue.add('run', someRun(), { jobId: 'second' });
    let closed = false;
    const closing = consumer.close({ graceful: true }).then(() => (closed = true));
    expect(await queue.counts('run')).toMatchObject({ active: 1 });
    expect(closed).toBe(false);
    finish();
    await closing;
    expect(wasAborted()).toBe(false);
    expect(await queue.counts('run')).toEqual({ waiting: 1, active: 0, delayed: 0 });
  });

  test('closing without grace aborts the handler, and its job goes to another', async () => {
    const { handler, started, finish, wasAborted } = longHandler();
    const consumer = queue.consume('run', handler, { concurrency: 1 });
    const payload = someRun();
    await queue.add('run', payload, { jobId: 'first' });
    await started;
    await consumer.close({ graceful: false });
    expect(wasAborted()).toBe(true);
    finish();
    const received: unknown[] = [];
    queue.consume('run', async (payload) => void received.push(payload), { concurrency: 1 });
    await vi.waitFor(() => expect(received).toEqual([payload]), { timeout: 10_000 });
  });

  test('a job of a killed process goes to another within a few locks', async () => {
    const payload = someRun();
    const script = fileURLToPath(new URL('fixtures/consume.ts', import.meta.url));
    const args = ['-C', 'cfdi-live-source', '--import', 'tsx', script, backend, server.url, prefix, '1000'];
    const victim = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const exited = once(victim, 'exit');
    try {
      await queue.add('run', payload, { jobId: 'victim' });
      const [line] = (await once(createInterface({ input: victim.stdout }), 'line')) as [string];
      expect(line).toBe(payload.taskId);
    } finally {
      victim.kill('SIGKILL');
      await exited;
    }
    const received: unknown[] = [];
    queue.consume('run', async (payload) => void received.push(payload), { concurrency: 1 });
    await vi.waitFor(() => expect(received).toEqual([payload]), { timeout: 10_000 });
  });

  test('what is no payload or id of ours is refused at once, and dropped when found in the queue', async () => {
    const taskId = randomUUID();
    const refused: [unknown, string][] = [
      [{ taskId, nextFence: 1, rfc: 'XAXX010101000' }, 'a'],
      [{ taskId: 'a\u0000b', nextFence: 1 }, 'a'],
      [{ taskId, nextFence: Number.NaN }, 'a'],
      [{ taskId, nextFence: 1 }, 'a:b'],
      [{ taskId, nextFence: 1 }, '17'],
      [{ taskId, nextFence: 1 }, ''],
    ];
    for (const [payload, jobId] of refused) {
      await expect(queue.add('run', payload as ReturnType<typeof someRun>, { jobId })).rejects.toThrow();
    }
    expect(await queue.counts('run')).toEqual({ waiting: 0, active: 0, delayed: 0 });
  });

  test('while the backend is away adding fails within seconds and nothing crashes; afterwards all goes on', async () => {
    const received: string[] = [];
    queue.consume('run', async ({ taskId }) => void received.push(taskId), { concurrency: 2 });
    const before = someRun();
    await queue.add('run', before, { jobId: 'before' });
    await vi.waitFor(() => expect(received).toEqual([before.taskId]), { timeout: 10_000 });

    await server.stop();
    const asked = Date.now();
    await expect(queue.add('run', someRun(), { jobId: 'during' })).rejects.toThrow();
    await expect(queue.ping()).rejects.toThrow();
    expect(Date.now() - asked).toBeLessThan(8000);
    await vi.waitFor(() => expect(problems.length).toBeGreaterThan(0), { timeout: 5000 });
    // Opened in the middle of the outage: it must find its way too.
    const late = open();
    const lateReceived: string[] = [];
    late.consume('mail', async ({ mailId }) => void lateReceived.push(mailId), { concurrency: 1 });
    await vi.waitFor(() => expect(problems.some(({ kind }) => kind === 'mail' || kind === null)).toBe(true));

    await server.start();
    const back = Date.now();
    const after = someRun();
    const mailId = randomUUID();
    await vi.waitFor(() => queue.ping(), { timeout: 10_000 });
    await queue.add('run', after, { jobId: 'after' });
    await late.add('mail', { mailId }, { jobId: 'after' });
    await vi.waitFor(() => expect(received).toEqual([before.taskId, after.taskId]), { timeout: 10_000 });
    await vi.waitFor(() => expect(lateReceived).toEqual([mailId]), { timeout: 10_000 });
    expect(Date.now() - back).toBeLessThan(6000);
    await late.close();
  });

  test('closing ends in time while the backend is away', async () => {
    queue.consume('run', async () => undefined, { concurrency: 1 });
    await queue.ping();
    await server.stop();
    const asked = Date.now();
    await queue.close();
    expect(Date.now() - asked).toBeLessThan(8000);
    await server.start();
    queue = open();
  });
}

/** A handler that runs until it is told to finish, whatever its signal says. */
function longHandler() {
  const state = { finish: (): void => undefined, begin: (): void => undefined, aborted: false };
  const finished = new Promise<void>((resolve) => (state.finish = resolve));
  const started = new Promise<void>((resolve) => (state.begin = resolve));
  const handler: Handler<'run'> = async (_payload, signal) => {
    signal.addEventListener('abort', () => (state.aborted = true));
    state.begin();
    await finished;
  };
  return { handler, started, finish: () => state.finish(), wasAborted: () => state.aborted };
}
