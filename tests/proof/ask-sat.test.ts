/**
 * What SAT says of an invoice, from the row that is due to the end of the task: a real database, and the imitation of SAT's
 * register asked by HTTP. Days pass by the database's clock.
 */
import { createSatRegister } from '@cfdi-live/cfdi';
import { shiftDatabaseClock } from '@cfdi-live/db';
import { failure, newUuid } from '@cfdi-live/contract';
import { firstSatCheck, type NewCfdi, type RunEnd, type TenantScope } from '@cfdi-live/domain';
import { startGallery, type Gallery } from '@cfdi-live/portal-gallery';
import { createTestPki } from '@cfdi-live/portal-gallery/issuer';
import { askAbout, createAsker, type Asker } from '@cfdi-live/worker';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { asSuperuser, claimed, created, eventTypes, useFixture } from '../db/support.ts';
import { newCfdi, stampedFacts, taskCfdi } from '../helpers/invoice.ts';

const fixture = useFixture();
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

let gallery: Gallery;
let live: TenantScope;
const log = { warn: () => undefined, info: () => undefined } as never;

beforeAll(async () => {
  gallery = await startGallery({ port: 0, pki: await createTestPki() });
});
afterAll(() => gallery.close());
beforeEach(async () => {
  live = await fixture.newTenant('live');
  gallery.sat.setAvailability('up');
  await asSuperuser(fixture.test, 'update cfdi_documents set sat_check_at = null');
});
afterEach(() => pass(0));

const pass = (ms: number) => shiftDatabaseClock(fixture.test.ownerUrl, ms);

/** With a clock for the breaker, in milliseconds. */
function asker(monotonic: () => number = () => 0): Asker {
  return createAsker(
    { database: fixture.worker, log },
    'live',
    createSatRegister({ url: gallery.sat.url }),
    monotonic,
  );
}

/** Now, as a stamp has it: central time. */
function stampedNow(): string {
  return new Date(Date.now() - 6 * 60 * MINUTE).toISOString().slice(0, 19);
}

function invoiceOf(taskId: string, overrides: Partial<NewCfdi> = {}): NewCfdi {
  const facts = stampedFacts();
  const stamped = { ...facts, stamp: { ...facts.stamp, stampedAt: stampedNow() } };
  return newCfdi(taskId, { facts: stamped, ...overrides });
}

/** A run's end, with the invoice that it brought. */
async function ended(
  end: RunEnd,
  cfdi: Partial<NewCfdi> = {},
): Promise<{ taskId: string; invoice: NewCfdi }> {
  const task = await created(fixture.api, live);
  const { run } = await claimed(fixture.worker, task.id);
  const accepted = end.on === 'complete';
  const draft = invoiceOf(task.id, { accepted, ...cfdi });
  const first = firstSatCheck({ accepted, stampedAt: draft.facts.stamp.stampedAt }, new Date());
  const invoice = { ...draft, satCheckAt: first };
  await fixture.worker.withTenant(live, async (tx) => {
    await tx.cfdis.add(invoice);
    await tx.tickets.issued(run, invoice.uuid);
    await tx.tasks.endRun(run, end);
  });
  return { taskId: task.id, invoice };
}

const awaiting = (cfdi: Partial<NewCfdi> = {}) =>
  ended(
    { on: 'await_delivery', reason: 'sat_pending', until: new Date(Date.now() + 3 * DAY) },
    { verdict: 'consistent_not_authenticated', ...cfdi },
  );
/** One after the other: one admitter works at a time. */
async function several(n: number): Promise<Awaited<ReturnType<typeof awaiting>>[]> {
  const tasks = [];
  for (let i = 0; i < n; i += 1) tasks.push(await awaiting());
  return tasks;
}
const counting = () => ended({ on: 'complete', cfdi: taskCfdi() });

const taskOf = (id: string) => fixture.api.withTenant(live, (tx) => tx.tasks.get(id));
const documentOf = (uuid: string) => fixture.api.withTenant(live, (tx) => tx.cfdis.get(uuid));
const types = (taskId: string) => eventTypes({ ...fixture, scope: live }, taskId);
async function cancellations() {
  const events = await fixture.api.withTenant(live, (tx) =>
    tx.events.after(0n, { types: ['cfdi.cancelled'], limit: 10 }),
  );
  return events.map(({ event }) => event);
}
const claimedChecks = () =>
  fixture.worker.system.claimSatChecks({ modes: ['live'], lockMs: 120_000, limit: 10 });

describe('a task that waits for the word of SAT', () => {
  test('is completed by Vigente, as a run would, and its invoice counts from then on', async () => {
    const { taskId, invoice } = await awaiting();
    gallery.sat.set(invoice.uuid, { state: 'valid' });
    await asker().askDue();
    expect((await taskOf(taskId))?.status).toBe('AWAITING_DELIVERY');

    await pass(MINUTE + 1000);
    await asker().askDue();
    expect(await taskOf(taskId)).toMatchObject({
      status: 'COMPLETED',
      failure: null,
      cfdi: { uuid: invoice.uuid, verdict: 'authenticated', authenticatedBy: 'sat', satStatus: 'valid' },
    });
    expect(await documentOf(invoice.uuid)).toMatchObject({
      accepted: true,
      verdict: 'authenticated',
      authenticatedBy: 'sat',
      satStatus: 'valid',
    });
    expect((await types(taskId)).slice(-2)).toEqual(['task.awaiting_delivery', 'task.completed']);
    const ticket = await fixture.api.withTenant(live, (tx) => tx.tickets.getForTask(taskId));
    expect(ticket).toMatchObject({ state: 'issued', cfdiUuid: invoice.uuid });
  });

  test('fails by Cancelado, and says so', async () => {
    const { taskId, invoice } = await awaiting();
    gallery.sat.set(invoice.uuid, { state: 'cancelled' });
    await pass(MINUTE + 1000);
    await asker().askDue();
    expect(await taskOf(taskId)).toMatchObject({
      status: 'FAILED',
      failure: { code: 'cfdi_unverified', details: { uuid: invoice.uuid, satStatus: 'cancelled' } },
    });
    expect(await documentOf(invoice.uuid)).toMatchObject({ accepted: false, satStatus: 'cancelled' });
    // The task's own event tells of it.
    expect(await cancellations()).toEqual([]);
  });

  test('waits while SAT does not find it, three days from its stamp and no longer', async () => {
    const { taskId, invoice } = await awaiting();
    await pass(2 * MINUTE);
    await asker().askDue();
    expect((await taskOf(taskId))?.status).toBe('AWAITING_DELIVERY');
    expect(await documentOf(invoice.uuid)).toMatchObject({ satStatus: 'not_found', satAnswers: 1 });
    // Not overdue by the sweep either, for somebody still asks.
    await pass(3 * DAY + MINUTE);
    await fixture.worker.system.failOverdue();
    expect((await taskOf(taskId))?.status).toBe('AWAITING_DELIVERY');
    await asker().askDue();
    expect(await taskOf(taskId)).toMatchObject({
      status: 'FAILED',
      failure: { code: 'cfdi_unverified', details: { uuid: invoice.uuid, satStatus: 'not_found' } },
    });
  });

  test('is ended by its deadline where nobody asks', async () => {
    const { taskId, invoice } = await awaiting();
    await asSuperuser(fixture.test, 'update cfdi_documents set sat_check_at = null where uuid = $1', [
      invoice.uuid,
    ]);
    await pass(3 * DAY + MINUTE);
    await fixture.worker.system.failOverdue();
    expect(await taskOf(taskId)).toMatchObject({
      status: 'FAILED',
      failure: { code: 'cfdi_unverified', details: { uuid: invoice.uuid, satStatus: null } },
    });
  });

  test('keeps a cancel that came first, and one that comes second changes nothing', async () => {
    const [first, second] = [await awaiting(), await awaiting()];
    for (const { invoice } of [first, second]) gallery.sat.set(invoice.uuid, { state: 'valid' });
    const cancel = (id: string) =>
      fixture.api.withTenant(live, (tx) => tx.tasks.cancel(id, failure('cancelled_by_user')));
    await cancel(first.taskId);
    await pass(2 * MINUTE);
    await asker().askDue();
    expect((await cancel(second.taskId))?.kind).toBe('terminal');
    expect((await taskOf(first.taskId))?.status).toBe('CANCELLED');
    expect((await taskOf(second.taskId))?.status).toBe('COMPLETED');
    expect(await documentOf(first.invoice.uuid)).toMatchObject({ accepted: false, satCheckAt: null });
  });

  test('is settled once, however many ask, and however a cancel falls between', async () => {
    const tasks = await several(8);
    for (const { invoice } of tasks) gallery.sat.set(invoice.uuid, { state: 'valid' });
    await pass(2 * MINUTE);
    const checks = await claimedChecks();
    expect(checks).toHaveLength(8);
    expect(await claimedChecks()).toEqual([]);
    const register = createSatRegister({ url: gallery.sat.url });
    const settled = await Promise.all([
      ...checks.flatMap((check) => [1, 2, 3].map(() => askAbout(fixture.worker, check, register))),
      ...tasks.map(({ taskId }) =>
        fixture.api.withTenant(live, (tx) => tx.tasks.cancel(taskId, failure('cancelled_by_user'))),
      ),
    ]);
    const completed = settled.filter((outcome) => outcome === 'completed').length;
    for (const { taskId } of tasks) {
      const ends = (await types(taskId)).filter((type) => /completed|cancelled|failed/.test(type));
      expect(ends).toHaveLength(1);
    }
    const rows = await Promise.all(tasks.map(({ taskId }) => taskOf(taskId)));
    expect(rows.filter((row) => row?.status === 'COMPLETED')).toHaveLength(completed);
    expect(rows.every((row) => row?.status === 'COMPLETED' || row?.status === 'CANCELLED')).toBe(true);
  });

  test('is asked about again when the worker that asked died', async () => {
    const { taskId, invoice } = await awaiting();
    gallery.sat.set(invoice.uuid, { state: 'valid' });
    await pass(2 * MINUTE);
    expect(await claimedChecks()).toHaveLength(1);
    await asker().askDue();
    expect((await taskOf(taskId))?.status).toBe('AWAITING_DELIVERY');
    await pass(5 * MINUTE);
    await asker().askDue();
    expect((await taskOf(taskId))?.status).toBe('COMPLETED');
  });

  test('fails where its UUID proved another purchase meanwhile', async () => {
    const other = await counting();
    const { taskId, invoice } = await awaiting({ facts: other.invoice.facts, uuid: other.invoice.uuid });
    gallery.sat.set(invoice.uuid, { state: 'valid' });
    await pass(2 * MINUTE);
    await asker().askDue();
    expect(await taskOf(taskId)).toMatchObject({
      status: 'FAILED',
      failure: { code: 'cfdi_mismatch', details: { uuid: invoice.uuid, what: ['uuid_already_accepted'] } },
    });
    expect((await types(taskId)).at(-1)).toBe('task.failed');
  });
});

describe('an invoice that counts', () => {
  test('tells of its cancellation once, and leaves the task as it is', async () => {
    const { taskId, invoice } = await counting();
    gallery.sat.set(invoice.uuid, { state: 'valid' });
    await pass(DAY + MINUTE);
    await asker().askDue();
    expect(await documentOf(invoice.uuid)).toMatchObject({ satStatus: 'valid', authenticatedBy: 'trust' });
    gallery.sat.set(invoice.uuid, { state: 'cancelled' });
    for (const days of [2, 7, 30, 90]) {
      await pass(days * DAY + MINUTE);
      await asker().askDue();
    }
    const document = await documentOf(invoice.uuid);
    expect(document).toMatchObject({ accepted: true, satStatus: 'cancelled', satCheckAt: null });
    const told = await cancellations();
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({
      type: 'cfdi.cancelled',
      taskId: null,
      data: { uuid: invoice.uuid, total: 1147.5, emisorRfc: 'EKU9003173C9' },
    });
    expect((await taskOf(taskId))?.status).toBe('COMPLETED');
    expect(gallery.sat.asked().filter((uuid) => uuid === invoice.uuid)).toHaveLength(2);
  });

  test('is asked about when its task is long gone', async () => {
    const { taskId, invoice } = await counting();
    await asSuperuser(fixture.test, 'delete from automation_tasks where id = $1', [taskId]);
    gallery.sat.set(invoice.uuid, { state: 'cancelled' });
    await pass(DAY + MINUTE);
    await asker().askDue();
    expect(await cancellations()).toHaveLength(1);
  });

  test('warns of an emisor whom SAT lists', async () => {
    const { invoice } = await counting();
    gallery.sat.set(invoice.uuid, { state: 'valid', emisorIsListed: true });
    await pass(DAY + MINUTE);
    await asker().askDue();
    const document = await documentOf(invoice.uuid);
    expect(document?.findings).toMatchObject([{ code: 'emisor_listed', severity: 'warning' }]);
  });
});

describe('a register that is away', () => {
  test('is left alone after five failures, and nothing is lost by it', async () => {
    const tasks = await several(12);
    for (const { invoice } of tasks) gallery.sat.set(invoice.uuid, { state: 'valid' });
    gallery.sat.setAvailability('down');
    await pass(2 * MINUTE);
    let now = 0;
    const one = asker(() => now);
    const before = gallery.sat.asked().length;
    const asked = () => gallery.sat.asked().length - before;
    for (let i = 0; i < 20; i += 1) await one.askDue();
    expect(asked()).toBe(5);
    // One tries it again after a rest; while that fails, nobody else does.
    now = 30_001;
    for (let i = 0; i < 20; i += 1) await one.askDue();
    expect(asked()).toBe(6);
    now = 60_002;
    gallery.sat.setAvailability('up');
    await pass(10 * MINUTE);
    while ((await one.askDue()) || asked() < 18);
    const rows = await Promise.all(tasks.map(({ taskId }) => taskOf(taskId)));
    expect(rows.every((row) => row?.status === 'COMPLETED')).toBe(true);
  });
});

test('documents of test tasks are nothing that the register of live ones is asked about', async () => {
  const scope = await fixture.newTenant('test');
  await fixture.worker.withTenant(scope, (tx) =>
    tx.cfdis.add({ ...invoiceOf(newUuid()), satCheckAt: new Date(0) }),
  );
  expect(await claimedChecks()).toEqual([]);
});
