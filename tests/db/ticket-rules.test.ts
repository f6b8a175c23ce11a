/** One ticket under two rules: its vendor enters the directory, leaves it, or changes what tells its tickets apart. */
import { failure } from '@cfdi-live/contract';
import type { CreateTaskResult, NewTask } from '@cfdi-live/domain';
import { describe, expect, test } from 'vitest';
import { asSuperuser, claimed, created, newTask, useFixture } from './support.ts';

const fixture = useFixture();

/** A ticket whose vendor is unknown, or known by a rule. The general text leaves out what only a vendor's rule looks at. */
const general = (): Partial<NewTask> => ({ ticketIdentity: 'shop.mx|folio=7', vendorRule: null });
const byRule = (name: string, text: string): Partial<NewTask> => ({
  ticketIdentity: `@shop|${name}|${text}`,
  vendorRule: { name: `@shop|${name}`, generalIdentity: 'shop.mx|folio=7' },
});

const make = (task: Partial<NewTask>): Promise<CreateTaskResult> =>
  fixture.api.withTenant(fixture.scope, (tx) => tx.tasks.create(newTask(task)));

async function free(taskId: string): Promise<void> {
  await fixture.api.withTenant(fixture.scope, (tx) => tx.tasks.cancel(taskId, failure('cancelled_by_user')));
}

async function issue(taskId: string): Promise<void> {
  await free(taskId);
  await asSuperuser(
    fixture.test,
    `update ticket_issuances set state = 'issued', cfdi_uuid = 'U' where task_id = $1`,
    [taskId],
  );
}

describe('a ticket that was invoiced', () => {
  test.each([
    [
      'while its vendor was unknown is not invoiced again by the vendor’s rule',
      general(),
      byRule('folio+date', '7 20'),
    ],
    [
      'by its vendor’s rule is not invoiced again when the vendor is gone',
      byRule('folio+date', '7 20'),
      general(),
    ],
    [
      'by an earlier rule is not invoiced again by the next',
      byRule('folio', '7'),
      byRule('folio+date', '7 20'),
    ],
  ])('%s', async (_what, before, after) => {
    const first = await created(fixture.api, fixture.scope, before);
    expect(await make(after)).toEqual({ kind: 'duplicate_ticket', taskId: first.id });
    await issue(first.id);
    expect(await make(after)).toEqual({ kind: 'duplicate_ticket', taskId: first.id });
  });

  test('in doubt by one rule is in doubt by the other', async () => {
    const first = await created(fixture.api, fixture.scope, general());
    const { run } = await claimed(fixture.worker, first.id);
    await fixture.worker.withTenant(fixture.scope, async (tx) => {
      await tx.tickets.mark(run, { sessionId: first.id, minLeaseMs: 3000 });
      await tx.tickets.settle(run, { state: 'in_doubt' });
      await tx.tasks.endRun(run, { on: 'fail', failure: failure('outcome_unknown') });
    });
    expect(await make(byRule('folio+date', '7 20'))).toEqual({ kind: 'ticket_in_doubt', taskId: first.id });
  });

  test('does not stand in the way of another one of the same rule', async () => {
    await issue((await created(fixture.api, fixture.scope, byRule('folio+date', '7 20'))).id);
    const nextDay = await make(byRule('folio+date', '7 21'));
    expect(nextDay.kind).toBe('created');
  });
});

describe('a ticket that is free', () => {
  test('keeps its row when the rule changes, and is known by the new rule from then on', async () => {
    const first = await created(fixture.api, fixture.scope, general());
    await free(first.id);
    const second = await created(fixture.api, fixture.scope, byRule('folio+date', '7 20'));
    expect(second.ticketId).toBe(first.ticketId);
    // Now that day 20 has the row, day 21 is told from it.
    const third = await created(fixture.api, fixture.scope, byRule('folio+date', '7 21'));
    expect(third.ticketId).not.toBe(first.ticketId);
  });

  test('whose row by the new rule exists already does not meet it', async () => {
    const days = ['7 20', '7 21'].map((text) => byRule('folio+date', text));
    for (const day of days) await free((await created(fixture.api, fixture.scope, day)).id);
    const narrower = byRule('folio', '7');
    await free((await created(fixture.api, fixture.scope, narrower)).id);
    const again = await make(narrower);
    expect(again.kind).toBe('created');
  });
});

test('asked for by both rules 40 times at once is one task', async () => {
  const rules = [general(), byRule('folio', '7'), byRule('folio+date', '7 20'), general()];
  const results = await Promise.all(
    Array.from({ length: 40 }, (_, n) => make(rules[n % rules.length] ?? {})),
  );
  const winners = results.filter((result) => result.kind === 'created');
  expect(winners).toHaveLength(1);
  for (const result of results)
    if (result.kind !== 'created')
      expect(result).toEqual({ kind: 'duplicate_ticket', taskId: winners[0]!.task.id });
});
