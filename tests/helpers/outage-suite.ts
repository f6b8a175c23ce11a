/** What is under the product goes away: the queue, the database, a browser, the worker's own time to live. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createJobQueue, createQueue } from '@cfdi-live/queue';
import {
  brokenInvariants,
  startFaultWorld,
  type Case,
  type FaultWorld,
  type QueueBackend,
} from './fault-world.ts';
import { until } from './stack.ts';

const SHUTDOWN_MS = 30_000;

export function outageSuite(queue: QueueBackend): void {
  let world: FaultWorld;
  beforeAll(async () => {
    world = await startFaultWorld({ queue, crew: 2 });
  });
  afterAll(() => world.dispose());

  async function expectInvoiced(of: Case): Promise<void> {
    const seen = await world.settled(of);
    expect([seen.status, ...brokenInvariants(seen)], JSON.stringify(seen)).toEqual(['COMPLETED']);
  }

  describe(`with the queue on ${queue}`, () => {
    it('a job that is delivered twice is worked once', async () => {
      const held = await world.submit('onepage', 1, { fault: { at: 'after_step', nth: 3, effect: 'hold' } });
      await world.reaches(held, 'after_step', 3);
      const { environments } = world.stack;
      const {
        QUEUE_DATABASE_URL: databaseUrl = '',
        QUEUE_PREFIX: prefix = '',
        REDIS_URL: redisUrl,
      } = environments.worker;
      const jobs = createQueue({ databaseUrl, prefix, redisUrl, report: () => undefined });
      // The same task by another job's name, and by the name that its next claim would have.
      for (const nextFence of [1, 2, 3])
        await createJobQueue(jobs).addRun({ taskId: held.taskId, nextFence });
      // Another task goes through meanwhile: so the doubles were taken, and left alone.
      await expectInvoiced(await world.submit('onepage', 2));
      await jobs.close();
      world.faults.letGo(held.taskId);
      await expectInvoiced(held);
      expect((await world.look(held)).runs).toBe(1);
    });

    it('a queue that is emptied loses nothing', async () => {
      const held = await world.submit('onepage', 3, { fault: { at: 'after_step', nth: 3, effect: 'hold' } });
      await world.reaches(held, 'after_step', 3);
      const waiting = await Promise.all([4, 5, 6].map((n) => world.submit('webforms', n)));
      await world.emptyQueue();
      world.faults.letGo(held.taskId);
      for (const one of [held, ...waiting]) await expectInvoiced(one);
    });

    it.each([
      ['and comes back at once', 0],
      ['for 10 s', 10_000],
    ])('a database that goes down %s', async (_how, downMs) => {
      const n = 10 + downMs / 1000;
      const filling = await world.submit('webforms', n, {
        fault: { at: 'after_step', nth: 5, effect: 'hold' },
      });
      const marked = await world.submit('onepage', n + 1, {
        fault: { at: 'after_mark', nth: 2, effect: 'hold' },
      });
      await world.reaches(filling, 'after_step', 5);
      await world.reaches(marked, 'after_mark', 2);
      const back = world.stack.crashPostgres(downMs);
      world.faults.letGo(filling.taskId);
      world.faults.letGo(marked.taskId);
      await back;
      await expectInvoiced(filling);
      const seen = await world.settled(marked);
      expect(brokenInvariants(seen), JSON.stringify(seen)).toEqual([]);
    });

    it('a browser that is killed in the midst of the form is replaced', async () => {
      const held = await world.submit('webforms', 30, {
        fault: { at: 'after_step', nth: 5, effect: 'hold' },
      });
      await world.reaches(held, 'after_step', 5);
      process.kill(await world.browserOf(held), 'SIGKILL');
      world.faults.letGo(held.taskId);
      await until('it is tried again', async () => (await world.look(held)).attempt === 1, 60_000);
      // A failure that may pass is tried again after half a minute; it need not be waited for.
      await world.query(`update public.automation_tasks set not_before = app.now() where id = $1`, [
        held.taskId,
      ]);
      await expectInvoiced(held);
    });

    it('SIGTERM under load: every worker is gone within 30 s, no session is left, and each task goes on', async () => {
      const tasks = await Promise.all([40, 41, 42, 43].map((n) => world.submit('webforms', n)));
      await until('two runs are at work', async () => (await world.stack.openBrowsers()) === 2);
      await delay(1_000);
      const workers = world.workers();
      expect(workers).toHaveLength(2);
      const asked = performance.now();
      const codes = await Promise.all(workers.map((worker) => worker.stop()));
      expect(codes).toEqual([0, 0]);
      expect(performance.now() - asked).toBeLessThan(SHUTDOWN_MS);
      for (const one of tasks) await expectInvoiced(one);
    });
  });
}
