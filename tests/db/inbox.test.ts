/** What reaches a task beside its runs: mail to its own address, uploads, and the portal being asked again. */
import { failure, newUuid } from '@cfdi-live/contract';
import type { NewMail, RunEnd } from '@cfdi-live/domain';
import { describe, expect, test } from 'vitest';
import { taskCfdi } from '../helpers/invoice.ts';
import { asSuperuser, claimed, created, eventTypes, inDoubt, useFixture } from './support.ts';

const fixture = useFixture();

const openMailbox = (taskId: string) =>
  fixture.worker.withTenant(fixture.scope, (tx) => tx.inbox.openMailbox(taskId));

async function mailTo(taskId: string, overrides: Partial<NewMail> = {}) {
  const mail: NewMail = {
    id: newUuid(),
    taskId,
    token: await openMailbox(taskId),
    messageId: '<1@correo.example>',
    body: Buffer.from('Su factura'),
    content: Buffer.from('Subject: CACX7605101P8\r\n\r\nSu factura'),
    ...overrides,
  };
  const outcome = await fixture.worker.withTenant(fixture.scope, (tx) => tx.inbox.receiveMail(mail));
  return { mail, outcome };
}

describe('an address of a task', () => {
  test('is the same each time, found by its token, and not to be read from the database', async () => {
    const task = await created(fixture.api, fixture.scope);
    const token = await openMailbox(task.id);
    expect(token).toMatch(/^[a-z2-7]{24}$/);
    expect(await openMailbox(task.id)).toBe(token);
    expect(await fixture.worker.system.findMailbox(token)).toEqual({ ...fixture.scope, taskId: task.id });
    expect(await fixture.worker.system.findMailbox(token.replace(/.$/, 'x'))).toBeNull();
    const [row] = await asSuperuser<{ row: string }>(
      fixture.test,
      'select t::text as row from automation_tasks t where id = $1',
      [task.id],
    );
    expect(row?.row).not.toContain(token);
    expect(row?.row).not.toContain(Buffer.from(token).toString('hex'));
  });

  test('belongs to nobody before it is given out, and differs for each task', async () => {
    const [one, two] = [await created(fixture.api, fixture.scope), await created(fixture.api, fixture.scope)];
    expect(await openMailbox(one.id)).not.toBe(await openMailbox(two.id));
  });
});

describe('a mail', () => {
  test('is kept once, whatever relays add to its header, and sealed', async () => {
    const task = await created(fixture.api, fixture.scope);
    const first = await mailTo(task.id);
    expect(first.outcome).toBe('received');
    const again = { content: Buffer.from('Received: relay\r\nSubject: x\r\n\r\nSu factura') };
    expect((await mailTo(task.id, again)).outcome).toBe('repeated');
    expect((await mailTo(task.id, { body: Buffer.from('Su otra factura') })).outcome).toBe('received');
    expect((await mailTo(task.id, { messageId: '<2@correo.example>' })).outcome).toBe('received');
    const content = await fixture.worker.withTenant(fixture.scope, (tx) => tx.inbox.content(first.mail.id));
    expect(content).toEqual(first.mail.content);
    const rows = await asSuperuser<{ content: Buffer }>(
      fixture.test,
      'select content from inbound_mails where task_id = $1',
      [task.id],
    );
    expect(rows).toHaveLength(3);
    for (const row of rows) expect(row.content.includes('CACX')).toBe(false);
  });

  test('sent a hundred times in other words fills its address, and no more', async () => {
    const task = await created(fixture.api, fixture.scope);
    for (let n = 0; n < 100; n += 1) await mailTo(task.id, { messageId: `<${n}@correo.example>` });
    expect((await mailTo(task.id, { messageId: '<more@correo.example>' })).outcome).toBe('full');
  });

  test('is looked at by one worker at a time, and by none while a run is at work', async () => {
    const task = await created(fixture.api, fixture.scope);
    const { mail } = await mailTo(task.id);
    const claim = () => fixture.worker.system.claimMails({ mailId: mail.id, lockMs: 60_000 });
    const looks = await Promise.all([claim(), claim(), claim()]);
    expect(looks.filter((look) => look !== null)).toEqual([{ ...fixture.scope, taskId: task.id }]);
    const due = () => fixture.worker.system.listDueMails({ limit: 1000 });
    expect(await due()).not.toContain(mail.id);
    await fixture.worker.withTenant(fixture.scope, (tx) => tx.inbox.lookAgain([mail.id], new Date(0)));
    expect(await due()).toContain(mail.id);
    await claimed(fixture.worker, task.id);
    expect(await due()).not.toContain(mail.id);
    expect(await claim()).toBeNull();
  });

  test('that is settled is not looked at again', async () => {
    const task = await created(fixture.api, fixture.scope);
    const { mail } = await mailTo(task.id);
    await fixture.worker.withTenant(fixture.scope, (tx) => tx.inbox.settle([mail.id], 'ignored'));
    expect(await fixture.worker.system.claimMails({ mailId: mail.id, lockMs: 1 })).toBeNull();
    const waiting = await fixture.worker.withTenant(fixture.scope, (tx) => tx.inbox.listWaiting(task.id));
    expect(waiting).toEqual([]);
  });
});

describe('an upload', () => {
  test('of the same file is the same upload, looked at again if it proved nothing', async () => {
    const task = await created(fixture.api, fixture.scope);
    const upload = () =>
      fixture.api.withTenant(fixture.scope, (tx) =>
        tx.inbox.receiveUpload({ id: newUuid(), taskId: task.id, content: Buffer.from('<xml/>') }),
      );
    const first = await upload();
    expect(first).toMatchObject({ via: 'upload', size: 6, taskId: task.id });
    await fixture.worker.withTenant(fixture.scope, (tx) => tx.inbox.settle([first.id], 'ignored'));
    expect((await upload()).id).toBe(first.id);
    const waiting = () => fixture.worker.withTenant(fixture.scope, (tx) => tx.inbox.listWaiting(task.id));
    expect(await waiting()).toHaveLength(1);
    await fixture.worker.withTenant(fixture.scope, (tx) => tx.inbox.settle([first.id], 'matched'));
    await upload();
    expect(await waiting()).toEqual([]);
  });
});

const SOON = new Date(Date.now() + 3_600_000);
const WAITING: Record<string, RunEnd | null> = {
  PENDING: null,
  AWAITING_DELIVERY: { on: 'await_delivery', reason: 'mail', until: SOON },
  INTERVENTION_NEEDED: { on: 'need_person', reason: 'captcha', until: SOON },
};

describe('an invoice that is delivered', () => {
  test.each(Object.keys(WAITING))(
    'completes a task that is %s, with its ticket and event',
    async (status) => {
      const task = await created(fixture.api, fixture.scope);
      const end = WAITING[status] ?? null;
      if (end !== null) {
        const { run } = await claimed(fixture.worker, task.id);
        await fixture.worker.withTenant(fixture.scope, (tx) => tx.tasks.endRun(run, end));
      }
      const cfdi = taskCfdi();
      const done = await fixture.worker.withTenant(fixture.scope, async (tx) => {
        const held = await tx.inbox.hold(task.id);
        expect(held?.task.status).toBe(status);
        return tx.inbox.deliver(task.id, cfdi);
      });
      expect(done).toBe(true);
      const after = await fixture.api.withTenant(fixture.scope, async (tx) => ({
        task: await tx.tasks.get(task.id),
        ticket: await tx.tickets.getForTask(task.id),
      }));
      expect(after.task).toMatchObject({ status: 'COMPLETED', cfdi: { uuid: cfdi.uuid } });
      expect(after.ticket).toMatchObject({ state: 'issued', cfdiUuid: cfdi.uuid });
      expect((await eventTypes(fixture, task.id)).at(-1)).toBe('task.completed');
    },
  );

  test('for a task that ended in doubt leaves its state and settles its ticket', async () => {
    const { taskId, run } = await inDoubt(fixture);
    const failed = failure('outcome_unknown');
    await fixture.worker.withTenant(fixture.scope, (tx) =>
      tx.tasks.endRun(run, { on: 'fail', failure: failed }),
    );
    const cfdi = taskCfdi();
    const done = await fixture.worker.withTenant(fixture.scope, (tx) => tx.inbox.deliver(taskId, cfdi));
    expect(done).toBe(false);
    const after = await fixture.api.withTenant(fixture.scope, async (tx) => ({
      task: await tx.tasks.get(taskId),
      ticket: await tx.tickets.getForTask(taskId),
    }));
    expect(after.task).toMatchObject({ status: 'FAILED', cfdi: null });
    expect(after.ticket).toMatchObject({ state: 'issued', cfdiUuid: cfdi.uuid, doubtSince: null });
  });
});

describe('a task that waits for its document', () => {
  test('goes to ask the portal when it is time, never more than there is room for, and never to submit again', async () => {
    const ids: string[] = [];
    for (let k = 0; k < 3; k += 1) {
      const task = await created(fixture.api, fixture.scope);
      ids.push(task.id);
      const { run } = await claimed(fixture.worker, task.id);
      await fixture.worker.withTenant(fixture.scope, (tx) =>
        tx.tasks.endRun(run, {
          on: 'await_delivery',
          reason: 'mail',
          until: SOON,
          askAt: k === 2 ? SOON : new Date(Date.now() - 1000 * (3 - k)),
        }),
      );
    }
    const [queued] = await asSuperuser<{ n: number }>(
      fixture.test,
      `select count(*)::integer as n from automation_tasks where status = 'QUEUED'`,
    );
    const n = queued!.n;
    expect(await fixture.worker.system.askPortals({ maxQueued: n })).toEqual([]);
    const asked = await fixture.worker.system.askPortals({ maxQueued: n + 1 });
    expect(asked).toEqual([{ taskId: ids[0], nextFence: 2 }]);
    expect(await fixture.worker.system.askPortals({ maxQueued: n + 1 })).toEqual([]);
    expect(await fixture.worker.system.askPortals({ maxQueued: n + 9 })).toEqual([
      { taskId: ids[1], nextFence: 2 },
    ]);
    expect((await eventTypes(fixture, ids[0]!)).slice(-2)).toEqual(['task.awaiting_delivery', 'task.queued']);
    const claim = await fixture.worker.system.claim({ taskId: ids[0]!, workerId: 'w1', leaseMs: 60_000 });
    expect(claim?.ticket).toMatchObject({ state: 'in_doubt' });
    expect(claim?.ticket.answeredAt).not.toBeNull();
  });
});
