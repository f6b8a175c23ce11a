import { newUuid } from '@cfdi-live/contract';
import { describe, expect, test } from 'vitest';
import { claimed, created, inDoubt, useFixture } from './support.ts';

const fixture = useFixture();

describe('the mark', () => {
  test('is given to one of many that ask at once', async () => {
    const task = await created(fixture.api, fixture.scope);
    const { run } = await claimed(fixture.worker, task.id);
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () =>
        fixture.worker.withTenant(fixture.scope, (tx) =>
          tx.tickets.mark(run, { sessionId: newUuid(), minLeaseMs: 3000 }),
        ),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === 'marked')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'not_free')).toHaveLength(19);
  });

  test('is refused when the lease is too short', async () => {
    const task = await created(fixture.api, fixture.scope);
    const { run } = await claimed(fixture.worker, task.id, 2000);
    const mark = () =>
      fixture.worker.withTenant(fixture.scope, (tx) =>
        tx.tickets.mark(run, { sessionId: newUuid(), minLeaseMs: 3000 }),
      );
    expect(await mark()).toBe('lost_lease');
    await fixture.worker.system.renewLease(run, 5000);
    expect(await mark()).toBe('marked');
  });

  test('is settled to a next step, remembered once, and may be set again', async () => {
    const task = await created(fixture.api, fixture.scope);
    const { run } = await claimed(fixture.worker, task.id);
    const sessionId = newUuid();
    const ticket = await fixture.worker.withTenant(fixture.scope, async (tx) => {
      for (let i = 0; i < 2; i++) {
        expect(await tx.tickets.mark(run, { sessionId, minLeaseMs: 3000 })).toBe('marked');
        await tx.tickets.submitted(run);
        await tx.tickets.settle(run, { state: 'none', harmlessAct: 'click:Buscar' });
      }
      await tx.tickets.mark(run, { sessionId, minLeaseMs: 3000 });
      return tx.tickets.getForTask(task.id);
    });
    expect(ticket).toMatchObject({
      state: 'submitting',
      fence: 1,
      sessionId,
      harmlessActs: ['click:Buscar'],
    });
  });

  test('takes its act off the harmless ones: the same button may first complain and then issue', async () => {
    const task = await created(fixture.api, fixture.scope);
    const { run } = await claimed(fixture.worker, task.id);
    const mark = { sessionId: newUuid(), minLeaseMs: 3000 };
    const ticket = await fixture.worker.withTenant(fixture.scope, async (tx) => {
      for (const act of ['click:Enviar', 'click:Buscar']) {
        await tx.tickets.mark(run, { ...mark, act });
        await tx.tickets.settle(run, { state: 'none', harmlessAct: act });
      }
      await tx.tickets.mark(run, { ...mark, act: 'click:Enviar' });
      return tx.tickets.getForTask(task.id);
    });
    expect(ticket).toMatchObject({ state: 'submitting', harmlessActs: ['click:Buscar'] });
  });

  test('whose portal said that the invoice was made cannot be freed by looking', async () => {
    const { taskId, run } = await inDoubt(fixture);
    const work = fixture.worker.withTenant(fixture.scope, async (tx) => {
      await tx.tickets.answered(run);
      await tx.tickets.stillOffered(run);
      await tx.tickets.notInvoiced(run);
    });
    await expect(work).rejects.toMatchObject({ code: '23514' });
    const answered = await fixture.worker.withTenant(fixture.scope, async (tx) => {
      await tx.tickets.answered(run);
      return tx.tickets.getForTask(taskId);
    });
    expect(answered).toMatchObject({ state: 'in_doubt', answeredAt: expect.any(Date) });
    const issued = await fixture.worker.withTenant(fixture.scope, async (tx) => {
      await tx.tickets.issued(run, 'CEE4BE01-ADFA-4DEB-8421-ADD60F0BEDAC');
      return tx.tickets.getForTask(taskId);
    });
    expect(issued).toMatchObject({ state: 'issued', answeredAt: null });
  });

  test('in doubt becomes free only by the double no', async () => {
    const { taskId, run } = await inDoubt(fixture);
    const states = await fixture.worker.withTenant(fixture.scope, async (tx) => {
      const seen = [];
      await tx.tickets.settle(run, { state: 'none' });
      seen.push(await tx.tickets.getForTask(taskId));
      await tx.tickets.reconciled(run);
      await tx.tickets.stillOffered(run);
      seen.push(await tx.tickets.getForTask(taskId));
      await tx.tickets.notInvoiced(run);
      seen.push(await tx.tickets.getForTask(taskId));
      return seen;
    });
    expect(states).toMatchObject([
      { state: 'in_doubt', reconciliations: 0 },
      { state: 'in_doubt', reconciliations: 1, lastStillOfferedAt: expect.any(Date) },
      { state: 'none', reconciliations: 0, doubtSince: null, lastStillOfferedAt: null },
    ]);
  });
});
