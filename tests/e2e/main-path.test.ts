import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shiftDatabaseClock } from '@cfdi-live/db';
import { accountLogin } from '@cfdi-live/portal-gallery';
import type { Event } from '@cfdi-live/sdk';
import { PROFILE, startTestStack, until, type TestStack } from '../helpers/stack.ts';

let stack: TestStack;
let dispose: () => Promise<void>;

beforeAll(async () => {
  ({ stack, dispose } = await startTestStack());
}, 120_000);
afterAll(() => dispose());

const WAIT = { waitMs: 150_000 };

describe.concurrent('a ticket', () => {
  it.each(['webforms', 'listboxes', 'jqwizard', 'onepage'] as const)(
    'at %s becomes one proven CFDI, told by events without a gap',
    async (portal) => {
      const submitted = await stack.submit(portal, 11);
      const events: Event[] = [];
      const task = await stack.client.tasks.waitFor(submitted.task.id, {
        ...WAIT,
        onEvent: (event) => events.push(event),
      });
      expect(task.failure).toBeNull();
      expect(task).toMatchObject({
        status: 'COMPLETED',
        cfdi: { verdict: 'authenticated', receptorRfc: PROFILE.rfc, recovered: false },
      });
      expect(submitted.issued()).toBe(1);
      const kept = await stack.eventsOf(task.id);
      expect(kept.map(({ sequence }) => sequence)).toEqual(kept.map((_event, index) => index + 1));
      expect(events.at(-1)?.type).toBe('task.completed');
      // Of steps that follow each other quickly the stream tells the last; what comes after the end it does not tell.
      const told = new Set(events.map(({ id }) => id));
      const end = events.at(-1)?.sequence ?? 0;
      const missed = kept.filter(
        ({ id, type, sequence }) => (sequence ?? 0) < end && !told.has(id) && type !== 'task.step',
      );
      expect(missed).toEqual([]);
      const steps = await stack.client.tasks.steps(task.id);
      expect(steps.data.length).toBeGreaterThan(3);
      expect(JSON.stringify([steps.data, events])).not.toContain(PROFILE.rfc);
      const cfdi = task.cfdi;
      if (cfdi === null || cfdi.pdfArtifactId === null) throw new Error('no CFDI with PDF');
      const xml = new TextDecoder().decode(await stack.client.artifacts.download(cfdi.xmlArtifactId));
      expect(xml.toUpperCase()).toContain(cfdi.uuid);
      const pdf = await stack.client.artifacts.download(cfdi.pdfArtifactId);
      expect(new TextDecoder('latin1').decode(pdf.subarray(0, 4))).toBe('%PDF');
      await until('the browser is released', async () => (await stack.openBrowsers(task.id)) === 0);
    },
    180_000,
  );

  // How each portal says so is read in tests/agent; here, that what was read becomes the task's failure.
  it.each([
    ['webforms', 'already_invoiced', 'already_invoiced'],
    ['listboxes', 'not_found', 'ticket_not_found'],
    ['onepage', 'expired', 'ticket_expired'],
  ] as const)(
    'that %s says is %s fails as %s, with the words of the portal',
    async (portal, outcome, code) => {
      const submitted = await stack.submit(portal, 12, { outcome });
      const task = await stack.client.tasks.waitFor(submitted.task.id, WAIT);
      expect(task).toMatchObject({ status: 'FAILED', failure: { code } });
      expect(task.failure?.vendorMessage).toMatch(/\w{4}/);
      expect(submitted.issued()).toBe(0);
    },
    180_000,
  );
});

describe.concurrent('a ticket that needs a person', () => {
  it('fails as captcha where nobody may be asked', async () => {
    const { task } = await stack.submit('webforms', 21, {
      outcome: 'captcha',
      task: { options: { intervention: 'fail' } },
    });
    await expect(stack.client.tasks.waitFor(task.id, WAIT)).resolves.toMatchObject({
      failure: { code: 'captcha' },
    });
  }, 180_000);

  it('waits for one otherwise, with its browser, and a cancel lets go of both', async () => {
    const { task } = await stack.submit('webforms', 22, { outcome: 'captcha' });
    await until(
      'INTERVENTION_NEEDED',
      async () => (await stack.client.tasks.get(task.id)).status === 'INTERVENTION_NEEDED',
      120_000,
    );
    expect(await stack.openBrowsers(task.id)).toBe(1);
    await expect(stack.client.tasks.cancel(task.id)).resolves.toMatchObject({ status: 'CANCELLED' });
    await until('the browser is released', async () => (await stack.openBrowsers(task.id)) === 0);
  }, 180_000);
});

describe.concurrent('a portal for account holders', () => {
  const { domain, password, totpSecret } = accountLogin;
  const account = async (userName: string, given: string) => {
    const profile = await stack.client.profiles.create({ ...PROFILE, externalId: userName });
    const vendorUrl = stack.gallery.portals.find(({ id }) => id === 'account')!.url;
    const credential = await stack.client.credentials.create({
      profileId: profile.id,
      vendorUrl,
      username: `${userName}@${domain}`,
      password: given,
      totpSecret,
    });
    return { profileId: profile.id, credentialId: credential.id };
  };

  it('is signed in to with the login of the profile, code and all, and its history hands out the CFDI', async () => {
    const { profileId, credentialId } = await account('codigo-31', password);
    const submitted = await stack.submit('account', 31, { task: { profileId } });
    const task = await stack.client.tasks.waitFor(submitted.task.id, WAIT);
    expect(task.failure).toBeNull();
    expect(task).toMatchObject({ status: 'COMPLETED', cfdi: { verdict: 'authenticated' } });
    expect(submitted.issued()).toBe(1);
    const steps = JSON.stringify((await stack.client.tasks.steps(task.id, { limit: 100 })).data);
    expect(steps).toContain('{{credential.password}}');
    for (const secret of [password, totpSecret, `codigo-31@${domain}`]) {
      expect(steps).not.toContain(secret);
      expect(await stack.workerLog()).not.toContain(secret);
    }
    expect((await stack.client.credentials.get(credentialId)).lastUsedAt).not.toBeNull();
  }, 180_000);

  it('that refuses the password is not asked again', async () => {
    const { profileId, credentialId } = await account('dos', 'equivocada');
    const { task } = await stack.submit('account', 32, { task: { profileId, credentialId } });
    const ended = await stack.client.tasks.waitFor(task.id, WAIT);
    expect(ended).toMatchObject({ status: 'FAILED', failure: { code: 'login_failed' } });
    expect(ended.failure?.vendorMessage).toMatch(/incorrectos/);
    const steps = await stack.client.tasks.steps(task.id);
    expect(steps.data.filter(({ summary }) => summary.includes('{{credential.password}}'))).toHaveLength(1);
  }, 180_000);

  it('fails as login_required where there is no login and nobody may be asked', async () => {
    const { task } = await stack.submit('account', 33, { task: { options: { intervention: 'fail' } } });
    await expect(stack.client.tasks.waitFor(task.id, WAIT)).resolves.toMatchObject({
      failure: { code: 'login_required' },
    });
  }, 180_000);
});

describe.concurrent('a document that is not ours', () => {
  it.each([
    ['wrong_total', 'total_mismatch'],
    ['wrong_receptor', 'receptor_rfc_mismatch'],
  ] as const)(
    '(%s) is never accepted',
    async (outcome, finding) => {
      const submitted = await stack.submit('jqwizard', 31, { outcome });
      const task = await stack.client.tasks.waitFor(submitted.task.id, WAIT);
      expect(task).toMatchObject({ status: 'FAILED', cfdi: null, failure: { code: 'cfdi_mismatch' } });
      expect(task.failure?.details['what']).toContain(finding);
      expect(submitted.issued()).toBe(1);
    },
    180_000,
  );
});

describe('a task', () => {
  it('is cancelled while it waits, at once', async () => {
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    const { task } = await stack.submit('onepage', 41, { task: { scheduledFor: tomorrow } });
    await expect(stack.client.tasks.cancel(task.id)).resolves.toMatchObject({ status: 'CANCELLED' });
    await expect(stack.client.tasks.get(task.id)).resolves.toMatchObject({
      failure: { code: 'cancelled_by_user' },
    });
  });

  it('is cancelled while it runs, before anything was submitted, and its browser is released', async () => {
    const submitted = await stack.submit('webforms', 42);
    for await (const event of stack.client.tasks.events(submitted.task.id))
      if (event.type === 'session.started') break;
    await stack.client.tasks.cancel(submitted.task.id);
    const task = await stack.client.tasks.waitFor(submitted.task.id, WAIT);
    // Whichever came first: nothing issued, or a proven invoice that wins.
    expect(task.status === 'CANCELLED' ? submitted.issued() : 0).toBe(0);
    expect(['CANCELLED', 'COMPLETED']).toContain(task.status);
    await until('the browser is released', async () => (await stack.openBrowsers(task.id)) === 0);
  }, 180_000);

  it('at a portal that the directory knows for certain names its vendor and deadline, and is refused when late', async () => {
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    const { task } = await stack.submit('jqwizard', 45, { task: { scheduledFor: tomorrow } });
    expect(task).toMatchObject({ vendorId: expect.stringMatching(/^ven_/) as string, warnings: [] });
    expect(Date.parse(task.deadline ?? '')).toBeGreaterThan(Date.now());
    await expect(stack.submit('jqwizard', 46, { outcome: 'expired' })).rejects.toMatchObject({
      code: 'ticket_invalid',
    });
  });

  it('cannot be made twice for one ticket', async () => {
    const first = await stack.submit('onepage', 43, {
      task: { scheduledFor: new Date(Date.now() + 86_400_000).toISOString() },
    });
    await expect(stack.submit('onepage', 43)).rejects.toMatchObject({
      code: 'duplicate_ticket',
      taskId: first.task.id,
    });
  });

  it('at a portal that is down is tried three times, then fails as portal_down, and holds no browser meanwhile', async () => {
    stack.gallery.setAvailability('onepage', 'down');
    // An hour ahead, every wait for the next attempt is over at once.
    await shiftDatabaseClock(stack.ownerUrl, 3_600_000);
    try {
      const { task } = await stack.submit('onepage', 44);
      const seen: Event[] = [];
      const ended = await stack.client.tasks.waitFor(task.id, {
        ...WAIT,
        onEvent: (event) => seen.push(event),
      });
      expect(ended).toMatchObject({
        status: 'FAILED',
        attempt: 3,
        failure: { code: 'portal_down', whoMustAct: 'vendor' },
      });
      const rescheduled = seen.filter((event) => event.type === 'task.rescheduled');
      expect(rescheduled.map(({ data }) => data)).toMatchObject([
        { reason: 'portal_down' },
        { reason: 'portal_down' },
      ]);
      await until('the browser is released', async () => (await stack.openBrowsers(task.id)) === 0);
    } finally {
      stack.gallery.setAvailability('onepage', 'up');
      await shiftDatabaseClock(stack.ownerUrl, 0);
    }
  }, 120_000);
});
