import { failure, newUuid } from '@cfdi-live/contract';
import { describe, expect, test } from 'vitest';
import { asSuperuser, claimed, created, eventTypes, newTask, useFixture } from './support.ts';

const fixture = useFixture();

describe('creating a task', () => {
  test('keeps what was given, and tells of it in one event', async () => {
    const input = newTask({
      externalId: 'order-1',
      priority: 9,
      deadline: new Date('2026-12-01T00:00:00Z'),
      metadata: { branch: '12' },
    });
    const result = await fixture.api.withTenant(fixture.scope, (tx) => tx.tasks.create(input));
    expect(result).toMatchObject({
      kind: 'created',
      task: {
        id: input.id,
        status: 'PENDING',
        externalId: 'order-1',
        ticket: input.ticket,
        profile: input.profile,
        metadata: { branch: '12' },
        deadline: input.deadline,
        fence: 0,
        attempt: 0,
      },
    });
    expect(await eventTypes(fixture, input.id)).toEqual(['task.created']);
  });

  test('of the same ticket 50 times at once makes one task', async () => {
    const tries = Array.from({ length: 50 }, () => newTask({ ticketIdentity: 'same ticket' }));
    const results = await Promise.all(
      tries.map((task) => fixture.api.withTenant(fixture.scope, (tx) => tx.tasks.create(task))),
    );
    const winners = results.filter((result) => result.kind === 'created');
    expect(winners).toHaveLength(1);
    for (const result of results) {
      if (result.kind === 'created') continue;
      expect(result).toEqual({ kind: 'duplicate_ticket', taskId: winners[0]!.task.id });
    }
  });

  test('of a ticket that became free again 20 times at once makes one task', async () => {
    const ticketIdentity = 'free again';
    const first = await created(fixture.api, fixture.scope, { ticketIdentity });
    await fixture.api.withTenant(fixture.scope, (tx) =>
      tx.tasks.cancel(first.id, failure('cancelled_by_user')),
    );
    const results = await Promise.all(
      Array.from({ length: 20 }, () =>
        fixture.api.withTenant(fixture.scope, (tx) => tx.tasks.create(newTask({ ticketIdentity }))),
      ),
    );
    expect(results.filter((result) => result.kind === 'created')).toHaveLength(1);
    expect(results.filter((result) => result.kind === 'duplicate_ticket')).toHaveLength(19);
  });

  test('of the same external id 20 times at once makes one task', async () => {
    const results = await Promise.all(
      Array.from({ length: 20 }, () =>
        fixture.api.withTenant(fixture.scope, (tx) => tx.tasks.create(newTask({ externalId: 'order-7' }))),
      ),
    );
    expect(results.filter((result) => result.kind === 'created')).toHaveLength(1);
    expect(results.filter((result) => result.kind === 'external_id_taken')).toHaveLength(19);
  });

  test('of a ticket whose task failed is allowed, of one in doubt or issued is not', async () => {
    const ticketIdentity = 'a ticket with a past';
    const first = await created(fixture.api, fixture.scope, { ticketIdentity });
    const again = () =>
      fixture.api.withTenant(fixture.scope, (tx) => tx.tasks.create(newTask({ ticketIdentity })));
    const { run } = await claimed(fixture.worker, first.id);
    await fixture.worker.withTenant(fixture.scope, (tx) =>
      tx.tasks.endRun(run, { on: 'fail', failure: failure('portal_unknown') }),
    );
    const second = await again();
    if (second.kind !== 'created') throw new Error(second.kind);
    const { run: secondRun } = await claimed(fixture.worker, second.task.id);
    await fixture.worker.withTenant(fixture.scope, async (tx) => {
      await tx.tickets.mark(secondRun, { sessionId: newUuid(), minLeaseMs: 3000 });
      await tx.tickets.settle(secondRun, { state: 'in_doubt' });
      await tx.tasks.endRun(secondRun, { on: 'fail', failure: failure('outcome_unknown') });
    });
    expect(await again()).toEqual({ kind: 'ticket_in_doubt', taskId: second.task.id });
    await asSuperuser(
      fixture.test,
      `update ticket_issuances set state = 'issued', cfdi_uuid = 'U' where task_id = $1`,
      [second.task.id],
    );
    expect(await again()).toEqual({ kind: 'duplicate_ticket', taskId: second.task.id });
  });

  test('of one ticket is apart by tenant and by mode', async () => {
    const ticketIdentity = 'shared';
    const tasks = [
      await created(fixture.api, fixture.scope, { ticketIdentity }),
      await created(fixture.api, { ...fixture.scope, mode: 'live' }, { ticketIdentity }),
      await created(fixture.api, await fixture.newTenant(), { ticketIdentity }),
    ];
    const rows = await asSuperuser<{ key: Buffer }>(
      fixture.test,
      'select distinct ticket_key as key from ticket_issuances where task_id = any ($1)',
      [tasks.map(({ id }) => id)],
    );
    // A tenant's tickets cannot be looked for in another's.
    expect(rows).toHaveLength(2);
  });
});
