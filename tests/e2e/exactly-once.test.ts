/** One case of the fault bench (`npm run test:faults`), so that every test run sees it. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { brokenInvariants, startFaultWorld, type FaultWorld } from '../helpers/fault-world.ts';

let world: FaultWorld;
beforeAll(async () => {
  world = await startFaultWorld();
}, 120_000);
afterAll(() => world.dispose());

it('a worker killed between the portal’s answer and the download leaves one invoice, and the next run finds it by asking', async () => {
  const killed = await world.submit('onepage', 1, {
    fault: { at: 'after_response', nth: 2, effect: 'kill' },
  });
  const seen = await world.settled(killed);
  expect(brokenInvariants(seen), JSON.stringify(seen)).toEqual([]);
  expect(seen).toMatchObject({ status: 'COMPLETED', issued: 1, submitsAfterIssue: 0 });
  const killedAt = world.faults.passages(killed.taskId).findLast(({ point }) => point === 'after_response');
  expect(world.workers().map(({ pid }) => pid)).not.toContain(killedAt?.pid);
}, 200_000);
