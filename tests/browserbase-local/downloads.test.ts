import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Browserbase } from '@browserbasehq/sdk';
import { strFromU8, unzipSync } from 'fflate';
import { type Page, chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type TestServer, eventually, html, sdk, startSite, startTestServer } from './support.ts';

const attachment = (name: string, body: string) => ({
  body,
  headers: {
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
  },
});

const LINKS = html(`
  <a id="direct" href="/factura">XML</a>
  <a id="other" href="/otra">XML</a>
  <a id="popup" href="/pdf" target="_blank">PDF</a>
  <a id="blob" download="acuse ñandú.txt">Acuse</a>
  <input type="file" id="file">
  <script>blob.href = URL.createObjectURL(new Blob(['¡hola!']))</script>`);

let local: TestServer;
let bb: Browserbase;
let site: Awaited<ReturnType<typeof startSite>>;

beforeAll(async () => {
  local = await startTestServer();
  bb = sdk(local.server.url);
  site = await startSite({
    '/': LINKS,
    '/factura': attachment('factura.xml', '<primera/>'),
    '/otra': attachment('factura.xml', '<segunda/>'),
    '/pdf': attachment('representación impresa.pdf', '%PDF-1.7'),
  });
});
afterAll(async () => {
  await local.stop();
  await site.stop();
});

const zipOf = async (sessionId: string) => {
  const response = await bb.sessions.downloads.list(sessionId);
  expect(response.headers.get('content-type')).toBe('application/zip');
  return new Uint8Array(await response.arrayBuffer());
};

/** The files of the ZIP once it has `count` of them, names without their time. */
const filesOf = (sessionId: string, count: number) =>
  eventually(async () => {
    const files = Object.entries(unzipSync(await zipOf(sessionId)));
    if (files.length !== count) return undefined;
    return files
      .map(([name, bytes]) => [name.replace(/-\d{13}(?=\.)/, ''), strFromU8(bytes)])
      .sort((a, b) => a.join().localeCompare(b.join()));
  });

/** As Browserbase asks its clients to, right after connecting. */
const allowDownloads = async (page: Page): Promise<void> => {
  const client = await page.context().newCDPSession(page);
  await client.send('Browser.setDownloadBehavior', {
    behavior: 'allow',
    downloadPath: 'downloads',
    eventsEnabled: true,
  });
};

const openPage = async (connectUrl: string): Promise<Page> => {
  const browser = await chromium.connectOverCDP(connectUrl);
  const page = browser.contexts()[0]!.pages()[0]!;
  await allowDownloads(page);
  await page.goto(site.url);
  return page;
};

it('answers the 22 bytes of an empty ZIP before anything was downloaded', async () => {
  const session = await bb.sessions.create({ keepAlive: true });
  expect(await zipOf(session.id)).toHaveLength(22);
  await bb.sessions.update(session.id, { status: 'REQUEST_RELEASE' });
});

it('gathers every kind of download in the ZIP, also after the session has ended', async () => {
  const session = await bb.sessions.create({ keepAlive: true });
  const page = await openPage(session.connectUrl);
  for (const link of ['#direct', '#blob']) {
    const [download] = await Promise.all([page.waitForEvent('download'), page.click(link)]);
    expect(await download.failure()).toBeNull();
  }
  await page.click('#popup');
  const expected = [
    ['acuse ñandú.txt', '¡hola!'],
    ['factura.xml', '<primera/>'],
    ['representación impresa.pdf', '%PDF-1.7'],
  ];
  expect(await filesOf(session.id, 3)).toEqual(expected);
  await bb.sessions.update(session.id, { status: 'REQUEST_RELEASE' });
  expect(await filesOf(session.id, 3)).toEqual(expected);
});

it('keeps every one of several downloads with one name, also when they come at once', async () => {
  const session = await bb.sessions.create();
  const page = await openPage(session.connectUrl);
  await page.evaluate(() => {
    for (const href of ['/factura', '/otra', '/factura']) {
      Object.assign(document.createElement('a'), { href, download: 'factura.xml' }).click();
    }
  });
  expect(await filesOf(session.id, 3)).toEqual([
    ['factura.xml', '<primera/>'],
    ['factura.xml', '<primera/>'],
    ['factura.xml', '<segunda/>'],
  ]);
  await page.context().browser()!.close();
});

it('keeps what is downloaded in a context that the client made', async () => {
  const session = await bb.sessions.create();
  const browser = await chromium.connectOverCDP(session.connectUrl);
  const page = await (await browser.newContext()).newPage();
  await page.goto(site.url);
  await page.click('#direct');
  expect(await filesOf(session.id, 1)).toEqual([['factura.xml', '<primera/>']]);
  await browser.close();
});

it('keeps what a page downloads while no client is connected', async () => {
  const session = await bb.sessions.create({ keepAlive: true });
  const page = await openPage(session.connectUrl);
  await page.evaluate(
    () => void setTimeout(() => document.querySelector<HTMLElement>('#direct')!.click(), 300),
  );
  await page.context().browser()!.close();
  expect(await filesOf(session.id, 1)).toEqual([['factura.xml', '<primera/>']]);
  await bb.sessions.update(session.id, { status: 'REQUEST_RELEASE' });
});

it('can be connected to again after a link to a download opened a tab', async () => {
  const session = await bb.sessions.create({ keepAlive: true });
  const page = await openPage(session.connectUrl);
  const tab = page.context().waitForEvent('page');
  await page.click('#popup');
  await tab;
  await filesOf(session.id, 1);
  // A second client at the same time, and one after all have gone.
  const beside = await chromium.connectOverCDP(session.connectUrl, { timeout: 5_000 });
  await beside.close();
  await page.context().browser()!.close();
  const again = await chromium.connectOverCDP(session.connectUrl, { timeout: 5_000 });
  expect(
    again
      .contexts()[0]!
      .pages()
      .map((page) => page.url()),
  ).toEqual([`${site.url}/`]);
  await bb.sessions.update(session.id, { status: 'REQUEST_RELEASE' });
});

it('writes downloads nowhere but in the folder of the session, whatever path a client names', async () => {
  const elsewhere = await mkdtemp(path.join(os.tmpdir(), 'browserbase-local-test-'));
  const session = await bb.sessions.create();
  const page = await openPage(session.connectUrl);
  const client = await page.context().newCDPSession(page);
  for (const method of ['Browser.setDownloadBehavior', 'Page.setDownloadBehavior'] as const) {
    await client.send(method, { behavior: 'allow', downloadPath: elsewhere });
  }
  await page.click('#direct');
  expect(await filesOf(session.id, 1)).toEqual([['factura.xml', '<primera/>']]);
  await expect(rm(elsewhere, { recursive: false })).rejects.toThrow();
  await rm(elsewhere, { recursive: true });
  await page.context().browser()!.close();
});

it('gives a page the file that was uploaded to its session', async () => {
  const session = await bb.sessions.create();
  const file = new File(['<ticket/>'], 'ticket ñ.xml', { type: 'application/xml' });
  expect(await bb.sessions.uploads.create(session.id, { file })).toEqual({
    message: 'File uploaded successfully',
  });
  const page = await openPage(session.connectUrl);
  const client = await page.context().newCDPSession(page);
  const { root } = await client.send('DOM.getDocument');
  const { nodeId } = await client.send('DOM.querySelector', { nodeId: root.nodeId, selector: '#file' });
  await client.send('DOM.setFileInputFiles', { nodeId, files: ['/tmp/.uploads/ticket ñ.xml'] });
  const read = await page.evaluate(() =>
    document.querySelector<HTMLInputElement>('#file')!.files![0]!.text(),
  );
  expect(read).toBe('<ticket/>');
  await page.context().browser()!.close();
});
