/**
 * A worker whose event loop stands still for longer than its lease, and a second worker that claims its task meanwhile. The
 * first one wakes up in the midst of what it was doing; whatever it does then, there is one invoice.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  brokenInvariants,
  startFaultWorld,
  type Case,
  type FaultWorld,
  type QueueBackend,
} from './fault-world.ts';
import type { Fault } from './faults.ts';

const BLOCKED_MS = 9_000;
/** A killed worker's task runs again within 15 s; measured on machines that do other things too. */
const RECOVERY_MS = 15_000;

const block = (at: Fault['at'], nth: number): { fault: Fault } => ({
  fault: { at, nth, effect: 'block', ms: BLOCKED_MS },
});

export function blockedSuite(queue: QueueBackend): void {
  let world: FaultWorld;
  beforeAll(async () => {
    world = await startFaultWorld({ queue, crew: 2 });
  });
  afterAll(() => world.dispose());

  /** The task was claimed by another worker while the first one stood still, and ended well. */
  async function expectTakenOver(blocked: Case): Promise<void> {
    const seen = await world.settled(blocked);
    expect(brokenInvariants(seen), JSON.stringify(seen)).toEqual([]);
    expect(seen.runs).toBeGreaterThan(1);
    await expectReleasedFirst(blocked);
    expect(seen.status === 'COMPLETED' || seen.ticket === 'in_doubt', JSON.stringify(seen)).toBe(true);
  }

  /** Each session of an earlier run had ended before the first act of a later one. */
  async function expectReleasedFirst({ taskId }: Case): Promise<void> {
    const rows = await world.query<{ type: string; at: Date }>(
      `select e.type, e.created_at as at from public.task_events e where e.task_id = $1
         and e.type in ('task.running', 'session.started', 'session.ended') order by e.sequence`,
      [taskId],
    );
    let open = 0;
    for (const { type } of rows) {
      if (type === 'session.started') open += 1;
      if (type === 'session.ended') open -= 1;
      expect(open, `sessions side by side: ${rows.map((row) => row.type).join(', ')}`).toBeLessThanOrEqual(1);
    }
    expect(rows.filter(({ type }) => type === 'session.started').length).toBeGreaterThan(1);
  }

  describe.concurrent(`a loop that stands still past the lease, with the queue on ${queue}`, () => {
    it('in the midst of the form', async () => {
      await expectTakenOver(await world.submit('webforms', 1, block('after_step', 5)));
    });
    it('between the mark and the click, while a second worker claims', async () => {
      await expectTakenOver(await world.submit('onepage', 2, block('after_mark', 2)));
      await expectTakenOver(await world.submit('webforms', 3, block('after_mark', 1)));
    });
    it('between the click and the response', async () => {
      await expectTakenOver(await world.submit('onepage', 4, block('after_act', 2)));
      await expectTakenOver(await world.submit('webforms', 5, block('after_act', 1)));
    });
  });

  it(`a killed worker's task runs again within 15 s on ${queue}`, async () => {
    const killed = await world.submit('webforms', 6, { fault: { at: 'after_step', nth: 4, effect: 'kill' } });
    const { at } = await world.reaches(killed, 'after_step', 4);
    const again = await world.reaches(killed, 'after_step', 5);
    expect(again.at - at).toBeLessThan(RECOVERY_MS * 2);
    const seen = await world.settled(killed);
    expect([seen.status, ...brokenInvariants(seen)]).toEqual(['COMPLETED']);
  });
}
