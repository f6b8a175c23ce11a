/** A person who works in a browser that no client is connected to: dialogs, tabs, scrolling, the keys of Spanish. */
import type { Browserbase } from '@browserbasehq/sdk';
import { type Browser, type Page, chromium } from 'playwright-core';
import { WebSocket } from 'ws';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type TestServer, API_KEY, eventually, html, sdk, startTestServer } from './support.ts';
import { startCountingSite } from './counting-site.ts';

const FORM = html(`
  <style>body { margin: 0 } button, input, a { display: block; box-sizing: border-box; width: 100%; height: 80px } p { height: 900px }</style>
  <button onclick="fetch('/dijo?' + confirm('¿Están correctos sus datos?'))">facturar</button>
  <button onclick="fetch('/dijo?' + encodeURIComponent(prompt('¿Cuál es su correo?', 'a@b.mx')))">correo</button>
  <input oninput="fetch('/tecleo?' + encodeURIComponent(this.value))">
  <a href="/factura" target="_blank">ver factura</a>
  <p></p><button onclick="fetch('/abajo')">abajo</button>`);
const INVOICE = html(`<style>body { margin: 0 } button { width: 100%; height: 400px }</style>
  <button onclick="fetch('/descarga')">descargar</button>`);

let local: TestServer;
let bb: Browserbase;
let site: Awaited<ReturnType<typeof startCountingSite>>;
let person: Browser;
let live: Page;
let wsUrl: string;

beforeAll(async () => {
  local = await startTestServer();
  bb = sdk(local.server.url);
  site = await startCountingSite({ '/': FORM, '/factura': INVOICE });
  const mine = await bb.sessions.create({ browserSettings: { viewport: { width: 1000, height: 560 } } });
  person = await chromium.connectOverCDP(mine.connectUrl);
});
beforeEach(async () => {
  const { id, connectUrl } = await bb.sessions.create({
    keepAlive: true,
    browserSettings: { viewport: { width: 800, height: 400 } },
  });
  const client = await chromium.connectOverCDP(connectUrl);
  await client.contexts()[0]!.pages()[0]!.goto(site.url);
  const guarded = await fetch(`${local.server.url}/v1/sessions/${id}/guard`, {
    method: 'POST',
    headers: { 'x-bb-api-key': API_KEY, 'content-type': 'application/json' },
    body: JSON.stringify({ rules: { portalHosts: [site.host] } }),
  });
  expect(guarded.status).toBe(200);
  await client.close();
  site.received.length = 0;
  live = await person.contexts()[0]!.newPage();
  const debug = await bb.sessions.debug(id);
  ({ wsUrl } = debug);
  await live.goto(debug.debuggerFullscreenUrl);
  await drawn();
  return async () => {
    await live.close();
    await bb.sessions.update(id, { status: 'REQUEST_RELEASE' });
  };
});
afterAll(async () => {
  await local.stop();
  await site.stop();
});

const frames = () => live.locator('canvas').getAttribute('data-frames').then(Number);
const drawn = (more = 0) => eventually(async () => ((await frames()) > more ? true : undefined));
/** Clicks at a point of the page that is looked at. */
const click = async (x: number, y: number): Promise<void> => {
  const box = (await live.locator('canvas').boundingBox())!;
  const scale = Math.min(box.width / 800, box.height / 400);
  const left = box.x + (box.width - 800 * scale) / 2;
  const top = box.y + (box.height - 400 * scale) / 2;
  await live.mouse.click(left + x * scale, top + y * scale);
};
const reached = (url: string) => eventually(() => site.received.find((request) => request.url === url));

it('answers what the page asks', async () => {
  await click(400, 40);
  const dialog = live.getByRole('dialog');
  await dialog.getByText('¿Están correctos sus datos?').waitFor();
  await dialog.getByRole('button', { name: 'OK' }).click();
  await reached('/dijo?true');
  await click(400, 40);
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await reached('/dijo?false');
  await click(400, 120);
  await dialog.getByLabel('Answer').fill('señora@güero.mx');
  await dialog.getByRole('button', { name: 'OK' }).click();
  await reached(`/dijo?${encodeURIComponent('señora@güero.mx')}`);
});

it('is asked what was asked while nobody looked', async () => {
  const view = live.url();
  await live.goto('about:blank');
  const socket = new WebSocket(wsUrl);
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const expression = `setTimeout(() => document.querySelector('button').click()); 0`;
  socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression } }));
  await new Promise((resolve) => socket.once('message', resolve));
  socket.close();
  await live.goto(view);
  await live.getByRole('dialog').getByText('¿Están correctos').waitFor();
  await live.getByRole('button', { name: 'OK' }).click();
  await reached('/dijo?true');
});

it('types what a dead key composes, once', async () => {
  await click(400, 200);
  const keys = await live.context().newCDPSession(live);
  await keys.send('Input.imeSetComposition', { text: '´', selectionStart: 1, selectionEnd: 1 });
  await keys.send('Input.insertText', { text: 'á' });
  await live.keyboard.type('rbol');
  await reached(`/tecleo?${encodeURIComponent('árbol')}`);
  expect(site.received.some(({ url }) => url.includes(encodeURIComponent('´')))).toBe(false);
});

it('turns to a tab that opens, and back', async () => {
  const shown = () => live.locator('canvas').getAttribute('data-page');
  const first = await shown();
  await click(400, 280);
  const tabs = live.getByRole('navigation', { name: 'Tabs' }).getByRole('button');
  await eventually(async () => ((await tabs.count()) === 2 ? true : undefined));
  await eventually(async () => ((await shown()) === first ? undefined : true));
  await click(400, 200);
  await reached('/descarga');
  await tabs.and(live.locator('[title$="/"]')).click();
  await eventually(async () => ((await shown()) === first ? true : undefined));
  await click(400, 40);
  await live.getByRole('dialog').getByText('¿Están correctos').waitFor();
  await live.getByRole('button', { name: 'Cancel' }).click();
  await reached('/dijo?false');
});

it('scrolls to what lies below', async () => {
  await click(400, 380);
  const before = await frames();
  await live.mouse.wheel(0, 2_000);
  await drawn(before);
  await eventually(async () => {
    await click(400, 360);
    return site.received.some(({ url }) => url === '/abajo') ? true : undefined;
  });
});
