/** A task that kills every worker that takes it up. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isTerminal } from '@cfdi-live/domain';
import {
  brokenInvariants,
  startFaultWorld,
  type Case,
  type FaultWorld,
  type Seen,
} from '../helpers/fault-world.ts';
import { until } from '../helpers/stack.ts';

const HOUR_MS = 3_600_000;
let world: FaultWorld;
beforeAll(async () => {
  world = await startFaultWorld();
});
afterAll(() => world.dispose());

const dies = { at: 'after_step', nth: 2, effect: 'kill', everyRun: true } as const;

/** The next time that a task rests or ends. A rest is cut short, once it was seen. */
async function nextRest(of: Case): Promise<Seen> {
  const seen = await until(
    'it rests or ends',
    async () => {
      const now = await world.look(of);
      return isTerminal(now.status) || (now.status === 'PENDING' && (now.waitsMs ?? 0) > 5_000) ? now : null;
    },
    600_000,
    100,
  );
  if (!isTerminal(seen.status))
    await world.query('update public.automation_tasks set not_before = app.now() where id = $1', [of.taskId]);
  return seen;
}

it('is met later and later, and given up after five lost runs; it can be retried by hand', async () => {
  const poison = await world.submit('onepage', 1, { fault: dies });
  const rests: number[] = [];
  let seen = await nextRest(poison);
  for (; !isTerminal(seen.status); seen = await nextRest(poison))
    rests.push(Math.round((seen.waitsMs ?? 0) / 1000));
  expect(rests).toHaveLength(3);
  expect(rests[0]).toBeLessThanOrEqual(30);
  expect(rests[1]).toBeGreaterThan(90);
  expect(rests[2]).toBeGreaterThan(360);
  expect(seen).toMatchObject({ status: 'FAILED', failure: 'internal', ticket: 'none', issued: 0 });
  await until('its last browser is gone', async () => (await world.look(poison)).openBrowsers === 0);
  expect(brokenInvariants(await world.look(poison))).toEqual([]);
  // The workers are none the worse for it.
  const other = await world.settled(await world.submit('onepage', 2));
  expect(other.status).toBe('COMPLETED');
  const retried = await world.stack.client.tasks.retry(poison.task.id);
  await world.stack.client.tasks.cancel(retried.id);
});

it('with a ticket in doubt is asked about by the schedule of doubt, and ends as outcome_unknown', async () => {
  const poison = await world.submit('onepage', 3, {
    fault: { at: 'after_mark', nth: 2, effect: 'kill' },
    afterwards: dies,
  });
  const rests: Seen[] = [];
  for (let rest = 0; rest < 5; rest += 1) rests.push(await nextRest(poison));
  expect(rests.map(({ lostRuns, ticket }) => [lostRuns, ticket])).toEqual(
    [2, 3, 4, 5, 6].map((lost) => [lost, 'in_doubt']),
  );
  expect(rests.map(({ waitsMs }) => Math.ceil((waitsMs ?? 0) / 60_000))).toEqual([1, 2, 8, 1, 5]);
  await world.setClock(73 * HOUR_MS);
  const ended = await nextRest(poison);
  await world.setClock(0);
  expect(ended).toMatchObject({ status: 'FAILED', failure: 'outcome_unknown', issued: 0 });
});
