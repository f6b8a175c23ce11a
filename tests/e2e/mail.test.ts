/** Portals that deliver by mail, whole: a browser types the task's address, a real mail comes back, the task completes. */
import { shiftDatabaseClock } from '@cfdi-live/db';
import type { Event } from '@cfdi-live/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROFILE, startTestStack, until, type Submitted, type TestStack } from '../helpers/stack.ts';

let stack: TestStack;
let dispose: () => Promise<void>;
let shiftMs = 0;

beforeAll(async () => {
  ({ stack, dispose } = await startTestStack({
    gallery: { now: () => new Date(Date.now() + shiftMs) },
    maxSessions: 4,
  }));
}, 120_000);
afterAll(() => dispose());

const WAIT = { waitMs: 150_000 };

const waiting = (submitted: Submitted) =>
  until(
    'AWAITING_DELIVERY',
    async () => {
      const { status, failure } = await stack.client.tasks.get(submitted.task.id);
      if (failure !== null) throw new Error(failure.code);
      return status === 'AWAITING_DELIVERY';
    },
    120_000,
  );

async function told(taskId: string): Promise<Event[]> {
  return stack.eventsOf(taskId);
}

describe.concurrent('an invoice that a portal mails', () => {
  it.each(['success', 'mail_link'] as const)(
    '(%s) completes its task, and is issued once',
    async (outcome) => {
      const submitted = await stack.submit('mailed', 11, { outcome });
      const task = await stack.client.tasks.waitFor(submitted.task.id, WAIT);
      expect(task).toMatchObject({
        status: 'COMPLETED',
        failure: null,
        cfdi: { verdict: 'authenticated', receptorRfc: PROFILE.rfc, recovered: false },
      });
      expect(task.cfdi?.pdfArtifactId).not.toBeNull();
      expect(submitted.issued()).toBe(1);
      const events = await told(task.id);
      expect(events.map(({ type }) => type)).toContain('task.awaiting_delivery');
      expect(events.at(-1)).toMatchObject({
        type: 'task.document_received',
        data: { via: 'mail', verdict: 'accepted', uuid: task.cfdi?.uuid },
      });
      await until('the browser is released', async () => (await stack.openBrowsers(task.id)) === 0);
    },
    180_000,
  );

  it('to somebody else changes nothing, nor does handing it over, and its address stands nowhere', async () => {
    const submitted = await stack.submit('mailed', 12, { outcome: 'wrong_receptor' });
    await waiting(submitted);
    const [mail] = stack.gallery
      .mails()
      .filter(({ attachments }) => attachments?.some(({ content }) => content.includes('MAPR880719LE5')));
    const xml = mail?.attachments?.find(({ filename }) => filename.endsWith('.xml'))?.content;
    if (mail === undefined || xml === undefined) throw new Error('nothing was mailed');
    expect(mail.to).toMatch(new RegExp(`^t-[a-z2-7]{24}@${stack.mailDomain}$`));
    await until('the mail was taken', () => stack.gallery.mails().every(({ isSent }) => isSent));

    const upload = await stack.client.tasks.uploadArtifact(submitted.task.id, xml);
    const refused = await until('the upload is refused', async () =>
      (await told(submitted.task.id)).find((event) => event.type === 'task.document_received'),
    );
    expect(refused).toMatchObject({
      data: {
        via: 'upload',
        uploadId: upload.id,
        verdict: 'refused',
        what: expect.arrayContaining(['receptor_rfc_mismatch']) as string[],
      },
    });
    const task = await stack.client.tasks.get(submitted.task.id);
    expect(task).toMatchObject({ status: 'AWAITING_DELIVERY', cfdi: null });
    // Who knows the address may send to it: it stands nowhere.
    const steps = await stack.client.tasks.steps(submitted.task.id);
    const left = JSON.stringify([steps.data, await told(task.id), task]) + (await stack.workerLog());
    expect(left).not.toContain(mail.to.slice(2, 26));
  }, 180_000);
});

describe('an invoice that a portal mails two hours later', () => {
  it('completes its task, with a worker that was killed meanwhile', async () => {
    const submitted = await stack.submit('mailed', 21, { outcome: 'mail_late' });
    await waiting(submitted);
    await stack.worker().kill();
    await stack.restartWorker();
    shiftMs = 2 * 3_600_000 + 1_000;
    await shiftDatabaseClock(stack.ownerUrl, shiftMs);
    try {
      const task = await stack.client.tasks.waitFor(submitted.task.id, WAIT);
      expect(task).toMatchObject({ status: 'COMPLETED', failure: null });
      expect(submitted.submits()).toBe(1);
      expect((await told(task.id)).filter(({ type }) => type === 'task.running')).toHaveLength(1);
    } finally {
      shiftMs = 0;
      await shiftDatabaseClock(stack.ownerUrl, 0);
    }
  }, 180_000);
});
