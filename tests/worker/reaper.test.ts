/** The reaper between a real database and a real provider, on which two deployments have an account. */
import { newUuid } from '@cfdi-live/contract';
import type { RunRef } from '@cfdi-live/domain';
import { reapSessions } from '@cfdi-live/worker';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createBrowserbaseProvider } from '../../worker/src/adapters/browserbase.ts';
import { API_KEY, sdk, startTestServer, type TestServer } from '../browserbase-local/support.ts';
import { asSuperuser, claimed, created, eventTypes, useFixture } from '../db/support.ts';

const fixture = useFixture();
let local: TestServer;

beforeAll(async () => {
  local = await startTestServer({ maxConcurrent: 6 });
});
afterAll(() => local.stop());
beforeEach(async () => {
  const running = await sdk(local.server.url).sessions.list({ status: 'RUNNING' });
  for (const { id } of running) await provider().release(id);
  await asSuperuser(fixture.test, 'truncate automation_tasks, browser_sessions cascade');
});

function provider(deployment: () => Promise<string> = () => fixture.worker.system.deploymentId()) {
  const options = { apiKey: API_KEY, baseUrl: local.server.url, country: null };
  return createBrowserbaseProvider({ ...options, deployment });
}

const reap = (graceMs = 0) =>
  reapSessions({ database: fixture.worker, provider: provider(), log: pino({ level: 'silent' }), graceMs });

/** A browser that runs in the name of a row. */
async function browserOf(rowId: string, by = provider()): Promise<string> {
  const made = await by.create({ rowId, timeoutSeconds: 60, signal: new AbortController().signal });
  if (made.kind !== 'created') throw new Error(made.kind);
  return made.providerSessionId;
}

/** A run with its open session, as a worker leaves them while it works. */
async function runWithSession(): Promise<{ taskId: string; run: RunRef; rowId: string; browser: string }> {
  const { id: taskId } = await created(fixture.api, fixture.scope);
  const { run } = await claimed(fixture.worker, taskId);
  const rowId = newUuid();
  await fixture.worker.withTenant(fixture.scope, (tx) => tx.sessions.open(run, { id: rowId }));
  const browser = await browserOf(rowId);
  await fixture.worker.withTenant(fixture.scope, (tx) => tx.sessions.activate(rowId, browser));
  return { taskId, run, rowId, browser };
}

const openRows = (taskId: string) =>
  fixture.worker.withTenant(fixture.scope, (tx) => tx.sessions.listOpen(taskId));

describe('the reaper', () => {
  test('leaves a browser alone that a run works with', async () => {
    const { taskId, browser } = await runWithSession();
    expect(await reap()).toEqual({ released: 0, closed: 0 });
    expect(await provider().isRunning(browser)).toBe(true);
    expect(await openRows(taskId)).toHaveLength(1);
  });

  test('ends a browser whose row is over, but not before its grace', async () => {
    const { rowId, browser } = await runWithSession();
    await fixture.worker.withTenant(fixture.scope, (tx) => tx.sessions.terminate(rowId));
    expect(await reap(60_000)).toEqual({ released: 0, closed: 0 });
    expect(await reap()).toEqual({ released: 1, closed: 0 });
    expect(await provider().isRunning(browser)).toBe(false);
  });

  test('ends a browser whose row is gone, at once', async () => {
    const browser = await browserOf(newUuid());
    expect(await reap(60_000)).toEqual({ released: 1, closed: 0 });
    expect(await provider().isRunning(browser)).toBe(false);
  });

  test('ends a second browser that runs in the name of one row', async () => {
    const { rowId, browser } = await runWithSession();
    const second = await browserOf(rowId);
    expect(await reap()).toEqual({ released: 1, closed: 0 });
    expect(await provider().isRunning(second)).toBe(false);
    expect(await provider().isRunning(browser)).toBe(true);
  });

  test('ends a browser whose run ended without it, and tells of it', async () => {
    const { taskId, run, browser } = await runWithSession();
    await fixture.worker.withTenant(fixture.scope, (tx) => tx.tasks.endRun(run, { on: 'release' }));
    await asSuperuser(
      fixture.test,
      `update automation_tasks set status = 'CANCELLED', failure = '{}', finished_at = now()`,
    );
    expect((await reap()).released).toBe(1);
    expect(await provider().isRunning(browser)).toBe(false);
    expect(await openRows(taskId)).toEqual([]);
    expect((await eventTypes(fixture, taskId)).at(-1)).toBe('session.ended');
  });

  test('closes the row of a browser that is gone, where no run would notice', async () => {
    const { taskId, run, browser } = await runWithSession();
    await provider().release(browser);
    // Its run finds out by itself.
    expect(await reap()).toEqual({ released: 0, closed: 0 });
    await asSuperuser(
      fixture.test,
      `update automation_tasks set status = 'INTERVENTION_NEEDED', park = 'warm', warm_until = now() + interval '15 min',
         waiting_reason = 'captcha', waiting_until = now() + interval '1 h', lease_until = null where run_id = $1`,
      [run.runId],
    );
    await reap();
    expect(await openRows(taskId)).toEqual([]);
    expect((await eventTypes(fixture, taskId)).filter((type) => type === 'session.ended')).toHaveLength(1);
  });

  test('does not touch the browsers of another deployment', async () => {
    const theirs = provider(() => Promise.resolve('another'));
    const browser = await browserOf(newUuid(), theirs);
    expect(await reap()).toEqual({ released: 0, closed: 0 });
    expect(await theirs.listRunning()).toMatchObject([{ providerSessionId: browser }]);
    expect(await provider().listRunning()).toEqual([]);
    expect(await theirs.isRunning(browser)).toBe(true);
  });
});
