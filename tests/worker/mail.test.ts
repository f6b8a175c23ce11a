/** Mail for tasks, by real SMTP: what completes a task, and what changes nothing. */
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventTypes, useFixture } from '../db/support.ts';
import { FAILED, openMailWorld, type MailWorld } from './mail-world.ts';

const fixture = useFixture();
let world: MailWorld;
beforeAll(async () => {
  world = await openMailWorld(fixture, () => fixture.scope);
});
afterAll(() => world.close());

const MINUTE = 60_000;

describe('a mail with the invoice of its task', () => {
  it.each(['attachments', 'zip', 'text'] as const)('(%s) completes it', async (how) => {
    const { task, address } = await world.waiting();
    const { uuid, xml, pdf } = await world.invoice();
    const zip = Buffer.from(zipSync({ 'f.xml': xml, 'f.pdf': pdf }));
    await world.send({
      to: address.toUpperCase(),
      ...(how === 'text' ? { text: `Su factura:\r\n\r\n${xml.toString()}\r\n` } : { text: 'Su factura' }),
      attachments:
        how === 'attachments'
          ? [
              { filename: 'F.XML', content: xml },
              { filename: '../../f.pdf', content: pdf },
            ]
          : how === 'zip'
            ? [{ filename: 'factura.zip', content: zip }]
            : [{ filename: 'f.pdf', content: pdf }],
    });
    expect(world.queued).toHaveLength(1);
    world.queued.length = 0;
    await world.look(task.id);
    const after = await world.now(task.id);
    expect(after.task).toMatchObject({ status: 'COMPLETED', cfdi: { uuid, verdict: 'authenticated' } });
    expect(after.task.cfdi?.pdfArtifactId).not.toBeNull();
    expect(after.ticket).toMatchObject({ state: 'issued', cfdiUuid: uuid });
    expect(after.files.map(({ kind }) => kind).sort()).toEqual(['pdf', 'xml']);
    expect(after.files.map(({ fileName }) => fileName).join()).not.toContain('/');
    expect(after.mails).toEqual(['matched']);
    expect((await eventTypes(fixture, task.id)).slice(-4)).toEqual([
      'artifact.created',
      'artifact.created',
      'task.completed',
      'task.document_received',
    ]);
  });

  it('as XML alone waits ten minutes for its PDF, and then completes it with a warning', async () => {
    const { task, address } = await world.waiting();
    const { uuid, xml } = await world.invoice();
    await world.send({ to: address, attachments: [{ filename: 'f.xml', content: xml }] });
    await world.look(task.id);
    expect((await world.now(task.id)).task.status).toBe('AWAITING_DELIVERY');
    world.shiftClock(11 * MINUTE);
    await world.look(task.id);
    world.shiftClock(0);
    const { cfdi } = (await world.now(task.id)).task;
    expect(cfdi).toMatchObject({ uuid, pdfArtifactId: null });
    expect(cfdi?.findings.map(({ code }) => code)).toContain('pdf_missing');
  });

  it('in two mails, PDF first, completes it with both', async () => {
    const { task, address } = await world.waiting();
    const { uuid, xml, pdf } = await world.invoice();
    await world.send({ to: address, attachments: [{ filename: 'f.pdf', content: pdf }] });
    await world.look(task.id);
    expect(await world.now(task.id)).toMatchObject({
      task: { status: 'AWAITING_DELIVERY' },
      mails: ['received'],
    });
    await world.send({ to: address, attachments: [{ filename: 'f.xml', content: xml }] });
    await world.look(task.id);
    await world.look(task.id);
    const after = await world.now(task.id);
    expect(after.task).toMatchObject({ status: 'COMPLETED', cfdi: { uuid } });
    expect(after.task.cfdi?.pdfArtifactId).not.toBeNull();
    expect(after.mails).toEqual(['matched', 'matched']);
    expect(after.files).toHaveLength(2);
  });

  it('whose PDF comes an hour late is given its picture, and loses the warning', async () => {
    const { task, address } = await world.waiting();
    const { xml, pdf } = await world.invoice();
    await world.send({ to: address, attachments: [{ filename: 'f.xml', content: xml }] });
    world.shiftClock(11 * MINUTE);
    await world.look(task.id);
    await world.send({ to: address, attachments: [{ filename: 'f.pdf', content: pdf }] });
    await world.look(task.id);
    world.shiftClock(0);
    const after = await world.now(task.id);
    expect(after.task.cfdi?.pdfArtifactId).not.toBeNull();
    expect(after.task.cfdi?.findings.map(({ code }) => code)).not.toContain('pdf_missing');
    expect(after.mails).toEqual(['matched', 'matched']);
  });

  it('that is sent twice completes it once', async () => {
    const { task, address } = await world.waiting();
    const { xml, pdf } = await world.invoice();
    const attachments = [
      { filename: 'f.xml', content: xml },
      { filename: 'f.pdf', content: pdf },
    ];
    await world.send({ to: address, attachments });
    await world.send({ to: address, attachments });
    await Promise.all([world.look(task.id), world.look(task.id)]);
    await world.look(task.id);
    const after = await world.now(task.id);
    expect(after.mails).toEqual(['matched', 'matched']);
    expect(after.files).toHaveLength(2);
    expect((await eventTypes(fixture, task.id)).filter((type) => type === 'task.completed')).toHaveLength(1);
  });

  it('for a task that had failed in doubt changes no state, and settles its ticket', async () => {
    const { task, address } = await world.waiting(FAILED);
    const { uuid, xml, pdf } = await world.invoice();
    await world.send({ to: address, attachments: [{ content: xml }, { content: pdf }] });
    await world.look(task.id);
    const after = await world.now(task.id);
    expect(after).toMatchObject({
      task: { status: 'FAILED', cfdi: null },
      ticket: { state: 'issued', cfdiUuid: uuid },
    });
    expect(after.files).toHaveLength(2);
    expect((await eventTypes(fixture, task.id)).at(-1)).toBe('task.document_received');
  });
});

describe('a mail that proves nothing', () => {
  it.each(['another RFC', 'a broken seal', 'another total', 'a seal of nobody', 'no document'] as const)(
    '(%s) is kept as ignored, and changes nothing',
    async (what) => {
      const { task, address } = await world.waiting();
      const before = await world.now(task.id);
      const { xml } = await world.invoice({
        ...(what === 'another RFC' ? { to: 'stranger' } : {}),
        ...(what === 'another total' ? { total: '1160.01' } : {}),
        ...(what === 'a seal of nobody' ? { by: 'forger' } : {}),
      });
      // As a tenant wants it who trusts certificates only.
      await fixture.api.withTenant(fixture.scope, (tx) =>
        tx.tenant.change({ unauthenticatedCfdis: 'reject' }),
      );
      const content =
        what === 'a broken seal' ? xml.toString().replace('Total="1160.00"', 'Total="1160.0"') : xml;
      await world.send({
        to: address,
        text: 'Su factura',
        ...(what === 'no document' ? {} : { attachments: [{ filename: 'f.xml', content }] }),
      });
      await world.look(task.id);
      const after = await world.now(task.id);
      expect(after.mails).toEqual(['ignored']);
      expect(after).toMatchObject({ task: { status: 'AWAITING_DELIVERY', cfdi: null }, files: [] });
      expect(after.ticket).toEqual(before.ticket);
      expect((await eventTypes(fixture, task.id)).at(-1)).toBe('task.awaiting_delivery');
    },
  );

  it('does not keep a good one from completing the task', async () => {
    const { task, address } = await world.waiting();
    const foreign = await world.invoice({ to: 'stranger' });
    const own = await world.invoice();
    await world.send({ to: address, attachments: [{ content: foreign.xml }, { content: foreign.pdf }] });
    await world.send({ to: address, attachments: [{ content: own.xml }, { content: own.pdf }] });
    await world.look(task.id);
    const after = await world.now(task.id);
    expect(after.task).toMatchObject({ status: 'COMPLETED', cfdi: { uuid: own.uuid } });
    expect(after.mails).toEqual(['ignored', 'matched']);
  });

  it('for the invoice of another task does not complete a second one', async () => {
    const [one, two] = [await world.waiting(), await world.waiting()];
    const { xml, pdf } = await world.invoice();
    const attachments = [{ content: xml }, { content: pdf }];
    await world.send({ to: one.address, attachments });
    await world.look(one.task.id);
    await world.send({ to: two.address, attachments });
    await world.look(two.task.id);
    expect(await world.now(two.task.id)).toMatchObject({
      task: { status: 'AWAITING_DELIVERY' },
      mails: ['ignored'],
    });
  });
});

describe('an invoice that no certificate vouches for, in live mode', () => {
  const valid = { kind: 'answered', status: { kind: 'valid' } } as never;
  const unknown = { kind: 'answered', status: { kind: 'not_found' } } as never;

  it('waits for the word of SAT in its mail, not in its task, and counts by it', async () => {
    fixture.scope = await fixture.newTenant('live');
    const { task, address } = await world.waiting();
    const { uuid, xml, pdf } = await world.invoice({ by: 'forger' });
    await world.send({ to: address, attachments: [{ content: xml }, { content: pdf }] });
    world.sat(unknown);
    await world.look(task.id);
    expect(await world.now(task.id)).toMatchObject({
      task: { status: 'AWAITING_DELIVERY' },
      ticket: { state: 'none' },
      mails: ['received'],
    });
    world.sat(valid);
    await world.look(task.id);
    const after = await world.now(task.id);
    expect(after.task).toMatchObject({
      status: 'COMPLETED',
      cfdi: { uuid, verdict: 'authenticated', authenticatedBy: 'sat', satStatus: 'valid' },
    });
  });

  it('of which SAT never hears changes nothing', async () => {
    fixture.scope = await fixture.newTenant('live');
    const { task, address } = await world.waiting();
    const { xml } = await world.invoice({ by: 'forger' });
    await world.send({ to: address, attachments: [{ content: xml }] });
    world.sat(unknown);
    world.shiftClock(73 * 60 * MINUTE);
    await world.look(task.id);
    world.shiftClock(0);
    expect(await world.now(task.id)).toMatchObject({
      task: { status: 'AWAITING_DELIVERY' },
      ticket: { state: 'none' },
      mails: ['ignored'],
    });
  });
});
