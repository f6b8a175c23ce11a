/**
 * The suite of exactly-once issuance at one careless portal: it issues a second CFDI on a second submit, and its look-ups do
 * not tell. A worker is killed with SIGKILL where it hurts most; the next run must find the invoice by asking.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shiftDatabaseClock } from '@cfdi-live/db';
import type { Checkpoint } from '@cfdi-live/worker';
import { faultFile, type FaultFile, type Faults } from './faults.ts';
import { startTestStack, until, type Submitted, type TestStack } from './stack.ts';

interface SuiteOptions {
  portal: 'webforms' | 'onepage';
  /** Whether the portal shows, before its submit, that a ticket is found and still offered. */
  hasLookUp: boolean;
  /** Runs the stack's queue on this Redis instead of on Postgres. */
  startRedis?: () => Promise<{ url: string; remove(): Promise<void> }>;
  /** Default: all of them, and the proof that the suite can fail. */
  faults?: readonly Checkpoint[];
}

const FAULTS = [
  'before_mark',
  'after_mark',
  'after_response',
  'after_download',
  'before_terminal_event',
] as const;
const HOUR_MS = 3_600_000;
const WAIT = { waitMs: 120_000 };

export function exactlyOnceSuite({ portal, hasLookUp, startRedis, faults = FAULTS }: SuiteOptions): void {
  let stack: TestStack;
  let told: FaultFile;
  let dispose: () => Promise<void>;
  /** The checkpoints of an undisturbed task. Its last mark is the submit itself. */
  let undisturbed: Checkpoint[];

  beforeAll(async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'cfdi-live-faults-'));
    told = faultFile(path.join(folder, 'faults'));
    const redis = await startRedis?.();
    const started = await startTestStack({
      workerMain: fileURLToPath(new URL('./faulty-worker.ts', import.meta.url)),
      workerEnv: { FAULT_FILE: path.join(folder, 'faults') },
      redisUrl: redis?.url,
    });
    stack = started.stack;
    dispose = async () => {
      await started.dispose();
      await redis?.remove();
      await rm(folder, { recursive: true });
    };
    const { task } = await stack.submit(portal, 1);
    await expect(stack.client.tasks.waitFor(task.id, WAIT)).resolves.toMatchObject({ status: 'COMPLETED' });
    undisturbed = told.traced();
    expect(undisturbed).toContain('after_mark');
  }, 240_000);
  afterAll(() => dispose());

  /** The how-manieth passage of a checkpoint belongs to the submit: the mark before it and what follows it. */
  function passageAtSubmit(at: Checkpoint): number {
    const submit = undisturbed.lastIndexOf('after_mark');
    const upTo = at === 'before_mark' ? undisturbed.lastIndexOf(at) : undisturbed.indexOf(at, submit);
    return undisturbed.slice(0, upTo + 1).filter((point) => point === at).length;
  }

  /** Runs a ticket into the fault; when the worker is dead, another takes its place. */
  async function crash(
    n: number,
    at: Checkpoint,
    { mark }: Pick<Faults, 'mark'> = {},
  ): Promise<Submitted & { submitsBefore: number }> {
    told.write({ crash: { at, nth: passageAtSubmit(at) }, ...(mark === undefined ? {} : { mark }) });
    const submitted = await stack.submit(portal, n);
    expect(await stack.worker().ended, 'the worker was to be killed').toBeNull();
    const submitsBefore = submitted.submits();
    await stack.restartWorker();
    return { ...submitted, submitsBefore };
  }

  /** Resolves when the task was put off so many times because its ticket is in doubt. */
  async function doubts({ task }: Submitted, times: number): Promise<void> {
    let seen = 0;
    for await (const event of stack.client.tasks.events(task.id)) {
      if (event.type === 'task.rescheduled' && event.data.reason === 'in_doubt') seen += 1;
      if (seen === times) return;
    }
  }

  async function setClock(ms: number): Promise<void> {
    await shiftDatabaseClock(stack.ownerUrl, ms);
    told.write(ms === 0 ? {} : { clockMs: ms });
  }

  async function expectOneInvoice(submitted: Submitted): Promise<void> {
    const task = await stack.client.tasks.waitFor(submitted.task.id, WAIT);
    expect(task.status, `${task.failure?.code ?? ''}\n${await stack.workerLog()}`).toBe('COMPLETED');
    expect(submitted.issued()).toBe(1);
    await until('the browsers are released', async () => (await stack.openBrowsers()) === 0);
  }

  describe(`at ${portal}, a worker killed`, () => {
    const knowable = faults.filter((at) => hasLookUp || at !== 'after_mark');
    it.each(knowable.map((at, index) => [at, 100 + index] as const))(
      '%s leaves one invoice, and the task completes',
      async (at, n) => {
        await expectOneInvoice(await crash(n, at));
      },
      200_000,
    );

    if (!hasLookUp && faults.includes('after_mark')) {
      it('after_mark, where the portal cannot say "not yet": asks again for 72 h, then says outcome_unknown, and never submits', async () => {
        const submitted = await crash(150, 'after_mark');
        await doubts(submitted, 1);
        await setClock(73 * HOUR_MS);
        const task = await stack.client.tasks.waitFor(submitted.task.id, WAIT);
        await setClock(0);
        expect(task).toMatchObject({ status: 'FAILED', failure: { code: 'outcome_unknown' } });
        // Earlier submits were refused by the portal: a box that was not ticked.
        expect(submitted.submits()).toBe(submitted.submitsBefore);
        expect(submitted.issued()).toBe(0);
      }, 200_000);
    }

    if (faults === FAULTS && hasLookUp) {
      it('never, but handed a page instead of the invoice and then offered the ticket anew: asks for 72 h and never submits again', async () => {
        told.write({});
        const submitted = await stack.submit(portal, 160, { outcome: 'html_as_xml' });
        await doubts(submitted, 1);
        for (const look of [2, 3]) {
          await setClock(look * HOUR_MS);
          await doubts(submitted, look);
        }
        await setClock(80 * HOUR_MS);
        const task = await stack.client.tasks.waitFor(submitted.task.id, WAIT);
        await setClock(0);
        expect(task).toMatchObject({ status: 'FAILED', failure: { code: 'outcome_unknown' } });
        expect(submitted.issued()).toBe(1);
      }, 200_000);
    }

    if (faults === FAULTS) {
      it('without the mark issues twice: this suite can fail', async () => {
        const submitted = await crash(200, 'after_response', { mark: 'off' });
        await stack.client.tasks.waitFor(submitted.task.id, WAIT);
        expect(submitted.issued()).toBeGreaterThan(1);
      }, 200_000);
    }
  });
}
