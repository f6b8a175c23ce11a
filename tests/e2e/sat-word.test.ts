/**
 * A portal whose certificates nobody trusts, with a live key: the task waits for the word of SAT's register, which is asked by
 * HTTP (the local stack's imitation of it), is completed by it, and hears of the cancellation later.
 */
import { shiftDatabaseClock } from '@cfdi-live/db';
import { CfdiLive } from '@cfdi-live/sdk';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startOwnPortal, type OwnPortal } from '../helpers/own-portal.ts';
import { PROFILE, startTestStack, until, type TestStack } from '../helpers/stack.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

let portal: OwnPortal;
let stack: TestStack;
let dispose: () => Promise<void>;
let client: CfdiLive;

beforeAll(async () => {
  portal = await startOwnPortal();
  ({ stack, dispose } = await startTestStack({ allowedPrivateHosts: [portal.host] }));
  client = new CfdiLive({ apiKey: stack.keys.live, baseUrl: stack.apiUrl });
}, 120_000);

afterAll(async () => {
  await dispose();
  await portal.close();
});

const today = () => new Intl.DateTimeFormat('en-CA', { timeZone: 'America/Mexico_City' }).format(new Date());

async function get<T>(path: string): Promise<T> {
  const response = await fetch(`${stack.apiUrl}${path}`, {
    headers: { authorization: `Bearer ${stack.keys.live}` },
  });
  expect(response.status, path).toBe(200);
  return (await response.json()) as T;
}

it('waits for SAT, is completed by Vigente, and tells of a later cancellation', async () => {
  const created = await client.tasks.create({
    vendorUrl: portal.url,
    ticketData: { amount: 812.5, date: today(), folio: 'B-77121' },
    profile: PROFILE,
  });
  const waiting = await until(
    'the task waits',
    async () => {
      const task = await client.tasks.get(created.id);
      return task.status === 'AWAITING_DELIVERY' || task.finishedAt !== null ? task : null;
    },
    120_000,
  );
  expect(waiting).toMatchObject({ status: 'AWAITING_DELIVERY', failure: null });
  const [uuid = ''] = portal.issued();
  // What came is there for people to see while it waits, and the ticket counts as invoiced.
  const { data: files } = await get<{ data: { id: string; kind: string }[] }>(
    `/v1/tasks/${created.id}/artifacts`,
  );
  expect(files.map(({ kind }) => kind).toSorted()).toEqual(['pdf', 'xml']);
  await expect(
    client.tasks.create({
      vendorUrl: portal.url,
      ticketData: { amount: 812.5, date: today(), folio: 'B-77121' },
      profile: PROFILE,
    }),
  ).rejects.toMatchObject({ code: 'duplicate_ticket' });

  stack.gallery.sat.set(uuid, { state: 'valid' });
  await shiftDatabaseClock(stack.ownerUrl, 2 * MINUTE);
  const task = await client.tasks.waitFor(created.id, { waitMs: 30_000 });
  expect(task).toMatchObject({
    status: 'COMPLETED',
    cfdi: { uuid, total: 812.5, verdict: 'authenticated', authenticatedBy: 'sat', satStatus: 'valid' },
  });

  stack.gallery.sat.set(uuid, { state: 'cancelled' });
  await shiftDatabaseClock(stack.ownerUrl, DAY + 2 * MINUTE);
  const cfdi = await until('the cancellation is known', async () => {
    const now = await get<{ satStatus: string; satCheckedAt: string }>(`/v1/cfdis/${uuid}`);
    return now.satStatus === 'cancelled' ? now : null;
  });
  expect(cfdi).toMatchObject({ accepted: true, taskId: created.id });
  expect((await client.tasks.get(created.id)).status).toBe('COMPLETED');
  expect(portal.issued()).toHaveLength(1);
  expect(stack.gallery.sat.asked()).toEqual([uuid, uuid]);
}, 180_000);
