import type { Browserbase } from '@browserbasehq/sdk';
import { type Browser, type Page, chromium } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import {
  type TestServer,
  eventually,
  html,
  manualClock,
  sdk,
  socketStatus,
  startSite,
  startTestServer,
} from './support.ts';

const FORM = html(`
  <style>body { margin: 0 } button, input, select { display: block; box-sizing: border-box; width: 100%; height: 100px }</style>
  <button onclick="this.textContent = 'pulsado'">pulsar</button>
  <input id="name">
  <select id="use"><option>G01</option><option>G03</option></select>`);

const clock = manualClock();
let local: TestServer;
let bb: Browserbase;
let site: Awaited<ReturnType<typeof startSite>>;
/** The browser of the person who looks; a session of its own is as good as any. */
let person: Browser;
let watched: Page;
let sessionId: string;

beforeAll(async () => {
  local = await startTestServer({ clock });
  bb = sdk(local.server.url);
  site = await startSite({ '/': FORM });
  const mine = await bb.sessions.create({ browserSettings: { viewport: { width: 1000, height: 700 } } });
  person = await chromium.connectOverCDP(mine.connectUrl);
});
beforeEach(async () => {
  const session = await bb.sessions.create({ browserSettings: { viewport: { width: 800, height: 400 } } });
  sessionId = session.id;
  watched = (await chromium.connectOverCDP(session.connectUrl)).contexts()[0]!.pages()[0]!;
  await watched.goto(site.url);
  return async () => {
    await watched.context().browser()!.close();
  };
});
afterAll(async () => {
  await local.stop();
  await site.stop();
});

/** Opens the live page and waits for its first picture. */
const look = async (url: string): Promise<Page> => {
  const page = await person.contexts()[0]!.newPage();
  await page.goto(url);
  await page.waitForFunction(() => Number(document.querySelector('canvas')!.dataset['frames'] ?? 0) > 0);
  return page;
};

/** Where a point of the watched page (CSS pixels) lies on the live page. */
const pointOn = async (live: Page, at: { x: number; y: number }) => {
  const box = (await live.locator('canvas').boundingBox())!;
  const scale = Math.min(box.width / 800, box.height / 400);
  return {
    x: box.x + (box.width - 800 * scale) / 2 + at.x * scale,
    y: box.y + (box.height - 400 * scale) / 2 + at.y * scale,
  };
};
const click = async (live: Page, at: { x: number; y: number }): Promise<void> => {
  const { x, y } = await pointOn(live, at);
  await live.mouse.click(x, y);
};
const buttonText = () => watched.locator('button').textContent();

it('shows each tab by an address that needs no key', async () => {
  const debug = await bb.sessions.debug(sessionId);
  expect(debug.pages).toHaveLength(1);
  expect(debug.pages[0]).toMatchObject({ url: `${site.url}/`, title: 'Site' });
  expect(debug.debuggerFullscreenUrl).toBe(debug.pages[0]!.debuggerFullscreenUrl);
  expect(await socketStatus(debug.wsUrl)).toBe(101);
});

it('shows the picture of the page, and takes clicks, text with accents and choices to it', async () => {
  const { debuggerFullscreenUrl } = await bb.sessions.debug(sessionId);
  const live = await look(debuggerFullscreenUrl);
  await click(live, { x: 400, y: 50 });
  await eventually(async () => ((await buttonText()) === 'pulsado' ? true : undefined));
  await click(live, { x: 400, y: 150 });
  await live.keyboard.insertText('Peña & Güemes, año 26');
  await live.keyboard.press('Backspace');
  await eventually(async () => {
    const typed = await watched.locator('#name').inputValue();
    return typed === 'Peña & Güemes, año 2' ? true : undefined;
  });
  await click(live, { x: 400, y: 250 });
  await watched.waitForFunction(() => document.querySelector('#use')!.matches(':open'));
  await live.keyboard.press('ArrowDown');
  await live.keyboard.press('Enter');
  await watched.waitForFunction(() => document.querySelector<HTMLSelectElement>('#use')!.value === 'G03');
  await live.close();
});

it('only shows with ?readonly', async () => {
  const { debuggerFullscreenUrl } = await bb.sessions.debug(sessionId);
  const watcher = await look(`${debuggerFullscreenUrl}&readonly`);
  const actor = await look(debuggerFullscreenUrl);
  await click(watcher, { x: 400, y: 50 });
  await watcher.bringToFront();
  await watcher.keyboard.type('nada');
  // What the other one does arrives later than what the watcher did, so nothing of it is still on its way.
  await click(actor, { x: 400, y: 150 });
  await actor.keyboard.insertText('ok');
  await eventually(async () => ((await watched.locator('#name').inputValue()) === 'ok' ? true : undefined));
  expect(await buttonText()).toBe('pulsar');
  await Promise.all([watcher.close(), actor.close()]);
});

it('tells the page around it when the session ends', async () => {
  const { debuggerFullscreenUrl } = await bb.sessions.debug(sessionId);
  const live = await look(debuggerFullscreenUrl);
  await bb.sessions.update(sessionId, { status: 'REQUEST_RELEASE' });
  await live.getByRole('status').waitFor({ state: 'visible' });
  await live.close();
});

it('lets a viewer neither keep a session alive nor end it', async () => {
  const { debuggerFullscreenUrl } = await bb.sessions.debug(sessionId);
  const live = await look(debuggerFullscreenUrl);
  await live.close();
  expect((await bb.sessions.retrieve(sessionId)).status).toBe('RUNNING');
  const second = await look(debuggerFullscreenUrl);
  await watched.context().browser()!.close();
  await eventually(async () =>
    (await bb.sessions.retrieve(sessionId)).status === 'COMPLETED' ? true : undefined,
  );
  await second.close();
});

it('refuses a live address after its time, with another token, or for another session', async () => {
  const { wsUrl } = await bb.sessions.debug(sessionId, { expiresIn: 10 });
  const other = await bb.sessions.create({ keepAlive: true });
  expect(await socketStatus(wsUrl)).toBe(101);
  expect(await socketStatus(wsUrl.replace(sessionId, other.id))).toBe(401);
  expect(await socketStatus(wsUrl.replace(/token=\d+/, 'token=99999999999999'))).toBe(401);
  expect(await socketStatus(wsUrl.replace(/\?.*/, ''))).toBe(401);
  clock.advance(10_000);
  expect(await socketStatus(wsUrl)).toBe(401);
  await bb.sessions.update(other.id, { status: 'REQUEST_RELEASE' });
});
