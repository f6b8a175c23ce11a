/** Tickets in doubt: what is asked about, for how long, and who may not submit meanwhile. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brokenInvariants, startFaultWorld, type Case, type FaultWorld } from '../helpers/fault-world.ts';

const HOUR_MS = 3_600_000;
let world: FaultWorld;

beforeAll(async () => {
  world = await startFaultWorld();
});
afterAll(() => world.dispose());

/** The ticket's answer came, and with it the worker's end; or, for `after_mark`, nothing is known. */
const crash = (
  n: number,
  at: 'after_mark' | 'after_response',
  options: { mark?: 'off' } = {},
): Promise<Case> =>
  // The first submit of this portal is refused for a box that is not ticked; the second one issues.
  world.submit('onepage', n, { fault: { at, nth: 2, effect: 'kill' }, ...options });

describe('a ticket in doubt', () => {
  it('without the mark is invoiced twice, and the checker says so: this bench can fail', async () => {
    const seen = await world.settled(await crash(1, 'after_response', { mark: 'off' }));
    expect(seen.issued).toBeGreaterThan(1);
    expect(brokenInvariants(seen)).toEqual(
      expect.arrayContaining([
        `${seen.issued} invoices of one ticket`,
        'submitted again after the invoice was made',
      ]),
    );
  });

  it('is taken by no new task and no retry while it may be invoiced, before its task ends and after', async () => {
    const { stack } = world;
    const { client } = stack;
    const doubtful = await crash(2, 'after_mark');
    const seen = await world.settled(doubtful);
    expect(seen).toMatchObject({ status: 'PENDING', ticket: 'in_doubt' });
    await expect(stack.submit('onepage', 2)).rejects.toMatchObject({ status: 409, code: 'duplicate_ticket' });
    await expect(client.tasks.retry(doubtful.task.id)).rejects.toMatchObject({ status: 409 });

    await world.setClock(73 * HOUR_MS);
    const ended = await world.settled(doubtful);
    await world.setClock(0);
    expect(ended).toMatchObject({
      status: 'FAILED',
      failure: 'outcome_unknown',
      ticket: 'in_doubt',
      issued: 0,
    });
    expect(brokenInvariants(ended)).toEqual([]);
    await expect(stack.submit('onepage', 2)).rejects.toMatchObject({ status: 409, code: 'ticket_in_doubt' });
    await expect(client.tasks.retry(doubtful.task.id)).rejects.toMatchObject({
      status: 409,
      code: 'ticket_in_doubt',
    });
    expect(doubtful.issued()).toBe(0);
  });

  it('whose portal handed out a page instead of the invoice, and then offers it anew, is asked about for 72 h and never submitted again', async () => {
    const doubtful = await world.submit('webforms', 3, {}, { outcome: 'html_as_xml' });
    for (const look of [0, 2, 3]) {
      await world.setClock(look * HOUR_MS);
      const seen = await world.settled(doubtful);
      expect([seen.status, ...brokenInvariants(seen)]).toEqual(['PENDING']);
    }
    await world.setClock(80 * HOUR_MS);
    const ended = await world.settled(doubtful);
    await world.setClock(0);
    expect(ended).toMatchObject({
      status: 'FAILED',
      failure: 'outcome_unknown',
      issued: 1,
      submitsAfterIssue: 0,
    });
  });
});

describe('a cancel in the critical section', () => {
  it('waits for the answer, and a proven invoice wins', async () => {
    const held = await world.submit('onepage', 10, {
      fault: { at: 'after_response', nth: 2, effect: 'hold' },
    });
    await world.reaches(held, 'after_response', 2);
    const cancelled = await world.stack.client.tasks.cancel(held.task.id);
    expect(cancelled).toMatchObject({ status: 'RUNNING' });
    world.faults.letGo(held.taskId);
    const seen = await world.settled(held);
    expect([seen.status, seen.issued, ...brokenInvariants(seen)]).toEqual(['COMPLETED', 1]);
  });

  it('after which the worker dies: the task is cancelled only once the portal says that there is no invoice', async () => {
    const held = await world.submit('webforms', 11, { fault: { at: 'after_mark', nth: 2, effect: 'hold' } });
    await world.reaches(held, 'after_mark', 2);
    await world.stack.client.tasks.cancel(held.task.id);
    process.kill(world.faults.passages(held.taskId).at(-1)?.pid ?? 0, 'SIGKILL');
    world.faults.letGo(held.taskId);
    const seen = await world.settled(held);
    expect([seen.status, seen.ticket, seen.issued, ...brokenInvariants(seen)]).toEqual([
      'CANCELLED',
      'none',
      0,
    ]);
  });
});
