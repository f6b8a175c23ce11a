/** Runs that do not come to an end by themselves: a page that hangs, a person who has changed their mind. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { CfdiLive, type Task } from '@cfdi-live/sdk';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PROFILE, startTestStack, until, type TestStack } from '../helpers/stack.ts';

let stack: TestStack;
let live: CfdiLive;
let portal: Server;
let portalUrl: string;
let dispose: () => Promise<void>;

/** Shows a form, and computes for ever as soon as somebody wants to type. */
const HANGING = `<!doctype html><meta charset="utf-8"><title>Factura</title><form>
<label>Folio <input name="folio"></label> <label>Total <input name="total"></label>
<label>RFC <input name="rfc"></label> <button>Facturar</button></form>
<script>addEventListener('focusin', () => { for (;;); })</script>`;

beforeAll(async () => {
  portal = createServer((request, response) => {
    // A second page never comes at all.
    if (request.url === '/hangs')
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(HANGING);
  });
  await new Promise<void>((resolve) => portal.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(portal.address() as AddressInfo).port}`;
  portalUrl = `http://${host}`;
  ({ stack, dispose } = await startTestStack({ allowedPrivateHosts: [host] }));
  live = new CfdiLive({ apiKey: stack.keys.live, baseUrl: stack.apiUrl });
}, 240_000);
afterAll(async () => {
  await dispose();
  portal.closeAllConnections();
  portal.close();
});

let folio = 0;
const submitTo = (path: string): Promise<Task> => {
  folio += 1;
  return live.tasks.create({
    vendorUrl: `${portalUrl}${path}`,
    ticketData: { amount: 100, date: new Date().toISOString().slice(0, 10), folio: `H-${folio}` },
    profile: PROFILE,
  });
};

async function events(taskId: string): Promise<{ type: string; data: { reason?: string } }[]> {
  const response = await fetch(`${stack.apiUrl}/v1/tasks/${taskId}/events?limit=100`, {
    headers: { authorization: `Bearer ${stack.keys.live}` },
  });
  return ((await response.json()) as { data: { type: string; data: { reason?: string } }[] }).data;
}

it.each([
  ['a page that hangs', '/hangs'],
  ['a page that never comes', '/never'],
])('%s ends the run as a timeout, which is tried again, and asks nobody', async (_what, path) => {
  const task = await submitTo(path);
  const put = await until(
    'it is tried again',
    async () => (await events(task.id)).find(({ type }) => type === 'task.rescheduled'),
    120_000,
  );
  expect(put.data.reason).toBe('timeout');
  await until('its browser is released', async () => (await stack.openBrowsers()) === 0);
});

it('a task is cancelled while its page hangs, and its browser is released', async () => {
  const task = await submitTo('/never');
  await until('it runs', async () => (await events(task.id)).some(({ type }) => type === 'session.started'));
  await delay(500);
  const asked = performance.now();
  expect(await live.tasks.cancel(task.id)).toMatchObject({ status: 'RUNNING', cancelRequested: true });
  expect(await live.tasks.cancel(task.id)).toMatchObject({ cancelRequested: true });
  const ended = await live.tasks.waitFor(task.id, { waitMs: 60_000 });
  expect(ended).toMatchObject({ status: 'CANCELLED', failure: { code: 'cancelled_by_user' } });
  // The renewal that tells of it, and what a run may take to its next safe point.
  expect(performance.now() - asked).toBeLessThan(20_000);
  const told = (await events(task.id)).map(({ type }) => type);
  expect(told.filter((type) => type === 'task.cancel_requested')).toHaveLength(1);
  await until('its browser is released', async () => (await stack.openBrowsers()) === 0);
});

it('a task is cancelled in the midst of a form, and nothing is submitted any more', async () => {
  const submitted = await stack.submit('webforms', 71);
  const taskId = submitted.task.id;
  await until(
    'it fills the form',
    async () => (await stack.eventsOf(taskId)).filter(({ type }) => type === 'task.step').length >= 3,
  );
  await stack.client.tasks.cancel(taskId);
  const ended = await stack.client.tasks.waitFor(taskId, { waitMs: 60_000 });
  // An invoice that was made just before wins.
  expect(ended.status).toBe(submitted.issued() === 0 ? 'CANCELLED' : 'COMPLETED');
  const refused = stack.client.tasks.cancel(taskId);
  if (ended.status === 'CANCELLED') await expect(refused).resolves.toMatchObject({ status: 'CANCELLED' });
  else await expect(refused).rejects.toMatchObject({ status: 409, code: 'task_state_conflict' });
  await until('its browser is released', async () => (await stack.openBrowsers()) === 0);
});
